import { FIELD, type LogLine } from '../reading/line.ts';

const BINS_PER_OCTAVE = 4;
const BINS = 40 * BINS_PER_OCTAVE;
const [LETTER_P, LETTER_O, LETTER_U, LETTER_A] = [80, 79, 85, 65];

/** Whether the method is POST, PUT or PATCH: the ones that have a body. */
function hasBody(line: LogLine): boolean {
  const at = line.starts[FIELD.request] ?? 0;
  if (line.bytes[at] !== LETTER_P) return false;
  const second = line.bytes[at + 1];
  return second === LETTER_O || second === LETTER_U || second === LETTER_A;
}

/** Bytes that the client sent, if the method has a body; -1 where it has none or the line does not say. */
export function bodyBytesOf(line: LogLine): number {
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

const binOf = (bytes: number): number =>
  Math.min(BINS - 1, Math.floor(Math.log2(Math.max(1, bytes)) * BINS_PER_OCTAVE));

/** Requests with a body by its size, in bins of a quarter of a factor of two. */
export class BodySizes {
  private readonly bins = new Uint32Array(BINS);

  add(bytes: number): void {
    const bin = binOf(bytes);
    this.bins[bin] = (this.bins[bin] ?? 0) + 1;
  }

  /** How many had at least so many bytes; a bin that is partly above counts whole. */
  countFrom(bytes: number): number {
    let count = 0;
    for (let bin = binOf(bytes); bin < BINS; bin++) count += this.bins[bin] ?? 0;
    return count;
  }
}
