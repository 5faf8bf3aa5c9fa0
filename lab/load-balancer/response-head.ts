/** A header as it came, name in the target's own spelling. */
export type Header = readonly [name: string, value: string];

/** How the end of a body is known. */
export type Framing =
  | { readonly by: 'none' }
  | { readonly by: 'length'; readonly bytes: number }
  | { readonly by: 'chunks' }
  | { readonly by: 'close' };

export interface ResponseHead {
  readonly status: number;
  readonly reason: string;
  readonly headers: readonly Header[];
  readonly framing: Framing;
  /** Whether the target lets the connection be used again. */
  readonly keepAlive: boolean;
}

/** A response that a load balancer refuses to pass on. */
export class MalformedResponseError extends Error {
  override readonly name = 'MalformedResponseError';
}

const STATUS_LINE = /^HTTP\/1\.([01]) ([1-5]\d\d)(?: ([\t\x20-\x7e\x80-\xff]*))?$/;
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const FIELD_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/**
 * Parses the bytes before the empty line (RFC 9112), as strictly as a load balancer has to.
 *
 * @param head - status line and header lines, without the final empty line
 * @param method - of the request: a response to HEAD has no body
 * @throws MalformedResponseError naming what is wrong
 */
export function parseResponseHead(head: string, method: string): ResponseHead {
  const [statusLine = '', ...lines] = head.split('\r\n');
  const match = STATUS_LINE.exec(statusLine);
  if (!match) throw new MalformedResponseError('status line');
  const status = Number(match[2]);
  const headers = lines.map(parseHeader);
  const connection = valuesOf(headers, 'connection').join(',').toLowerCase();
  const framing = framingOf(headers, method, status);
  const persistent = match[1] === '1' ? !/\bclose\b/.test(connection) : /\bkeep-alive\b/.test(connection);
  return {
    status,
    reason: match[3] ?? '',
    headers,
    framing,
    keepAlive: persistent && framing.by !== 'close',
  };
}

/** All values of one header, in order; `name` in lower case. */
export function valuesOf(headers: readonly Header[], name: string): readonly string[] {
  return headers.filter(([key]) => key.toLowerCase() === name).map(([, value]) => value);
}

function parseHeader(line: string): Header {
  const colon = line.indexOf(':');
  const name = line.slice(0, Math.max(0, colon));
  const value = line.slice(colon + 1).trim();
  // A line that begins with a blank continues the one before (obs-fold), which the load balancer does not support.
  if (!TOKEN.test(name)) throw new MalformedResponseError('header name');
  if (!FIELD_VALUE.test(value)) throw new MalformedResponseError('header value');
  return [name, value];
}

function framingOf(headers: readonly Header[], method: string, status: number): Framing {
  const encodings = valuesOf(headers, 'transfer-encoding');
  const lengths = valuesOf(headers, 'content-length');
  if (encodings.length > 0 && lengths.length > 0)
    throw new MalformedResponseError('both Transfer-Encoding and Content-Length');
  if (lengths.length > 1) throw new MalformedResponseError('more than one Content-Length');
  if (lengths.some((length) => !/^\d{1,15}$/.test(length)))
    throw new MalformedResponseError('Content-Length');
  if (encodings.length > 0 && encodings.join(',').toLowerCase() !== 'chunked')
    throw new MalformedResponseError('Transfer-Encoding');
  if (method === 'HEAD' || status < 200 || status === 204 || status === 304) return { by: 'none' };
  if (encodings.length > 0) return { by: 'chunks' };
  const [length] = lengths;
  return length === undefined ? { by: 'close' } : { by: 'length', bytes: Number(length) };
}
