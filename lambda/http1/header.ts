import { malformed, quoted } from './failure.ts';

/** A header or trailer field as it came, its name in the sender's own spelling. */
export type Header = readonly [name: string, value: string];

/** RFC 9110, section 5.6.2: what a field name is made of. */
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
/** RFC 9110, section 5.5: visible characters, space and tab; no NUL, no bare CR. */
const FIELD_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/**
 * Parses one header or trailer line. AWS: 502 where "the target response is malformed or contains HTTP headers that are
 * not valid" (load-balancer-troubleshooting.html); what is not valid is RFC 9112's.
 *
 * @throws MalformedResponseError naming the line and the rule that it breaks
 */
export function parseHeader(line: string): Header {
  // RFC 9112, section 5.2: a proxy answers 502 to obs-fold, or mends it. AWS: "Multi-line headers are not supported".
  if (isBlank(line, 0)) throw malformed(`folded header line ${quoted(line)}`, 'RFC 9112, section 5.2');
  const colon = line.indexOf(':');
  const name = line.slice(0, Math.max(0, colon));
  // A proxy may remove a space before the colon. AWS says only "not valid", and the grammar has none.
  if (!TOKEN.test(name)) throw malformed(`header line ${quoted(line)}`, 'RFC 9112, section 5.1');
  const value = withoutBlanks(line.slice(colon + 1));
  if (!FIELD_VALUE.test(value)) {
    throw malformed(`control character in header line ${quoted(line)}`, 'RFC 9110, section 5.5');
  }
  return [name, value];
}

/** All values of one field, in order; `name` in lower case. */
export function valuesOf(headers: readonly Header[], name: string): readonly string[] {
  return headers.filter(([key]) => key.toLowerCase() === name).map(([, value]) => value);
}

/** The comma-separated elements of all fields of one name, in lower case (RFC 9110, section 5.6.1). */
export function tokensOf(headers: readonly Header[], name: string): readonly string[] {
  return valuesOf(headers, name)
    .flatMap((value) => value.split(','))
    .map((token) => withoutBlanks(token).toLowerCase())
    .filter((token) => token !== '');
}

const isBlank = (text: string, at: number): boolean => text[at] === ' ' || text[at] === '\t';

/** Without spaces and tabs at both ends. By hand: a pattern takes quadratic time on a line full of spaces. */
function withoutBlanks(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isBlank(text, start)) start++;
  while (end > start && isBlank(text, end - 1)) end--;
  return text.slice(start, end);
}
