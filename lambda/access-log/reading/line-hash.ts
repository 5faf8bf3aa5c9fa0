import { FIELD } from './field-places.ts';
import type { Fields } from './field-split.ts';

const SPACE = 32;
const SLASH = 47;
const COLON = 58;
const QUESTION_MARK = 63;
const LETTER_V = 118;
const [LETTER_P, LETTER_O, LETTER_U, LETTER_A] = [80, 79, 85, 65];
const LONGEST_VERSION = 3;

/** A hash of the client's address without its port. */
export function clientHash(line: Fields): number {
  const { bytes } = line;
  const start = line.starts[FIELD.client] ?? 0;
  let end = (line.ends[FIELD.client] ?? 0) - 1;
  while (end > start && bytes[end] !== COLON) end--;
  let hash = 0x811c9dc5;
  for (let at = start; at < end; at++) hash = Math.imul(hash ^ (bytes[at] ?? 0), 0x01000193);
  return mixed(hash);
}

/** Two hashes of a request's method and path, without scheme, host and query. */
export interface PathHash {
  /** Of the path as it is. */
  exact: number;
  /** Of its route: each segment with a digit in it counts as one, but for versions such as `v1`. */
  route: number;
  /** Both in 32 bits, for what is kept of every request. */
  packed: number;
}

/** Half of each hash of a path, in 32 bits. */
export const packedPath = (exact: number, route: number): number =>
  ((route & 0xffff) << 16) | (exact & 0xffff);

const hash: PathHash = { exact: 0, route: 0, packed: 0 };

/** Spreads what differs over all bits: tables take the lowest of them. */
function mixed(value: number): number {
  const half = Math.imul(value ^ (value >>> 15), 0x2c1b3c6d);
  return (half ^ (half >>> 13)) >>> 0;
}

const isDigit = (byte: number): boolean => byte >= 48 && byte <= 57;

/** Where the path begins: behind the method and, if the request has them, scheme and host. */
function pathStart(bytes: Uint8Array, start: number, end: number): number {
  if (bytes[start] === SLASH) return start;
  let at = start;
  for (let slashes = 0; at < end && bytes[at] !== SPACE; at++)
    if (bytes[at] === SLASH && ++slashes === 3) return at;
  return at;
}

/** Hashes the method and path of a line. The result is used again for the next line. */
export function pathHash(line: Fields): PathHash {
  const { bytes } = line;
  const end = line.ends[FIELD.request] ?? 0;
  let at = line.starts[FIELD.request] ?? 0;
  let exact = 0x811c9dc5;
  for (; at < end && bytes[at] !== SPACE; at++) exact = Math.imul(exact ^ (bytes[at] ?? 0), 0x01000193);
  at = pathStart(bytes, at + 1, end);
  let route = exact;
  let beforeSegment = route;
  let length = 0;
  let digits = 0;
  let isVersion = false;
  for (; at < end; at++) {
    const byte = bytes[at] ?? 0;
    if (byte === QUESTION_MARK || byte === SPACE) break;
    exact = Math.imul(exact ^ byte, 0x01000193);
    if (byte === SLASH) {
      if (digits > 0 && !(isVersion && length <= LONGEST_VERSION)) route = beforeSegment ^ 0x5f3759df;
      beforeSegment = Math.imul(route ^ byte, 0x01000193);
      route = beforeSegment;
      length = 0;
      digits = 0;
      continue;
    }
    if (length === 0) isVersion = byte === LETTER_V;
    length++;
    if (isDigit(byte)) digits++;
    route = Math.imul(route ^ byte, 0x01000193);
  }
  if (digits > 0 && !(isVersion && length <= LONGEST_VERSION)) route = beforeSegment ^ 0x5f3759df;
  hash.exact = mixed(exact);
  hash.route = mixed(route);
  hash.packed = packedPath(hash.exact, hash.route);
  return hash;
}

/** Whether the method is POST, PUT or PATCH: the ones that have a body. */
function hasBody(line: Fields): boolean {
  const at = line.starts[FIELD.request] ?? 0;
  if (line.bytes[at] !== LETTER_P) return false;
  const second = line.bytes[at + 1];
  return second === LETTER_O || second === LETTER_U || second === LETTER_A;
}

/** Bytes that the client sent, if the method has a body; -1 where it has none or the line does not say. */
export function bodyBytesOf(line: Fields): number {
  if (!hasBody(line)) return -1;
  let value = 0;
  const end = line.ends[FIELD.receivedBytes] ?? 0;
  for (let at = line.starts[FIELD.receivedBytes] ?? end; at < end; at++) {
    const digit = (line.bytes[at] ?? 0) - 48;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value;
}
