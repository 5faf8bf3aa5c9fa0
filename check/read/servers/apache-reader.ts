import { inSeconds } from '../../../lambda/advice/workload-server/times.ts';
import type { CheckedServer, Place, Setting } from '../../model.ts';
import {
  checkedServer,
  type KeepAlive,
  noIdleTimeout,
  rowOf,
  set,
  unknown,
  withUniqueIds,
} from './checked-server.ts';

/** What decides how long connections are kept. */
export const SETS = new Set(['keepalive', 'keepalivetimeout', 'maxkeepaliverequests']);

/** A directive of Apache httpd, with the sections it stands in. */
interface Directive {
  /** Lower case: Apache does not tell capitals apart. */
  readonly name: string;
  readonly words: readonly string[];
  readonly written: string;
  readonly line: number;
  /** The virtual host it stands in, by its line; null for the server. */
  readonly host: number | null;
  /** The file, where that is another one. */
  readonly file?: string;
}

const WORDS = /"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|(\S+)/g;

/** The directives of a file; a `\` at the end of a line continues it. */
export function directivesIn(text: string): readonly Directive[] {
  const found: Directive[] = [];
  const lines = text.split(/\r?\n/);
  let host: number | null = null;
  for (let at = 0; at < lines.length; at += 1) {
    const line = at + 1;
    const parts = [lines[at] ?? ''];
    while (parts.at(-1)?.endsWith('\\') && at + 1 < lines.length) {
      parts.push(`${(parts.pop() ?? '').slice(0, -1)} `);
      at += 1;
      parts.push(lines[at] ?? '');
    }
    const written = parts.join('').trim().slice(0, 4000);
    if (written === '' || written.startsWith('#')) continue;
    if (/^<VirtualHost\b/i.test(written)) host = line;
    const [name = '', ...words] = [...written.replace(/^<(.*?)>?$/, '$1').matchAll(WORDS)].map(
      ([, double, single, bare]) => double ?? single ?? bare ?? '',
    );
    found.push({ name: name.toLowerCase(), words, written, line, host });
    if (/^<\/VirtualHost>/i.test(written)) host = null;
  }
  return found;
}

/** `5`, `500ms` (Apache documentation, core, KeepAliveTimeout). */
function secondsOf(value: string): number | null {
  const milliseconds = /^(\d{1,9})ms$/i.exec(value)?.[1];
  if (milliseconds !== undefined) return Number(milliseconds) / 1000;
  return inSeconds(value.replace(/(?<=\d)s$/i, ''));
}

/** One file: the server's settings, and those of its virtual hosts. */
export class ApacheReader {
  private readonly path: string;
  private readonly folder: string;
  private readonly directives: readonly Directive[];

  constructor(path: string, folder: string, directives: readonly Directive[]) {
    this.path = path;
    this.folder = folder;
    this.directives = directives;
  }

  /**
   * The server itself, and each virtual host that has settings of its own: those count for its ports, so that the server
   * is left out where such hosts have all of its ports.
   */
  servers(): readonly CheckedServer[] {
    const hosts = [...new Set(this.directives.flatMap(({ host }) => (host === null ? [] : [host])))];
    const own = hosts.filter((host) => this.isSet(host));
    const rest = hosts.filter((host) => !own.includes(host));
    const taken = new Set(own.flatMap((host) => this.portsOf('virtualhost', host)));
    const listening = this.portsOf('listen', null);
    const free = listening.filter((port) => !taken.has(port));
    const needsServer =
      rest.length > 0 ||
      hosts.length === 0 ||
      free.length > 0 ||
      (listening.length === 0 && this.isSet(null));
    const ports = [...free, ...rest.flatMap((host) => this.portsOf('virtualhost', host))];
    return withUniqueIds([
      ...(needsServer ? [this.server(null, ports)] : []),
      ...own.map((host) => this.server(host, this.portsOf('virtualhost', host))),
    ]);
  }

  private isSet(host: number | null): boolean {
    return this.directives.some((one) => one.host === host && SETS.has(one.name));
  }

  /** The last that counts for a host: its own before the server's. */
  private find(name: string, host: number | null): Directive | undefined {
    const all = this.directives.filter((one) => one.name === name);
    return all.findLast((one) => one.host === host) ?? all.findLast((one) => one.host === null);
  }

  private place(directive: Directive): Place {
    return { file: directive.file ?? this.path, line: directive.line };
  }

  private server(host: number | null, ports: readonly number[]): CheckedServer {
    const timeout = this.find('keepalivetimeout', host);
    const requests = this.find('maxkeepaliverequests', host);
    const keepAlive = this.keepAlive(host);
    const fallback: Place = { file: this.path, line: host ?? 1 };
    const written = keepAlive?.keepAliveSeconds.place ?? (timeout ? this.place(timeout) : fallback);
    return checkedServer({
      row: rowOf('apache'),
      place: written.file === this.path ? written : fallback,
      folder: this.folder,
      keepAlive,
      keepAliveAs: { template: 'KeepAliveTimeout %s', unit: 'seconds' },
      requests: requests ? this.requests(requests) : undefined,
      ports,
    });
  }

  private keepAlive(host: number | null): KeepAlive | undefined {
    const [isOn, timeout] = [this.find('keepalive', host), this.find('keepalivetimeout', host)];
    if (isOn?.words[0]?.toLowerCase() === 'off') return noIdleTimeout('each-response', this.place(isOn));
    if (!timeout) return undefined;
    const seconds = secondsOf(timeout.words[0] ?? '');
    if (seconds === 0) return noIdleTimeout('each-response', this.place(timeout));
    return {
      keepAliveSeconds:
        seconds === null
          ? unknown(this.place(timeout), `${timeout.written} has no time that can be read offline`)
          : set(seconds, this.place(timeout), timeout.written),
    };
  }

  /** 0 is no limit. */
  private requests(directive: Directive): Setting<number | null> {
    const value = directive.words[0] ?? '';
    return /^\d{1,9}$/.test(value)
      ? set(Number(value) === 0 ? null : Number(value), this.place(directive), directive.written)
      : unknown(this.place(directive), `${directive.written} has no number that can be read offline`);
  }

  private portsOf(directive: 'listen' | 'virtualhost', host: number | null): readonly number[] {
    return this.directives
      .filter((one) => one.name === directive && one.host === host)
      .flatMap(({ words }) => words.map((word) => Number(/^(?:.*:)?(\d{1,5})$/.exec(word)?.[1] ?? 0)))
      .filter((port) => port > 0 && port < 65_536);
  }
}
