import { type FileReader, NO_FACTS, type Place, type Setting } from '../../model.ts';
import { asWritten, checkedServer, rowOf, set, unknown } from './checked-server.ts';
import { packagedVersionOf } from './package-version.ts';
import { folderOf, programFolder } from './program-folder.ts';

const LONGEST_FILE = 200_000;

/** A line of the file without its comment; a `#` within quotes is none. */
function withoutComment(line: string): string {
  let quote = '';
  for (let at = 0; at < line.length; at += 1) {
    const character = line[at] ?? '';
    if (quote !== '') {
      if (character === '\\') at += 1;
      else if (character === quote) quote = '';
    } else if (character === '"' || character === "'") quote = character;
    else if (character === '#') return line.slice(0, at);
  }
  return line;
}

/** A number, and the variable of the environment that would take its place. */
interface RubyNumber {
  readonly value: number;
  readonly variable: string | null;
}

const INTEGER = /^\d[\d_]*$/;
const ENV = String.raw`ENV(?:\.fetch)?[([]\s*["'](\w+)["']\s*`;
/** `ENV.fetch("X", 75)`, `ENV.fetch("X") { 75 }`, `ENV["X"] || 75`. */
const FALLBACKS = [
  new RegExp(`^${ENV},\\s*["']?(\\d[\\d_]*)["']?\\s*\\)$`),
  new RegExp(`^${ENV}[)\\]]\\s*\\{\\s*["']?(\\d[\\d_]*)["']?\\s*\\}$`),
  new RegExp(`^${ENV}[)\\]]\\s*\\|\\|\\s*["']?(\\d[\\d_]*)["']?$`),
];

/** A number, a product of numbers, or a variable of the environment with its default; null for anything else. */
function numberOf(written: string): RubyNumber | null {
  let text = written.trim().slice(0, 300);
  for (let round = 0; round < 4; round += 1)
    text = text
      .replace(/^Integer\((.*)\)$/, '$1')
      .replace(/^\((.*)\)$/, '$1')
      .replace(/\.(?:to_i|seconds?|to_int)$/, '')
      .trim();
  const factors = text.split('*').map((factor) => factor.trim());
  if (factors.every((factor) => INTEGER.test(factor)))
    return {
      value: factors.reduce((product, factor) => product * Number(factor.replaceAll('_', '')), 1),
      variable: null,
    };
  const found = FALLBACKS.map((pattern) => pattern.exec(text)).find((match) => match !== null);
  return found ? { value: Number((found[2] ?? '').replaceAll('_', '')), variable: found[1] ?? null } : null;
}

/** A setting of Puma's own language, as it is called. */
interface PumaCall {
  readonly name: string;
  readonly written: string;
  readonly argument: string;
  readonly line: number;
  readonly isConditional: boolean;
}

const CALL = /^([a-z_]+)(?:\s+|\s*\()(.+)$/;
const OPENS = /^(?:if|unless|case|while|until|begin|for)\b|\bdo\s*(?:\|[^|]*\|)?$/;
const CONDITION = /^(?:if|unless|case|while|until)\b/;

/** The calls of a file, line by line: Puma's files are lists of them. */
function callsIn(text: string): readonly PumaCall[] {
  const calls: PumaCall[] = [];
  const open: string[] = [];
  let inRemark = false;
  for (const [index, raw] of text.split('\n').entries()) {
    if (/^=begin\b/.test(raw)) inRemark = true;
    if (/^=end\b/.test(raw)) {
      inRemark = false;
      continue;
    }
    const line = withoutComment(raw.slice(0, 2000)).trim();
    if (inRemark || line === '') continue;
    if (/^end\b/.test(line)) open.pop();
    if (OPENS.test(line)) open.push(line);
    const match = CALL.exec(line);
    if (!match) continue;
    const [whole = '', modifier] = line.split(/\s+(?=(?:if|unless)\s)/, 2);
    const argument = (CALL.exec(whole)?.[2] ?? '').trim();
    calls.push({
      name: match[1] ?? '',
      written: whole,
      argument: /^[a-z_]+\s*\(/.test(whole) ? argument.replace(/\)$/, '') : argument,
      line: index + 1,
      isConditional: modifier !== undefined || open.some((opener) => CONDITION.test(opener)),
    });
  }
  return calls;
}

/** Ports of `port 3000`, `port ENV.fetch("PORT") { 3000 }` and `bind "tcp://0.0.0.0:9292"`. */
function portsIn(calls: readonly PumaCall[]): readonly number[] {
  return calls
    .flatMap(({ name, argument }) => {
      if (name === 'port') return [numberOf(argument.split(/,\s*["']/)[0] ?? '')?.value ?? 0];
      return name === 'bind' ? [Number(/^["']tcp:\/\/[^"'?]*:(\d{1,5})/.exec(argument)?.[1] ?? 0)] : [];
    })
    .filter((port) => port > 0 && port < 65_536);
}

const SETTINGS =
  /^[ \t]*(?:workers|threads|port|bind|persistent_timeout|worker_timeout|preload_app!|plugin|environment|pidfile|max_keep_alive|first_data_timeout)\b/m;

/** Puma's configuration, by its own names. It is a program: what is a constant in it is read, nothing is run. */
export const PUMA_FILES: FileReader = {
  reads: 'Puma configuration',
  takes: (path) => /(?:^|\/)(?:puma(?:[.\-_][\w.-]+)?|puma\/[\w.-]+)\.rb$/.test(path),
  read: (file, beside) => {
    if (file.text.length > LONGEST_FILE || !SETTINGS.test(file.text)) return null;
    const calls = callsIn(file.text);
    const folder = folderOf(file.path);
    const version = packagedVersionOf('puma', folder, beside);
    const row = rowOf('puma');
    const last = (name: string): PumaCall | undefined => calls.findLast((call) => call.name === name);
    const setting = (call: PumaCall): Setting<number> => {
      const place: Place = { file: file.path, line: call.line };
      const number = numberOf(call.argument);
      if (call.isConditional || number === null)
        return unknown(
          place,
          `${asWritten(call.written)}: ${call.isConditional ? 'it is set under a condition' : 'its value cannot be read offline'}`,
        );
      return set(number.value, place, call.written, number.variable ?? undefined);
    };
    const [timeout, requests] = [last('persistent_timeout'), last('max_keep_alive')];
    const place: Place = { file: file.path, line: timeout?.line ?? 1 };
    const server = checkedServer({
      row,
      version,
      place,
      folder: programFolder(file.path, beside),
      keepAlive: timeout ? { keepAliveSeconds: setting(timeout) } : undefined,
      keepAliveAs: { template: 'persistent_timeout %s', unit: 'seconds' },
      requests: requests ? setting(requests) : undefined,
      ports: portsIn(calls),
    });
    return { ...NO_FACTS, servers: [server] };
  },
};
