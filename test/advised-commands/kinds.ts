import type { ServerRow } from '../../lambda/advice/server.ts';
import { PROGRAM_NAMES } from './programs.ts';
import { isSetting } from './settings.ts';

/** What a line of an action is for the reader. */
export type Kind = 'remark' | 'configuration' | 'shell';

const REMARK = /^(?:#|\/\/|;|<!--.*-->$|rem )/;

/** The same line with other figures. */
const shapeOf = (line: string): string => line.replaceAll(/\d+/g, '0');

/** What a row has written for so many seconds, wherever in it. */
function writtenBy(part: unknown, seconds: number): readonly string[] {
  if (typeof part === 'function') {
    const lines: unknown = part(seconds);
    return Array.isArray(lines) ? lines.map(String) : [];
  }
  return typeof part === 'object' && part !== null
    ? Object.values(part).flatMap((inner) => writtenBy(inner, seconds))
    : [];
}

/** All that the rows of the servers write into configuration files, and code, whatever the time. */
const linesOfServers = (servers: readonly ServerRow[]): ReadonlySet<string> =>
  new Set([66, 1_985].flatMap((seconds) => writtenBy(servers, seconds)).map(shapeOf));

/**
 * Lines of servers that belong to no row of the table, each with the manual that has it. Whatever is none of these, no
 * remark and no command is prose, which must not stand among commands.
 */
const OF_SERVERS: ReadonlyArray<readonly [form: RegExp, source: string]> = [
  [/^keepalive_timeout \d+s;$/, 'https://nginx.org/en/docs/http/ngx_http_core_module.html#keepalive_timeout'],
  [/^keepalive_time \d+h;$/, 'https://nginx.org/en/docs/http/ngx_http_core_module.html#keepalive_time'],
  [
    /^client_max_body_size \d+m;$/,
    'https://nginx.org/en/docs/http/ngx_http_core_module.html#client_max_body_size',
  ],
  [
    /^app\.use\(express\.json\(\{ limit: '\d+mb' \}\)\);$/,
    'https://expressjs.com/en/5x/api.html#express.json',
  ],
  [
    /^server\.close\(\); server\.closeIdleConnections\(\);$/,
    'https://nodejs.org/api/http.html#servercloseidleconnections',
  ],
  [
    /^spring\.servlet\.multipart\.max-request-size=\d+MB$|^server\.tomcat\.max-swallow-size=-1$/,
    'https://docs.spring.io/spring-boot/appendix/application-properties/',
  ],
  [
    /^DATA_UPLOAD_MAX_MEMORY_SIZE = \d+ \* 1024 \* 1024$/,
    'https://docs.djangoproject.com/en/5.2/ref/settings/#data-upload-max-memory-size',
  ],
  [/^timeout = \d+$/, 'https://docs.gunicorn.org/en/stable/settings.html#timeout'],
  [/^harakiri = \d+$/, 'https://uwsgi-docs.readthedocs.io/en/latest/Options.html#harakiri'],
  [/^timeout \d+$/, 'https://yhbt.net/unicorn/Unicorn/Configurator.html'],
  [
    /^request_terminate_timeout = \d+$/,
    'https://www.php.net/manual/en/install.fpm.configuration.php#request-terminate-timeout',
  ],
];

/** Tells what each line is; a line that begins with a program is for the shell even where a server's row has it. */
export function kindsFor(servers: readonly ServerRow[]): (line: string) => Kind {
  const written = linesOfServers(servers);
  return (line) => {
    if (REMARK.test(line)) return 'remark';
    if (PROGRAM_NAMES.includes(line.split(' ')[0] ?? '')) return 'shell';
    const isConfiguration =
      written.has(shapeOf(line)) || isSetting(line) || OF_SERVERS.some(([form]) => form.test(line));
    return isConfiguration ? 'configuration' : 'shell';
  };
}
