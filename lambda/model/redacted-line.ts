/** Longer lines are cut: they are quoted to show what happened, not to replace the log. */
const LINE_LENGTH = 300;
/** Read no further into a line than this, lest a log of megabytes in one line costs seconds. */
const MOST_READ = 4000;
/** As long as this and as mixed as below is no word. */
const LEAST_SECRET_LENGTH = 20;

const MASK = '***';

/** Colours of terminals, and control characters. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is removed here
const UNPRINTABLE = /\u001b\[[0-9;?]*[A-Za-z]|[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g;

const SECRET_KEY =
  '[\\w.-]*(?:token|secret|passw(?:or)?d|passphrase|pwd|credential|signature|session|jwt|api[-_.]?key|private[-_.]?key|access[-_.]?key|auth[-_.]?key)[\\w.-]*';

/** Each with what stays of it. The order counts: whole headers before the values inside them. */
const MASKS: ReadonlyArray<readonly [pattern: RegExp, replacement: string]> = [
  // Headers whose whole value is secret, as text, as JSON and as an object printed by a program.
  [/\b((?:proxy-)?authorization|(?:set-)?cookie2?)(\\?["']?\s*[:=]\s*).*/gi, `$1$2${MASK}`],
  [/\b(bearer|basic|digest|negotiate)\s+[\w.~+/=-]{6,}/gi, `$1 ${MASK}`],
  [
    new RegExp(
      `(${SECRET_KEY})(\\\\?["']?\\s*[:=]\\s*)(\\\\"(?:(?!\\\\").)*(?:\\\\")?|"(?:[^"\\\\]|\\\\.)*"?|'[^']*'?|[^\\s,;&"'})\\]]+)`,
      'gi',
    ),
    `$1$2${MASK}`,
  ],
  [/([a-z][a-z0-9+.-]*:\/\/)[^\s/@"']*@/gi, `$1${MASK}@`],
  [/[\w.!#$%&*+/=^`{|}~-]+@[\w-]+(?:\.[\w-]+)+/g, MASK],
  // Query strings: of URLs, of paths, of anything that goes on with key=value.
  [/(\/[^\s?"']*)\?[^\s"']*/g, `$1?${MASK}`],
  [/\?[\w.[\]%-]+=[^\s"']*/g, `?${MASK}`],
  // Numbers of payment cards and accounts; times in milliseconds have thirteen digits.
  [/\b\d(?:[ -]?\d){13,18}\b/g, MASK],
];

const isMixed = (text: string): boolean => /\d/.test(text) && /[A-Za-z]/.test(text);

/** A key, a hash or a token rather than a path or a name: one long stretch of letters and digits. */
function withoutRandom(text: string): string {
  return text.replace(/[\w+/=.-]{20,}/g, (word) =>
    word
      .split(/([/.=-])/)
      .map((part) => (part.length >= LEAST_SECRET_LENGTH && isMixed(part) ? MASK : part))
      .join(''),
  );
}

/**
 * A line of a log as it may leave the account: on one line, without credentials, cookies, query strings, mail addresses
 * and long random values, and not longer than 300 characters. Addresses of hosts stay: they say which target it was.
 */
export function redactedLine(line: string): string {
  const plain = line.slice(0, MOST_READ).replace(UNPRINTABLE, ' ').trim();
  const masked = MASKS.reduce((text, [pattern, replacement]) => text.replace(pattern, replacement), plain);
  const short = withoutRandom(masked);
  return short.length <= LINE_LENGTH
    ? short
    : `${short.slice(0, LINE_LENGTH - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}
