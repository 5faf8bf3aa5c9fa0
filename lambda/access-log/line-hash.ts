import { FIELD, type LogLine } from './line.ts';

const SPACE = 32;
const COLON = 58;

/** A hash of the client's address without its port. */
export function clientHash(line: LogLine): number {
  const { bytes } = line;
  const start = line.starts[FIELD.client] ?? 0;
  let end = (line.ends[FIELD.client] ?? 0) - 1;
  while (end > start && bytes[end] !== COLON) end--;
  let hash = 0x811c9dc5;
  for (let at = start; at < end; at++) hash = Math.imul(hash ^ (bytes[at] ?? 0), 0x01000193);
  return hash >>> 0;
}

/** A hash of the request's path without scheme, host and query; runs of digits count as one, for ids in paths. */
export function pathHash(line: LogLine): number {
  const { bytes } = line;
  const end = line.ends[FIELD.request] ?? 0;
  let at = line.starts[FIELD.request] ?? 0;
  while (at < end && bytes[at] !== SPACE) at++;
  at++;
  // Scheme and host end at the third slash.
  let slashes = bytes[at] === 47 ? 3 : 0;
  while (at < end && slashes < 3) {
    if (bytes[at] === 47) slashes++;
    at++;
  }
  let hash = 0x811c9dc5;
  let inDigits = false;
  for (; at < end; at++) {
    const byte = bytes[at] ?? 0;
    if (byte === 63 || byte === SPACE) break;
    const isDigit = byte >= 48 && byte <= 57;
    if (isDigit && inDigits) continue;
    inDigits = isDigit;
    hash = Math.imul(hash ^ (isDigit ? 48 : byte), 0x01000193);
  }
  return hash >>> 0;
}
