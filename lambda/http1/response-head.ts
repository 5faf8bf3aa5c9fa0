import { malformed, NotHttpError, quoted } from './failure.ts';
import { type Header, parseHeader, tokensOf, valuesOf } from './header.ts';

export type Method = 'GET' | 'HEAD';

/** How the end of the body is found (RFC 9112, section 6.3). */
export type Framing =
  | { readonly by: 'none' }
  | { readonly by: 'length'; readonly bytes: number }
  | { readonly by: 'chunks' }
  | { readonly by: 'close' };

/** Status line and header fields of one response. */
export interface ResponseHead {
  readonly version: '1.0' | '1.1';
  readonly statusCode: number;
  /** The reason phrase, often empty. */
  readonly reason: string;
  /** In order of arrival. */
  readonly headers: readonly Header[];
  readonly framing: Framing;
  /** Whether the server leaves the connection open for another request. */
  readonly persistent: boolean;
}

/**
 * RFC 9112, section 4: a reader may do without the space before an empty reason phrase. RFC 9110, section 15: values
 * outside 100 to 599 are invalid.
 */
const STATUS_LINE = /^HTTP\/1\.([01]) ([1-5]\d\d)(?: ([\t\x20-\x7e\x80-\xff]*))?$/;

/** How an HTTP/1.x response begins. */
export const START = 'HTTP/1.';

/**
 * Parses the lines of a response's head, without the empty line that ends it.
 *
 * @param method - of the request: a response to HEAD has no body, and so has any to a method that is neither
 * @throws MalformedResponseError naming the line that is wrong and the rule it breaks
 */
export function parseHead(lines: readonly string[], method: string): ResponseHead {
  const [statusLine = '', ...rest] = lines;
  if (!statusLine.startsWith(START)) throw new NotHttpError(`status line ${quoted(statusLine)}`);
  const [, minor, status, reason = ''] = STATUS_LINE.exec(statusLine) ?? [];
  if (status === undefined) throw malformed(`status line ${quoted(statusLine)}`, 'RFC 9112, section 4');
  const statusCode = Number(status);
  // Nobody asked for an upgrade (RFC 9110, section 7.8).
  if (statusCode === 101) {
    throw malformed('status 101: it switched to a protocol that nobody asked for', 'RFC 9110, section 7.8');
  }
  const headers = rest.map(parseHeader);
  const framing = framingOf(headers, statusCode, method);
  const version = minor === '0' ? '1.0' : '1.1';
  const persistent = isPersistent(version, headers, framing);
  return { version, statusCode, reason, headers, framing, persistent };
}

/** Statuses whose responses end with their head (RFC 9112, section 6.3, item 1). */
export const endsWithHead = (statusCode: number): boolean =>
  statusCode < 200 || statusCode === 204 || statusCode === 304;

/**
 * Decides how the body ends.
 *
 * @throws MalformedResponseError where the fields that say so contradict each other or cannot be understood
 */
function framingOf(headers: readonly Header[], statusCode: number, method: string): Framing {
  const codings = valuesOf(headers, 'transfer-encoding');
  const lengths = valuesOf(headers, 'content-length');
  if (codings.length > 0 && lengths.length > 0) {
    // "Ought to be handled as an error": it may be an attempt to split responses.
    throw malformed('both Transfer-Encoding and Content-Length', 'RFC 9112, section 6.3');
  }
  requireLength(lengths);
  requireCoding(codings);
  if (method === 'HEAD' || endsWithHead(statusCode)) return { by: 'none' };
  if (codings.length > 0) return { by: 'chunks' };
  const [length] = lengths;
  return length === undefined ? { by: 'close' } : { by: 'length', bytes: Number(length) };
}

function requireLength(lengths: readonly string[]): void {
  const given = lengths.join(', ');
  // RFC 9110, section 8.6: equal values may be taken as one or refused; nobody says which a load balancer does.
  if (lengths.length > 1)
    throw malformed(`repeated Content-Length ${quoted(given)}`, 'RFC 9110, section 8.6');
  if (lengths.some((length) => !/^\d+$/.test(length))) {
    throw malformed(`Content-Length ${quoted(given)}`, 'RFC 9112, section 6.3, item 5');
  }
}

function requireCoding(codings: readonly string[]): void {
  const given = codings.join(', ');
  if (codings.length === 0 || given.toLowerCase() === 'chunked') return;
  // A client that sends no TE accepts chunked alone, and once; a load balancer sends none.
  throw malformed(`Transfer-Encoding ${quoted(given)}`, 'RFC 9112, sections 6.1 and 7.4');
}

/** RFC 9112, section 9.3. */
function isPersistent(version: '1.0' | '1.1', headers: readonly Header[], framing: Framing): boolean {
  const options = tokensOf(headers, 'connection');
  if (framing.by === 'close' || options.includes('close')) return false;
  if (version === '1.1') return true;
  // Section 6.1: in HTTP/1.0 a transfer coding makes the framing faulty, and the connection is closed after it.
  return options.includes('keep-alive') && framing.by !== 'chunks';
}
