/** What reading a response can fail with: the bytes are not an HTTP/1.x response, or an invalid one. */
export class MalformedResponseError extends Error {
  override readonly name = 'MalformedResponseError';
}

/** The bytes are no HTTP/1.x at all, as of a port that speaks something else. */
export class NotHttpError extends MalformedResponseError {}

/** A head that is larger than is read. */
export class HeadTooLargeError extends MalformedResponseError {}

/** Status line and header fields of one response. */
export interface ResponseHead {
  readonly version: '1.0' | '1.1';
  readonly statusCode: number;
  /** Field values in order of arrival, by lower-case name. */
  readonly fields: ReadonlyMap<string, readonly string[]>;
}

/** How the end of the body is found (RFC 9112, section 6.3). */
export type Framing =
  | { readonly kind: 'none' }
  | { readonly kind: 'length'; readonly bytes: number }
  | { readonly kind: 'chunked' }
  | { readonly kind: 'until-close' };

const STATUS_LINE = /^HTTP\/1\.([01]) (\d{3})(?: |$)/;
const FIELD_NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/**
 * Parses the lines of a response's head, without the empty line that ends it.
 *
 * @throws MalformedResponseError naming the line that is wrong
 */
export function parseHead(lines: readonly string[]): ResponseHead {
  const [statusLine = '', ...rest] = lines;
  const status = STATUS_LINE.exec(statusLine);
  if (!status) throw new NotHttpError(`status line ${quoted(statusLine)}`);
  return {
    version: status[1] === '0' ? '1.0' : '1.1',
    statusCode: Number(status[2]),
    fields: parseFields(rest),
  };
}

/**
 * Parses header or trailer lines; a line that begins with a space continues the one before (obsolete folding).
 *
 * @throws MalformedResponseError naming the line that is wrong
 */
export function parseFields(lines: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const fields = new Map<string, string[]>();
  let last: string[] | undefined;
  for (const line of lines) {
    if (/^[ \t]/.test(line)) {
      if (!last) throw new MalformedResponseError(`header line ${quoted(line)}`);
      last.push(`${last.pop() ?? ''} ${line.trim()}`.trim());
      continue;
    }
    const colon = line.indexOf(':');
    // RFC 9112, section 5.1: a proxy removes whitespace between name and colon from a response.
    const name = line.slice(0, Math.max(0, colon)).trimEnd().toLowerCase();
    if (!FIELD_NAME.test(name)) throw new MalformedResponseError(`header line ${quoted(line)}`);
    last = fields.get(name) ?? [];
    last.push(line.slice(colon + 1).trim());
    fields.set(name, last);
  }
  return fields;
}

/** The comma-separated tokens of all fields of one name, in lower case. */
export function tokensOf(head: ResponseHead, name: string): readonly string[] {
  return (head.fields.get(name) ?? [])
    .flatMap((value) => value.split(','))
    .map((token) => token.trim().toLowerCase())
    .filter((token) => token !== '');
}

/**
 * Decides how the body ends.
 *
 * @throws MalformedResponseError where Content-Length is no number or the values differ
 */
export function framingOf(head: ResponseHead, method: 'GET' | 'HEAD'): Framing {
  const withoutBody = method === 'HEAD' || head.statusCode === 204 || head.statusCode === 304;
  if (withoutBody || head.statusCode < 200) return { kind: 'none' };
  const codings = tokensOf(head, 'transfer-encoding');
  if (codings.length > 0) return codings.at(-1) === 'chunked' ? { kind: 'chunked' } : { kind: 'until-close' };
  const lengths = new Set(tokensOf(head, 'content-length'));
  if (lengths.size === 0 && !head.fields.has('content-length')) return { kind: 'until-close' };
  const [length = ''] = lengths;
  const bytes = Number(length);
  if (lengths.size !== 1 || !/^\d+$/.test(length) || !Number.isSafeInteger(bytes)) {
    throw new MalformedResponseError(
      `Content-Length ${quoted((head.fields.get('content-length') ?? []).join(', '))}`,
    );
  }
  return { kind: 'length', bytes };
}

/** Whether the server leaves the connection open for another request (RFC 9112, section 9.3). */
export function isPersistent(head: ResponseHead, framing: Framing): boolean {
  const options = tokensOf(head, 'connection');
  if (framing.kind === 'until-close' || options.includes('close')) return false;
  return head.version === '1.1' || options.includes('keep-alive');
}

/** `timeout=N` of the field Keep-Alive, in seconds; null where it is not given. */
export function declaredKeepAliveSeconds(head: ResponseHead): number | null {
  for (const parameter of tokensOf(head, 'keep-alive')) {
    const timeout = /^timeout\s*=\s*"?(\d{1,9})"?$/.exec(parameter);
    if (timeout) return Number(timeout[1]);
  }
  return null;
}

/** Shows bytes of a stranger on one line: cut, and without control characters. */
export function quoted(text: string): string {
  const shown = text.slice(0, 60).replaceAll(/[^\x20-\x7e]/g, '.');
  return JSON.stringify(text.length > 60 ? `${shown}...` : shown);
}
