const SPACE: u8 = 32;
const SLASH: u8 = 47;
const COLON: u8 = 58;
const QUESTION_MARK: u8 = 63;
const LETTER_V: u8 = 118;
const LONGEST_VERSION = 3;

/** Of the hash FNV-1a. */
const OFFSET_BASIS: u32 = 0x811c_9dc5;
const PRIME: u32 = 0x0100_0193;
/** Stands for a segment with a digit in it. */
const ANY_ID: u32 = 0x5f37_59df;

/** Spreads what differs over all bits: tables take the lowest of them. */
function mixed(hash: u32): u32 {
  const half = (hash ^ (hash >>> 15)) * 0x2c1b_3c6d;
  return half ^ (half >>> 13);
}

/** A hash of a client's address without its port. */
export function clientHash(from: usize, end: usize): u32 {
  let colon = end - 1;
  while (colon > from && load<u8>(colon) !== COLON) colon--;
  let hash = OFFSET_BASIS;
  for (let at = from; at < colon; at++) hash = (hash ^ load<u8>(at)) * PRIME;
  return mixed(hash);
}

/** What {@link hashPath} has found: see `PathHash` in lambda/access-log/reading/line-hash.ts, which has the same rules. */
export let exactPath: u32 = 0;
export let route: u32 = 0;

/** Where the path begins: behind scheme and host, if the request has them. */
function pathStart(from: usize, end: usize): usize {
  if (load<u8>(from) === SLASH) return from;
  let at = from;
  for (let slashes = 0; at < end && load<u8>(at) !== SPACE; at++)
    if (load<u8>(at) === SLASH && ++slashes === 3) return at;
  return at;
}

/** Hashes the method and path of a request line, and its route. */
export function hashPath(from: usize, end: usize): void {
  let at = from;
  let exact = OFFSET_BASIS;
  for (; at < end && load<u8>(at) !== SPACE; at++) exact = (exact ^ load<u8>(at)) * PRIME;
  at = pathStart(at + 1, end);
  let ofRoute = exact;
  let beforeSegment = exact;
  let length = 0;
  let digits = 0;
  let isVersion = false;
  for (; at < end; at++) {
    const byte = load<u8>(at);
    if (byte === QUESTION_MARK || byte === SPACE) break;
    exact = (exact ^ byte) * PRIME;
    if (byte === SLASH) {
      if (digits > 0 && !(isVersion && length <= LONGEST_VERSION)) ofRoute = beforeSegment ^ ANY_ID;
      beforeSegment = (ofRoute ^ byte) * PRIME;
      ofRoute = beforeSegment;
      length = 0;
      digits = 0;
      continue;
    }
    if (length === 0) isVersion = byte === LETTER_V;
    length++;
    if (<u32>byte - 48 <= 9) digits++;
    ofRoute = (ofRoute ^ byte) * PRIME;
  }
  if (digits > 0 && !(isVersion && length <= LONGEST_VERSION)) ofRoute = beforeSegment ^ ANY_ID;
  exactPath = mixed(exact);
  route = mixed(ofRoute);
}
