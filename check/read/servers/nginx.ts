import { versionIn } from '../../../lambda/advice/workload-server/image.ts';
import { inSeconds, orBare } from '../../../lambda/advice/workload-server/times.ts';
import {
  type CheckedImage,
  type CheckedServer,
  type FileReader,
  type FilesBeside,
  NO_FACTS,
  type Place,
  type Setting,
  type SourceFile,
} from '../../model.ts';
import {
  checkedServer,
  defaultKeepAlive,
  defaultRequests,
  type KeepAlive,
  noIdleTimeout,
  rowOf,
  set,
  unknown,
  withUniqueIds,
} from './checked-server.ts';
import { imageOf } from './docker-image.ts';
import { type NginxDirective, NginxSyntaxError, nginxDirectives } from './nginx-directives.ts';
import { packagedNginxKeepAlive } from './nginx-image.ts';
import { LONGEST_NGINX, withIncludes } from './nginx-include.ts';
import { folderOf, nameOf, nearest, programFolder, upwards } from './program-folder.ts';

const ROW = rowOf('nginx');

const placeOf = ({ file, line }: NginxDirective): Place => ({ file, line });
const writtenOf = ({ name, arguments: words }: NginxDirective): string => `${name} ${words.join(' ')};`;
/** Of directives that are written once; nginx refuses a second one on the same level. */
const directive = (list: readonly NginxDirective[], name: string): NginxDirective | undefined =>
  list.findLast((one) => one.name === name && one.block === null);

/** `75`, `75s`, `1m`, `1m30s`, `75000ms`; bare is seconds (https://nginx.org/en/docs/syntax.html). */
const readTime = orBare(inSeconds);

function keepAliveOf(found: NginxDirective): KeepAlive {
  const [value = ''] = found.arguments;
  const seconds = readTime(value);
  if (seconds === null)
    return {
      keepAliveSeconds: unknown(placeOf(found), `${writtenOf(found)} has no time that can be read offline`),
    };
  return seconds === 0
    ? noIdleTimeout('each-response', placeOf(found))
    : { keepAliveSeconds: set(seconds, placeOf(found), writtenOf(found)) };
}

function requestsOf(found: NginxDirective): Setting<number | null> {
  const [value = ''] = found.arguments;
  return /^\d{1,9}$/.test(value)
    ? set(Number(value), placeOf(found), writtenOf(found))
    : unknown(placeOf(found), `${writtenOf(found)} has no number that can be read offline`);
}

/** `80`, `8080 default_server`, `[::]:80`, `127.0.0.1:80 ssl`; sockets have no port. */
function portsOf(server: readonly NginxDirective[]): readonly number[] {
  const listens = server.filter((one) => one.name === 'listen');
  if (listens.length === 0) return [80];
  return listens.flatMap(({ arguments: [address = ''] }) => {
    const port = Number(/^(?:.*:)?(\d{1,5})$/.exec(address.replace(/^\[[^\]]*\]/, ''))?.[1] ?? Number.NaN);
    if (port > 0 && port < 65_536) return [port];
    return /^(?:unix:|\$)|[{%]/.test(address) ? [] : [80];
  });
}

const secondsOf = ({ keepAliveSeconds: setting }: KeepAlive): number =>
  setting.state === 'unknown' ? Number.POSITIVE_INFINITY : setting.value;

/** Locations within a server, and within locations. */
const locationsOf = (server: readonly NginxDirective[]): readonly (readonly NginxDirective[])[] =>
  server.flatMap((one) =>
    one.name === 'location' && one.block ? [one.block, ...locationsOf(one.block)] : [],
  );

interface Context {
  readonly outer: KeepAlive;
  readonly outerRequests: CheckedServer['requestsPerConnection'];
}

/** What counts in a server block: its own setting before that of http, and of its locations the shortest. */
function inServer(
  server: readonly NginxDirective[],
  { outer, outerRequests }: Context,
): { keepAlive: KeepAlive; requests: CheckedServer['requestsPerConnection'] } {
  const own = directive(server, 'keepalive_timeout');
  const all = [
    own ? keepAliveOf(own) : outer,
    ...locationsOf(server).flatMap((location) => {
      const found = directive(location, 'keepalive_timeout');
      return found ? [keepAliveOf(found)] : [];
    }),
  ];
  const requests = directive(server, 'keepalive_requests');
  return {
    keepAlive: all.reduce((shortest, one) => (secondsOf(one) < secondsOf(shortest) ? one : shortest)),
    requests: requests ? requestsOf(requests) : outerRequests,
  };
}

/** Servers with the same settings from the same lines are one, with the ports of all. */
function merged(servers: readonly CheckedServer[]): readonly CheckedServer[] {
  const byKey = new Map<string, CheckedServer>();
  for (const server of servers) {
    const key = JSON.stringify([server.keepAliveSeconds, server.requestsPerConnection]);
    const before = byKey.get(key);
    byKey.set(key, before ? { ...before, ports: [...new Set([...before.ports, ...server.ports])] } : server);
  }
  return withUniqueIds([...byKey.values()]);
}

/** The image of the Dockerfile at or above a folder. */
function imageNear(folder: string, beside: FilesBeside): CheckedImage | null {
  const docker = nearest(folder, ['Dockerfile'], beside);
  return docker && imageOf(docker);
}

function serversIn(
  directives: readonly NginxDirective[],
  file: SourceFile,
  image: CheckedImage | null,
  beside: FilesBeside,
): readonly CheckedServer[] {
  const http = directives.find((one) => one.name === 'http' && one.block !== null);
  const level = http?.block ?? directives;
  const version = image && versionIn('nginx', image.from, image.environment);
  const where: Place = { file: file.path, line: http?.line ?? 1 };
  const [timeout, requests] = [directive(level, 'keepalive_timeout'), directive(level, 'keepalive_requests')];
  const blocks = level.flatMap((one) =>
    one.name === 'server' && one.block ? [{ at: one, block: one.block }] : [],
  );
  const byDefault = (place: Place): KeepAlive =>
    http ? defaultKeepAlive(ROW, version, place) : packagedNginxKeepAlive(image?.from ?? '', place);
  const build = (at: Place, block: readonly NginxDirective[] | null): CheckedServer => {
    const context: Context = {
      outer: timeout ? keepAliveOf(timeout) : byDefault(at),
      outerRequests: requests ? requestsOf(requests) : defaultRequests(ROW, version, at),
    };
    const found = inServer(block ?? [], context);
    const { place } = found.keepAlive.keepAliveSeconds;
    return checkedServer({
      row: ROW,
      version,
      place,
      folder: programFolder(file.path, beside),
      keepAlive: found.keepAlive,
      requests: found.requests,
      ports: block === null ? [] : portsOf(block),
    });
  };
  if (blocks.length === 0) return http || timeout ? [build(where, null)] : [];
  return merged(
    // What holds for all servers would be written in the http block, once.
    blocks.map(({ at, block }) => build(http && !timeout ? where : placeOf(at), block)),
  );
}

/** Whether a text looks like nginx: other programs have files that end in .conf. */
const LOOKS_LIKE_NGINX = /(?:^|[\s;}])(?:http|server|upstream)\s*\{|(?:^|[\s;{}])keepalive_timeout\s/;

/** Whether a whole configuration in the repository includes a part of one: it is read there then. */
function isIncluded(path: string, beside: FilesBeside): boolean {
  const folders = new Set(upwards(folderOf(path)).slice(0, 4));
  const mains = beside.paths.filter(
    (other) => other !== path && folders.has(folderOf(other)) && /nginx[\w.-]*\.conf/.test(nameOf(other)),
  );
  return mains.slice(0, 10).some((main) => {
    const text = beside.text(main) ?? '';
    if (text.length > LONGEST_NGINX || !/(?:^|[\s;}])http\s*\{/.test(text)) return false;
    try {
      return withIncludes(main, nginxDirectives(main, text), beside).files.has(path);
    } catch (error) {
      if (error instanceof NginxSyntaxError) return false;
      throw error;
    }
  });
}

const NAME = /\.(?:conf|nginx|vhost)(?:\.(?:template|tmpl|tpl|j2|erb|ctmpl|in|example|dist))?$/i;

/** Configuration of nginx: `http` and `server` blocks, with what they include within the repository. */
export const NGINX_FILES: FileReader = {
  reads: 'nginx configuration',
  takes: (path) => NAME.test(path) || /(?:^|\/)sites-(?:available|enabled)\/[^/]+$/.test(path),
  read: (file, beside) => {
    if (!LOOKS_LIKE_NGINX.test(file.text) || /^\s*<(?:VirtualHost|IfModule|Directory)\b/im.test(file.text))
      return null;
    const unread = (line: number, why: string) => ({
      ...NO_FACTS,
      unread: [{ place: { file: file.path, line }, what: 'nginx configuration', why }],
    });
    if (file.text.length > LONGEST_NGINX) return unread(1, `it is longer than ${LONGEST_NGINX} characters`);
    try {
      const own = nginxDirectives(file.path, file.text);
      const isWhole = own.some((one) => one.name === 'http');
      if (!isWhole && isIncluded(file.path, beside)) return NO_FACTS;
      const { directives } = withIncludes(file.path, own, beside);
      const servers = serversIn(directives, file, imageNear(folderOf(file.path), beside), beside);
      return servers.length === 0 && !isWhole ? null : { ...NO_FACTS, servers };
    } catch (error) {
      if (error instanceof NginxSyntaxError) return unread(error.line, error.message);
      throw error;
    }
  },
};
