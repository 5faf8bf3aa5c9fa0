import { MASK, withoutRandomWords } from './random-word.ts';
import { isSecretPair } from './secret-name.ts';

/** Longer lines are cut: they are quoted to show what happened, not to replace the log. */
const LINE_LENGTH = 300;
/** Read no further into a line than this, lest a log of megabytes in one line costs seconds. */
const MOST_READ = 4000;

/** Colours of terminals, and control characters. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is removed here
const UNPRINTABLE = /\u001b\[[0-9;?]*[A-Za-z]|[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g;

type Mask = readonly [
  pattern: RegExp,
  replacement: string | ((found: string, ...groups: string[]) => string),
];

const VALUE = `\\\\"(?:(?!\\\\").)*(?:\\\\")?|"(?:[^"\\\\]|\\\\.)*"?|'[^']*'?|[^\\s,;&"'})\\]<>]+`;

const pair = (found: string, name = '', sign = '', value = ''): string =>
  !value.startsWith(MASK) && isSecretPair(name, value) ? `${name}${sign}${MASK}` : found;

const NAME_AND_SIGN = /(?<![\w.-])([\w.-]+)(?:\\?["']?\]?\s*(?:=>|[:=]|%3D)\s*)/gi;
const VALUE_HERE = new RegExp(VALUE, 'y');

/** Values of fields, settings and parameters by their names; a value can have names of its own: `env=DB_PASS=x`. */
function withoutSecretValues(text: string): string {
  let kept = '';
  let from = 0;
  for (const { 0: found, 1: name = '', index } of text.matchAll(NAME_AND_SIGN)) {
    if (index < from) continue;
    VALUE_HERE.lastIndex = index + found.length;
    const value = VALUE_HERE.exec(text)?.[0] ?? '';
    if (value === '' || value.startsWith(MASK) || !isSecretPair(name, value)) continue;
    kept += `${text.slice(from, index)}${found}${MASK}`;
    from = index + found.length + value.length;
  }
  return kept + text.slice(from);
}

/** Addresses of clients: whoever is written behind these names (nginx, Forwarded of RFC 7239, common proxies). */
const CLIENT =
  '(?:x-)?forwarded(?:-for)?|x-real-ip|(?:true-|x-)?client-ip|cf-connecting-ip|(?:remote|client|peer)[_-]?(?:addr(?:ess)?|ip)|client|remote';
const IPV4 = '(?:\\d{1,3}\\.){3}\\d{1,3}';
const IPV6 = '(?:[\\da-f]{1,4}:){2,7}(?::?[\\da-f]{1,4}){1,7}|(?:[\\da-f]{1,4}:){1,6}:(?:[\\da-f]{1,4})?';

const shortIpv4 = (address: string): string => `${address.split('.').slice(0, 2).join('.')}.…`;
const shortIp = (address: string): string =>
  address.includes('.') ? shortIpv4(address) : `${address.split(':').slice(0, 2).join(':')}:…`;

/** Of the networks that load balancers and targets are in (RFC 1918, RFC 6598, RFC 4193, loopback, link-local), or no address at all. */
const INTERNAL =
  /^(?:10|127|0)\.|^192\.168\.|^169\.254\.|^172\.(?:1[6-9]|2\d|3[01])\.|^100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.|^f[cd]|^fe80:/i;

const shortUnlessInternal = (address: string): string =>
  INTERNAL.test(address) ? address : shortIp(address);

/** Each with what stays of it. The order counts: whole headers before the values inside them. */
const MASKS: readonly (Mask | typeof withoutSecretValues)[] = [
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----.*/g, MASK],
  // Tokens that say whose they are (https://github.com/gitleaks/gitleaks, config/gitleaks.toml).
  [/\b(?:A3T[A-Z\d]|AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}\b/g, MASK],
  [/\b[spr]k_(?:live|test|prod)_\w{10,}/g, MASK],
  [/\beyJ[\w-]{8,}\.[\w-]+(?:\.[\w-]*)?/g, MASK],
  [
    /\b(?:xox[a-z]|xapp|sk|pk|rk|gh[opsur]|github_pat|glpat|glrt|gldt|npm|pypi|hf|hvs|hvb|dop_v1|doo_v1|shp(?:at|ca|pa|ss)|whsec|lin_api|dckr_pat|dp\.pt|SG|AIza|ya29|rubygems|tfp|pul|NRAK|LTAI)[_.-]?(?=[\w.-]*\d)[\w.-]{20,}/g,
    MASK,
  ],
  // Headers whose whole value is secret, as text, as JSON and as an object printed by a program.
  [/\b((?:proxy-)?authorization|(?:set-)?cookie2?)(\\?["']?\s*[:=]\s*).*/gi, `$1$2${MASK}`],
  [/\b(bearer|basic|digest|negotiate)\s+[\w.~+/=-]{6,}/gi, `$1 ${MASK}`],
  // Addresses that post for whoever knows them: the path is the secret (Slack, Discord, Microsoft Teams, and by their names).
  [
    /(https?:\/\/(?:hooks?\.[\w.-]+|[\w.-]*webhook[\w.-]*|[\w.-]+\.logic\.azure\.com(?::\d+)?)\/)[^\s"'<>]+/gi,
    `$1${MASK}`,
  ],
  [/(\/(?:[\w-]*webhooks?\/|hooks\/|bot(?=\d+:)))[^\s"'<>]{4,}/gi, `$1${MASK}`],
  [
    /(<(?:\w+:)?([\w.-]+)[^<>]*>)([^<>]+)(?=<\/)/g,
    (found, open = '', name = '', value = '') => (isSecretPair(name, value) ? `${open}${MASK}` : found),
  ],
  [/(\bidentified by\s+)(?:'[^']*'?|"[^"]*"?)/gi, `$1${MASK}`],
  [/(\s-[A-Za-z]{0,6}u\s*|\s--(?:proxy-)?user[ =]|\s-U\s+)[^\s:]+:\S+/g, `$1${MASK}`],
  [new RegExp(`(?<![\\w-])(--?[A-Za-z][\\w-]*)( )(?!-)(${VALUE})`, 'g'), pair],
  withoutSecretValues,
  [
    /\b(passw(?:or)?d|passphrase|pwd|secret|token|api[ -]?key)(\s+(?:(?:is|was)\s+)?)(?=\S*\d)(?=\S*[A-Za-z])([^\s,;]{6,})/gi,
    `$1$2${MASK}`,
  ],
  [/(?<![a-z0-9+.-])([a-z][a-z0-9+.-]*:\/\/)[^\s/@"']*@/gi, `$1${MASK}@`],
  [/[\w.!#$%&*+^`{|}~-]{1,80}(?:@|%40)[\w-]+(?:\.[\w-]+)+/gi, MASK],
  // Query strings: of URLs, of paths, of anything that goes on with key=value; and the parameters of path segments.
  [/(\/[^\s?"']*)\?[^\s"']*/g, `$1?${MASK}`],
  [/\?[\w.[\]%-]+=[^\s"']*/g, `?${MASK}`],
  [/(\/[^\s;"'/?]*);[\w.-]+=[^\s"'/]*/g, `$1;${MASK}`],
  // Numbers of payment cards, accounts and telephones; times in milliseconds have thirteen digits.
  [
    /\b[A-Z]{2}\d{2}(?: ?[A-Z\d]{4}){2,7}(?: ?[A-Z\d]{1,3})?\b/g,
    (found) => (/\d{6}/.test(found.replaceAll(' ', '')) ? MASK : found),
  ],
  [/(?<!\w)\d(?:[ -]?\d){13,18}(?!\w)/g, MASK],
  [/(?<![\w+])\+\d[\d -]{6,16}\d/g, MASK],
  [
    new RegExp(
      `\\b(${CLIENT})(\\\\?["']?\\s*[:=]\\s*(?:for=)?\\\\?["'[]*)((?:${IPV4}|${IPV6})(?:, ?(?:${IPV4}|${IPV6}))*)`,
      'gi',
    ),
    (_, name = '', sign = '', addresses = '') =>
      `${name}${sign}${addresses.split(/, ?/).map(shortIp).join(', ')}`,
  ],
  [new RegExp(`(?<![\\w./:-])${IPV4}(?![\\w.-]*[A-Za-z]|\\.\\d)`, 'g'), shortUnlessInternal],
  [
    new RegExp(`(?<![\\w:.])(?:${IPV6})(?![\\w:.])`, 'gi'),
    (found) => (/::|(?:[^:]*:){4}/.test(found) && /\d/.test(found) ? shortUnlessInternal(found) : found),
  ],
];

const masked = (text: string, [pattern, replacement]: Mask): string =>
  typeof replacement === 'string' ? text.replace(pattern, replacement) : text.replace(pattern, replacement);

/** Text without what is secret by its name, its place or its form. */
export function redacted(text: string): string {
  return withoutRandomWords(
    MASKS.reduce((before, mask) => (typeof mask === 'function' ? mask(before) : masked(before, mask)), text),
  );
}

/**
 * A line of a log as it may leave the account: on one line, not longer than 300 characters, without what
 * docs/redaction.md lists. Addresses inside private networks stay: they say which target it was.
 */
export function redactedLine(line: string): string {
  const short = redacted(line.slice(0, MOST_READ).replace(UNPRINTABLE, ' ').trim());
  return short.length <= LINE_LENGTH
    ? short
    : `${short.slice(0, LINE_LENGTH - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}
