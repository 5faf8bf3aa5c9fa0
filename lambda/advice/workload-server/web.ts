import {
  type FoundFlag,
  flagIn,
  type KeepAliveReading,
  keepAliveOf,
  quote,
  type ServerFamily,
  type ServerReading,
} from './reading.ts';
import type { ShellCommand } from './shell.ts';
import { inSeconds, orBare } from './times.ts';

const byFile =
  (
    server: string,
    file: string | null,
    applies: (command: ShellCommand) => boolean = () => true,
  ): ServerFamily['read'] =>
  (command) =>
    applies(command)
      ? { server, keepAlive: { state: 'default', unless: file }, quoted: quote(command.words, []) }
      : null;

/** `-s reload` and `-t` start no server. */
const starts = ({ words }: ShellCommand): boolean =>
  !words.some((word) => ['-s', '-t', '-T', '-v', '-V'].includes(word));

/** Directives on the command line: `httpd -c "KeepAliveTimeout 75"`. */
function readApache(command: ShellCommand): ServerReading | null {
  const { words } = command;
  if (words.some((word) => ['configtest', 'graceful', 'stop', '-t', '-v'].includes(word))) return null;
  const at = words.findLastIndex((word, index) => index > 0 && /^KeepAliveTimeout\s/i.test(word));
  if (at < 0)
    return {
      server: 'apache',
      keepAlive: { state: 'default', unless: 'its configuration files' },
      quoted: quote(words, []),
    };
  const flag: FoundFlag = { value: (words[at] ?? '').trim().split(/\s+/)[1] ?? null, indices: [at - 1, at] };
  return {
    server: 'apache',
    keepAlive: keepAliveOf(command, flag, [], orBare(inSeconds)),
    quoted: quote(words, [flag]),
  };
}

const ENTRY_POINT_FLAG = /^--entrypoints\.([^.=]+)\.transport\.respondingtimeouts\.idletimeout$/i;
const ENTRY_POINT_VARIABLE = /^TRAEFIK_ENTRYPOINTS_.+_IDLETIMEOUT$/;

/** Each entry point has its own: they count where all agree, for which one has the port is not known. */
export function readTraefik(command: ShellCommand): ServerReading {
  const { words, environment } = command;
  const names = words.map((word) => word.split('=')[0] ?? '').filter((name) => ENTRY_POINT_FLAG.test(name));
  const flags = names.map((name) => flagIn(words, [name], { anyCase: true }));
  const variables = Object.keys(environment).filter((name) => ENTRY_POINT_VARIABLE.test(name));
  const readings: readonly KeepAliveReading[] =
    flags.length > 0
      ? flags.map((flag) => keepAliveOf(command, flag, [], orBare(inSeconds)))
      : variables.map((name) => keepAliveOf(command, null, [name], orBare(inSeconds)));
  const [first] = readings;
  const agree = readings.every(
    (one) => first?.state === 'set' && one.state === 'set' && one.seconds === first.seconds,
  );
  const quoted = quote(words, flags);
  if (first === undefined)
    return { server: 'traefik', quoted, keepAlive: { state: 'default', unless: 'its configuration file' } };
  return {
    server: 'traefik',
    quoted,
    keepAlive: agree
      ? first
      : { state: 'unknown', why: 'its entry points have times that differ, or that cannot be read' },
  };
}

/** Kong hands variables of this form to its nginx as directives. */
export const readKong = (command: ShellCommand): ServerReading => ({
  server: 'kong',
  keepAlive: keepAliveOf(
    command,
    null,
    ['KONG_NGINX_PROXY_KEEPALIVE_TIMEOUT', 'KONG_NGINX_HTTP_KEEPALIVE_TIMEOUT'],
    orBare(inSeconds),
  ),
  quoted: quote(command.words, []),
});

/** `-p timeout_idle=75`, one of many parameters. */
function readVarnish(command: ShellCommand): ServerReading {
  const { words } = command;
  const at = words.findLastIndex((word) => /^(?:-p)?timeout_idle=/.test(word));
  const flag: FoundFlag | null =
    at < 0
      ? null
      : {
          value: words[at]?.split('=')[1] ?? null,
          indices: words[at]?.startsWith('-p') ? [at] : [at - 1, at],
        };
  return {
    server: 'varnish',
    keepAlive: keepAliveOf(command, flag, [], inSeconds),
    quoted: quote(words, [flag]),
  };
}

const readPhp: ServerFamily['read'] = (command) => {
  const { words } = command;
  if (words.some((word) => word === 'octane:start' || word === 'octane:frankenphp'))
    return words.some((word) => /frankenphp/.test(word))
      ? {
          server: 'frankenphp',
          keepAlive: { state: 'default', unless: 'its Caddyfile' },
          quoted: quote(words, []),
        }
      : null;
  return null;
};

/** Web servers and proxies, which hold the connections where an application runs beside them. */
export const WEB_FAMILIES: readonly ServerFamily[] = [
  {
    programs: ['nginx', 'nginx-debug'],
    read: byFile('nginx', 'its nginx.conf (often 65 s)', starts),
  },
  { programs: ['openresty'], read: byFile('openresty', 'its nginx.conf (often 65 s)', starts) },
  {
    programs: ['httpd', 'httpd-foreground', 'apache2', 'apache2-foreground', 'apachectl', 'apache2ctl'],
    read: readApache,
  },
  {
    programs: ['caddy'],
    read: byFile('caddy', 'its Caddyfile', ({ words }) =>
      ['run', 'reverse-proxy', 'file-server', 'php-server'].includes(words[1] ?? ''),
    ),
  },
  { programs: ['frankenphp'], read: byFile('frankenphp', 'its Caddyfile') },
  { programs: ['traefik'], read: readTraefik },
  { programs: ['haproxy'], read: byFile('haproxy', 'haproxy.cfg', ({ words }) => !words.includes('-c')) },
  { programs: ['envoy'], read: byFile('envoy', 'its configuration') },
  { programs: ['varnishd'], read: readVarnish },
  {
    programs: ['kong'],
    read: (command) =>
      command.words[1] === 'docker-start' || command.words[1] === 'start' ? readKong(command) : null,
  },
  { programs: ['lighttpd'], read: byFile('lighttpd', 'lighttpd.conf') },
];

export const PHP_FAMILY: ServerFamily = { programs: ['php'], read: readPhp };
