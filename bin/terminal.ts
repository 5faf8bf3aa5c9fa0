import { randomInt } from 'node:crypto';
import { Writable } from 'node:stream';
import { visible } from '../lambda/alert/render/text-format.ts';
import { EXIT } from './exit-code.ts';
import { streamProblem } from './file-problem.ts';

// The one place that writes to standard output and standard error. Names, paths, reasons and log lines are written by
// strangers, so whatever would act on a terminal instead of being shown is escaped here; a test keeps other files away.

/** SGR codes of the styles, on and off (ECMA-48, 8.3.117). */
const CODES = { bold: [1, 22], red: [31, 39], green: [32, 39], yellow: [33, 39], cyan: [36, 39] } as const;
type StyleName = keyof typeof CODES;

const ALL_CODES = [...new Set(Object.values(CODES).flat())];

/** Characters without a width, so that what measures and wraps text leaves them alone. */
const SYMBOLS = [1, 2, 3, 4, 5, 6, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23].map((code) =>
  String.fromCharCode(code),
);
const symbol = (index: number): string => SYMBOLS[index] ?? '';

/** Tells our own styles from those that a text brings along: drawn anew for each process, so nobody can know it. */
const NONCE = Array.from({ length: 8 }, () => symbol(randomInt(SYMBOLS.length))).join('');
const OWN_STYLE = new RegExp(`${NONCE}([${SYMBOLS.join('')}])`);

const mark = (code: (typeof ALL_CODES)[number]): string => `${NONCE}${symbol(ALL_CODES.indexOf(code))}`;

/** On a terminal only, whatever machine it is; https://no-color.org and https://force-color.org have the last word. */
const hasColours = ({ NO_COLOR, FORCE_COLOR }: NodeJS.ProcessEnv): boolean =>
  NO_COLOR ? false : FORCE_COLOR ? FORCE_COLOR !== '0' : process.stdout.isTTY === true;

const styler =
  (name: StyleName) =>
  (text: string): string =>
    hasColours(process.env) ? `${mark(CODES[name][0])}${text}${mark(CODES[name][1])}` : text;

/** Styles for text that goes to standard output; they do nothing where colour is not wanted (`NO_COLOR`, no terminal). */
export const style: Readonly<Record<StyleName, (text: string) => string>> = {
  bold: styler('bold'),
  red: styler('red'),
  green: styler('green'),
  yellow: styler('yellow'),
  cyan: styler('cyan'),
};

/** Text as a terminal may get it: our own styles, line feeds, tabs, and nothing else that is not shown. */
function escaped(text: string): string {
  // Split by a pattern with a group, every second part is the symbol of a style.
  return text
    .split(OWN_STYLE)
    .map((part, index) =>
      index % 2 === 0
        ? part
            .split(/([\n\t])/)
            .map((piece) => (/^[\n\t]$/.test(piece) ? piece : visible(piece)))
            .join('')
        : `\u001b[${ALL_CODES[SYMBOLS.indexOf(part)] ?? 0}m`,
    )
    .join('');
}

/** Writes a report to standard output. */
export function printText(text: string): void {
  process.stdout.write(escaped(text));
}

/** Writes to standard error; {@link printError} says what went wrong. */
export function printNote(text: string): void {
  process.stderr.write(escaped(text));
}

/** Says in one line on standard error what went wrong, whatever stands in the message. */
export function printError(message: string): void {
  printNote(`alb502: ${message.replaceAll(/\s*[\r\n]+\s*/g, ' ').trim()}\n`);
}

/** Writes one JSON document, the only thing on stdout under `--json`; what a terminal must not get is escaped as JSON does. */
export function printJson(value: unknown): void {
  const json = JSON.stringify(value, null, 2);
  process.stdout.write(`${json.replaceAll(UNSHOWN_IN_JSON, jsonEscape)}\n`);
}

/** In JSON these stand in strings only, where each unit has an escape; C0 has one already. */
const UNSHOWN_IN_JSON =
  /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb]|\udb40[\udc00-\udc7f]/g;

const jsonEscape = (text: string): string =>
  Array.from({ length: text.length }, (_, index) => text.charCodeAt(index))
    .map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`)
    .join('');

/**
 * Ends the process when nobody takes its output: quietly where the reader of our pipe went away (`alb502 ... | head`),
 * for nothing is left to say, and with a sentence where it could not be written whole.
 */
export function endWithReader(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(process.exitCode ?? 0);
    printError(`the output could not be written: ${streamProblem(error)}`);
    process.exit(EXIT.usage);
  });
  // What cannot be said on standard error can be said nowhere; the exit code still tells.
  process.stderr.on('error', () => {});
}

/**
 * Hands standard output to one writer, for a protocol: what anybody else writes there goes to standard error from then
 * on, and cannot spoil it.
 */
export function takeStandardOutput(): Writable {
  const write = process.stdout.write.bind(process.stdout);
  process.stdout.write = process.stderr.write.bind(process.stderr);
  return new Writable({
    write: (chunk: Uint8Array, _encoding, done) => {
      write(chunk, done);
    },
  });
}

/** Whether a person looks at standard output. */
export const isWatched = (): boolean => process.stdout.isTTY;

/** Columns to wrap prose at: the terminal's own, between 40 and 100; 80 where stdout is no terminal. */
export function proseColumns(): number {
  return Math.min(100, Math.max(40, process.stdout.columns ?? 80));
}
