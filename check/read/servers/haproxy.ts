import { inMilliseconds, orBare } from '../../../lambda/advice/workload-server/times.ts';
import { type CheckedServer, type FileReader, NO_FACTS, type Place } from '../../model.ts';
import {
  asWritten,
  checkedServer,
  type KeepAlive,
  noIdleTimeout,
  rowOf,
  set,
  unknown,
  withUniqueIds,
} from './checked-server.ts';
import { nameOf, programFolder } from './program-folder.ts';

const LONGEST_FILE = 500_000;

/** A line of a section. */
interface Line {
  readonly words: readonly string[];
  readonly line: number;
}

/** A section that takes connections or has defaults for those that do. */
interface Section {
  readonly kind: string;
  readonly name: string;
  readonly line: number;
  readonly lines: Line[];
  /** The defaults that it takes: those it names, else the last before it. */
  readonly defaults: Section | null;
}

const KINDS = new Set([
  'global',
  'defaults',
  'frontend',
  'backend',
  'listen',
  'resolvers',
  'userlist',
  'peers',
  'cache',
  'program',
  'ring',
  'mailers',
  'http-errors',
  'fcgi-app',
  'log-forward',
  'crt-store',
  'traces',
  'acme',
]);

/** Words of a line, up to a `#`; quotes hold words together. */
const wordsOf = (line: string): readonly string[] =>
  [...line.slice(0, 4000).matchAll(/"([^"]*)"|'([^']*)'|(#.*$)|([^\s"'#]+)/g)].flatMap(
    ([, double, single, remark, bare]) => (remark === undefined ? [double ?? single ?? bare ?? ''] : []),
  );

function sectionsIn(text: string): readonly Section[] {
  const sections: Section[] = [];
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const words = wordsOf(raw);
    const [kind = '', name = ''] = words;
    if (KINDS.has(kind) && !/^\s/.test(raw)) {
      const defaults = sections.filter((section) => section.kind === 'defaults');
      const from = words[words.indexOf('from') + 1];
      const named = words.includes('from')
        ? defaults.findLast((section) => section.name === from)
        : undefined;
      sections.push({
        kind,
        name,
        line: index + 1,
        lines: [],
        defaults: named ?? (kind === 'defaults' ? null : (defaults.at(-1) ?? null)),
      });
    } else if (words.length > 0) sections.at(-1)?.lines.push({ words, line: index + 1 });
  }
  return sections;
}

/** The last line of a section that begins with words; else that of its defaults. */
function find(section: Section, ...start: readonly string[]): Line | undefined {
  const own = section.lines.findLast(({ words }) => start.every((word, index) => words[index] === word));
  return own ?? (section.defaults ? find(section.defaults, ...start) : undefined);
}

/** Bare numbers are milliseconds (HAProxy configuration manual, 2.5 Time format). */
const readTime = orBare(inMilliseconds);

interface Timeout {
  readonly line: Line;
  readonly seconds: number | null;
}

/**
 * What ends an idle connection: `timeout http-keep-alive`, unset `timeout http-request`, unset `timeout client`, which
 * also ends it where it is the shorter one (HAProxy configuration manual, timeout http-keep-alive).
 */
function keepAliveOf(section: Section, file: string): KeepAlive {
  const timeout = (name: string): Timeout | null => {
    const line = find(section, 'timeout', name);
    return line ? { line, seconds: readTime(line.words[2] ?? '') } : null;
  };
  const place = (line: number): Place => ({ file, line });
  if (find(section, 'option', 'httpclose'))
    return noIdleTimeout('each-response', place(find(section, 'option', 'httpclose')?.line ?? 1));
  const client = timeout('client');
  const first = timeout('http-keep-alive') ?? timeout('http-request');
  const counting = [first, client].filter((one) => one !== null);
  const [one, other] = counting;
  if (!one) return noIdleTimeout('never', place(section.line));
  const unreadable = counting.find(({ seconds }) => seconds === null);
  if (unreadable)
    return {
      keepAliveSeconds: unknown(
        place(unreadable.line.line),
        `${asWritten(unreadable.line.words.join(' '))}: its value cannot be read offline`,
      ),
    };
  const shortest = other && (other.seconds ?? 0) < (one.seconds ?? 0) ? other : one;
  return {
    keepAliveSeconds: set(shortest.seconds ?? 0, place(shortest.line.line), shortest.line.words.join(' ')),
  };
}

/** `bind *:80`, `bind :443 ssl`, `bind 0.0.0.0:8080,:8081`. */
const portsOf = ({ lines }: Section): readonly number[] =>
  lines.flatMap(({ words: [name, addresses = ''] }) =>
    name === 'bind'
      ? addresses.split(',').flatMap((address) => {
          const port = Number(/:(\d{1,5})$/.exec(address)?.[1] ?? 0);
          return port > 0 && port < 65_536 ? [port] : [];
        })
      : [],
  );

/** haproxy.cfg: each section that takes connections of HTTP. */
export const HAPROXY_FILES: FileReader = {
  reads: 'HAProxy configuration',
  takes: (path) =>
    /^haproxy[\w.-]*$/i.test(nameOf(path)) || /\.cfg(?:\.(?:template|tmpl|j2|erb))?$/.test(path),
  read: (file, beside) => {
    if (!/^(?:frontend|listen)\s/m.test(file.text) || file.text.length > LONGEST_FILE) return null;
    const sections = sectionsIn(file.text).filter(({ kind }) => kind === 'frontend' || kind === 'listen');
    const folder = programFolder(file.path, beside);
    const servers = sections
      // Without a mode it forwards bytes: the servers behind hold the connections.
      .filter((section) => find(section, 'mode')?.words[1] === 'http' && portsOf(section).length > 0)
      .map((section): CheckedServer => {
        const keepAlive = keepAliveOf(section, file.path);
        return checkedServer({
          row: rowOf('haproxy'),
          place: keepAlive.keepAliveSeconds.place,
          folder,
          label: section.name === '' ? section.kind : section.name,
          keepAlive,
          keepAliveAs: { template: keepAliveAs(keepAlive), unit: 'seconds' },
          ports: portsOf(section),
        });
      });
    return servers.length === 0 ? null : { ...NO_FACTS, servers: withUniqueIds(servers) };
  },
};

/** Where `timeout client` is what ends it, that is what must be longer. */
const keepAliveAs = ({ keepAliveSeconds: setting }: KeepAlive): string =>
  setting.state === 'set' && setting.written.startsWith('timeout client')
    ? 'timeout client %ss'
    : 'timeout http-keep-alive %ss';
