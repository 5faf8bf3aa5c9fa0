import { MASK } from '../../model/random-word.ts';
import { redacted } from '../../model/redacted-line.ts';
import type { ShellCommand } from './shell.ts';

/** What a command line or variable says of the time that a server keeps an idle connection. */
export type KeepAliveReading =
  /** It is set; `variable` names the variable that sets it, null where the command does. */
  | { readonly state: 'set'; readonly seconds: number; readonly variable: string | null }
  /** Nothing sets it there; `unless` names what still can. */
  | { readonly state: 'default'; readonly unless: string | null }
  /** Something sets it, to what cannot be told; or it cannot be told whether the default holds. */
  | { readonly state: 'unknown'; readonly why: string };

/** A server that a command starts. */
export interface ServerReading {
  /** As the tag `alb502:server` would name it, without version: `gunicorn-uvicorn`. */
  readonly server: string;
  readonly keepAlive: KeepAliveReading;
  /** The words that were read, as they are written; what was not is left out. */
  readonly quoted: string;
}

/** A kind of server: the programs that start it, and what their command says. */
export interface ServerFamily {
  readonly programs: readonly string[];
  /** null where the program was started for something else: `rails db:migrate`. */
  readonly read: (command: ShellCommand) => ServerReading | null;
}

/** A flag as it is written, with its value; `--flag` alone has none. */
export interface FoundFlag {
  readonly value: string | null;
  /** Where its words are. */
  readonly indices: readonly number[];
}

interface FlagOptions {
  /** Go programs and Traefik do not tell capitals apart. */
  readonly anyCase?: true;
}

/** The last of the given flags, which is the one that counts: `--flag value`, `--flag=value`, `-f value`, `-fvalue`. */
export function flagIn(
  words: readonly string[],
  names: readonly string[],
  { anyCase }: FlagOptions = {},
): FoundFlag | null {
  const wanted = new Set(anyCase ? names.map((name) => name.toLowerCase()) : names);
  let found: FoundFlag | null = null;
  for (const [index, word] of words.entries()) {
    if (word === '--') break;
    const [name = '', ...rest] = word.split('=');
    const key = anyCase ? name.toLowerCase() : name;
    const short = word.slice(0, 2);
    if (wanted.has(key)) {
      found =
        rest.length > 0
          ? { value: rest.join('='), indices: [index] }
          : { value: words[index + 1] ?? null, indices: [index, index + 1] };
    } else if (/^-[A-Za-z]$/.test(short) && word.length > 2 && wanted.has(short)) {
      found = { value: word.slice(2), indices: [index] };
    }
  }
  return found;
}

/** Values that tell nothing of a secret: small numbers, addresses of listening, switches. */
const PLAIN_VALUE =
  /^(?:\d{1,6}(?:\.\d{1,3})?[a-z]{0,2}|(?:\[::\]|(?:\d{1,3}\.){3}\d{1,3}|localhost|\*)?:\d{1,5}|(?:0\.0\.0\.0|127\.0\.0\.1|::)|true|false|on|off|-|daemon off;)$/;
/** `--bind`, `-w`, `-w4`, `-Xmx512m`; `-phunter2` is no name of a flag. */
const FLAG = /^(?:--[A-Za-z][\w.-]*|-[A-Za-z]\d{0,4}|-Xm[sx]\d+[kmg]|-jar)$/;
/** The application, a script or a file: `shop.wsgi:application`, `server.js`, `/app/app.jar`. */
const NAME_OF_APPLICATION = /^(?:start|serve|server|run|build|next|[\w/-]*[.:/][\w./:()-]+)$/;

/**
 * A command as evidence: the program, what it runs and the flags that were read, word for word. Whatever else stands
 * there could be a secret, and is left out.
 *
 * @param read - where the words that were read are
 * @param application - where the word is that names the application
 */
export function quote(
  words: readonly string[],
  read: readonly (FoundFlag | null)[],
  application: number | null = firstName(words),
): string {
  const kept = new Set([0, ...read.flatMap((flag) => flag?.indices ?? [])]);
  const parts: string[] = [];
  for (const [index, word] of words.entries()) {
    const isName = index === application && NAME_OF_APPLICATION.test(word);
    if (kept.has(index) || isName || isPlain(word)) parts.push(word);
    else if (parts.at(-1) !== '…') parts.push('…');
  }
  return redacted(parts.join(' ').replace(/ …$/, '')).slice(0, 240);
}

function isPlain(word: string): boolean {
  const [name = '', value] = word.split(/=(.*)/s);
  return value === undefined
    ? FLAG.test(word) || PLAIN_VALUE.test(word)
    : FLAG.test(name) && PLAIN_VALUE.test(value);
}

/** The first word that is neither a flag nor stands right behind one that may take it. */
function firstName(words: readonly string[]): number | null {
  const at = words.findIndex(
    (word, index) =>
      index > 0 &&
      !word.startsWith('-') &&
      (index === 1 || !/^-/.test(words[index - 1] ?? '') || /=/.test(words[index - 1] ?? '')),
  );
  return at < 0 ? null : at;
}

const set = (seconds: number | null, variable: string | null, written: string): KeepAliveReading => {
  if (seconds === null) return { state: 'unknown', why: `${written} is no time that can be read here` };
  if (seconds <= 0) return { state: 'unknown', why: `${written} switches it off` };
  return { state: 'set', seconds, variable };
};

/** Reads a text as a time in seconds; null where it is none. */
export type TimeReader = (text: string) => number | null;

/** What a flag sets, else a variable, else nothing. */
export function keepAliveOf(
  { environment }: ShellCommand,
  flag: FoundFlag | null,
  variables: readonly string[],
  read: TimeReader,
  unless: string | null = null,
): KeepAliveReading {
  if (flag) return set(flag.value === null ? null : read(flag.value), null, 'what its command sets');
  const variable = variables.find((name) => (environment[name] ?? '').trim() !== '');
  if (variable !== undefined && environment[variable] === MASK)
    return { state: 'unknown', why: `the value of ${variable} is a secret's, or is not read` };
  if (variable !== undefined) return set(read((environment[variable] ?? '').trim()), variable, variable);
  return { state: 'default', unless };
}
