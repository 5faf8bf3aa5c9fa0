import {
  type CheckedServer,
  type FileReader,
  type FilesBeside,
  NO_FACTS,
  type Place,
  type SourceFile,
} from '../../model.ts';
import {
  checkedServer,
  type KeepAlive,
  noIdleTimeout,
  rowOf,
  set,
  unknown,
  withUniqueIds,
} from './checked-server.ts';
import { codeOnly, durationSeconds, fieldsOf, type GoField } from './go-syntax.ts';
import { folderOf, programFolder } from './program-folder.ts';

const ROW = rowOf('go');
const LONGEST_FILE = 500_000;
const MOST_FILES = 200;

const NOT_DEPLOYED = /(?:^|\/)(?:vendor|tests?|e2e|examples?|testdata|fixtures|mocks?)\/|_test\.go$/;
const STARTS = /\bhttp\.(?:ListenAndServe(?:TLS)?\s*\(|Serve(?:TLS)?\s*\(|Server\s*\{)/;

/** Servers that no load balancer sends to: figures, profiles, health, callbacks of a login. */
const ASIDE =
  /metric|prometheus|pprof|debug|profil|health|probe|liveness|readiness|admin|internal|redirect|callback/i;

const escaped = (name: string): string => name.replaceAll('.', '\\.');

/** The expressions that names of a package are given, where that is one. */
function valuesIn(folder: string, beside: FilesBeside): (name: string) => string | null {
  const texts = beside.paths
    .filter((path) => path.endsWith('.go') && folderOf(path) === folder && !NOT_DEPLOYED.test(path))
    .slice(0, MOST_FILES)
    .flatMap((path) => beside.text(path) ?? []);
  return (name) => {
    const pattern = new RegExp(
      `(?:^|[\\s(;])${escaped(name)}(?:\\s+[\\w.]+)?\\s*:?=(?!=)\\s*([^\\n;]+)`,
      'gm',
    );
    const found = new Set(
      texts.flatMap((text) => [...codeOnly(text).matchAll(pattern)].map(([, value = '']) => value.trim())),
    );
    return found.size === 1 ? ([...found][0] ?? null) : null;
  };
}

/** One source file, as its servers are read. */
class GoSource {
  private readonly file: SourceFile;
  private readonly code: string;
  private readonly beside: FilesBeside;
  private readonly folder: string;

  constructor(file: SourceFile, beside: FilesBeside) {
    this.file = file;
    this.beside = beside;
    this.code = codeOnly(file.text);
    this.folder = programFolder(file.path, beside);
  }

  servers(): readonly CheckedServer[] {
    const literals = [...this.code.matchAll(/\bhttp\.Server\s*\{/g)].flatMap((match) =>
      this.literal(match.index, match.index + match[0].length - 1),
    );
    const calls = [
      ...this.code.matchAll(/\bhttp\.(?:ListenAndServe(?:TLS)?|Serve(?:TLS)?)\s*\(([^,\n]*)/g),
    ].flatMap((match) => this.call(match.index));
    return withUniqueIds([...literals, ...calls]);
  }

  private place(offset: number): Place {
    return { file: this.file.path, line: this.file.text.slice(0, offset).split('\n').length };
  }

  /** `http.ListenAndServe` has no timeouts at all. */
  private call(offset: number): readonly CheckedServer[] {
    const line = this.file.text.slice(offset, this.file.text.indexOf('\n', offset));
    if (ASIDE.test(line) || /"(?:localhost|127\.0\.0\.1|\[::1\]):|:6060"/.test(line)) return [];
    return [this.server(null, noIdleTimeout('never', this.place(offset)), offset, [])];
  }

  private literal(offset: number, open: number): readonly CheckedServer[] {
    const fields = fieldsOf(this.code, this.file.text, open);
    if (fields === null) return [];
    const before = this.code.slice(Math.max(0, offset - 80), offset);
    const name = /([\w.]+)\s*(?::?=|:)\s*&?\s*$/.exec(before)?.[1] ?? null;
    const address = fields.find((field) => field.name === 'Addr')?.value ?? '';
    if (ASIDE.test(`${name ?? ''} ${address}`) || /"(?:localhost|127\.0\.0\.1):/.test(address)) return [];
    const all = [...fields, ...this.assigned(name)];
    const port = Number(/:(\d{1,5})"$/.exec(address)?.[1] ?? 0);
    return [this.server(name, this.keepAlive(all, offset), offset, port > 0 ? [port] : [])];
  }

  /** `srv.IdleTimeout = 90 * time.Second`. */
  private assigned(name: string | null): readonly GoField[] {
    if (name === null) return [];
    const pattern = new RegExp(
      `\\b${escaped(name)}\\.(IdleTimeout|ReadTimeout)\\s*=(?!=)\\s*([^\\n;]+)`,
      'g',
    );
    return [...this.code.matchAll(pattern)].map(({ 1: field = '', 2: value = '', index }) => ({
      name: field,
      value: value.trim(),
      offset: index,
    }));
  }

  /**
   * IdleTimeout; where that is zero, ReadTimeout; where that is zero too, or the one that counts is negative, none.
   * Source: https://pkg.go.dev/net/http#Server, IdleTimeout
   */
  private keepAlive(fields: readonly GoField[], offset: number): KeepAlive {
    const given = valuesIn(folderOf(this.file.path), this.beside);
    for (const name of ['IdleTimeout', 'ReadTimeout']) {
      const field = fields.findLast((one) => one.name === name);
      if (field === undefined) continue;
      const seconds = durationSeconds(field.value, given);
      const written = `${name}: ${field.value}`;
      const place = this.place(field.offset);
      if (seconds === null)
        return {
          keepAliveSeconds: unknown(place, `${written.slice(0, 100)}: its value cannot be read offline`),
        };
      if (seconds < 0) return noIdleTimeout('never', place);
      if (seconds > 0) return { keepAliveSeconds: set(seconds, place, written) };
    }
    return noIdleTimeout('never', this.place(offset));
  }

  private server(
    name: string | null,
    keepAlive: KeepAlive,
    offset: number,
    ports: readonly number[],
  ): CheckedServer {
    const shutsDown = /\.Shutdown\s*\(/.test(this.code);
    return checkedServer({
      row: ROW,
      place: keepAlive.idleClose === undefined ? keepAlive.keepAliveSeconds.place : this.place(offset),
      folder: this.folder,
      ...(name === null ? {} : { label: name }),
      keepAlive,
      keepAliveAs: { template: 'IdleTimeout: %s * time.Second,', unit: 'seconds' },
      // Shutdown closes idle connections first (net/http, Server.Shutdown).
      closesIdleOnShutdown: shutsDown ? true : null,
      ports,
    });
  }
}

/** Sources of Go: servers of net/http, with what they set. */
export const GO_SOURCES: FileReader = {
  reads: 'Go source (net/http)',
  takes: (path) => path.endsWith('.go') && !NOT_DEPLOYED.test(path),
  read: (file, beside) => {
    if (!STARTS.test(file.text)) return null;
    if (file.text.length > LONGEST_FILE)
      return {
        ...NO_FACTS,
        unread: [{ place: { file: file.path, line: 1 }, what: 'Go source', why: 'it is too long' }],
      };
    const servers = new GoSource(file, beside).servers();
    return servers.length === 0 ? null : { ...NO_FACTS, servers };
  },
};
