/** Where the fields of a line are in the bytes. Reused for every line. */
export interface Fields {
  bytes: Uint8Array;
  /** The same bytes, to be read four at a time. */
  words: DataView;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  /** Whether a backslash before a quote was taken to make it part of the text. */
  escaped: boolean;
}

const MOST_FIELDS = 64;

const SPACE = 32;
const QUOTE = 34;
const BACKSLASH = 92;

/** A byte in each of the four places of a word. */
const SPACES = 0x20202020;
const QUOTES = 0x22222222;
const ONES = 0x01010101;
const HIGH_BITS = 0x80808080;
const WORD_BYTES = 4;

/** Room for the fields of one line. */
export const emptyFields = (): Fields => ({
  bytes: new Uint8Array(),
  words: new DataView(new ArrayBuffer(0)),
  starts: new Int32Array(MOST_FIELDS),
  ends: new Int32Array(MOST_FIELDS),
  escaped: false,
});

/** Says in which bytes the next lines are. */
export function readFrom(fields: Fields, bytes: Uint8Array): void {
  if (bytes === fields.bytes) return;
  fields.bytes = bytes;
  fields.words = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Where a quoted field ends whose text has backslashes: a quote after an odd number of them is part of it. */
function unescapedQuote(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end && bytes[at] !== QUOTE) at += bytes[at] === BACKSLASH ? 2 : 1;
  return Math.min(at, end);
}

/**
 * Splits at spaces and quotes; a missing space after a quote ends the field too.
 *
 * @param escapes - whether a backslash before a quote makes it part of the text
 * @returns the number of fields; -1 less that number where the line ends inside a quoted field
 */
export function splitFields(fields: Fields, start: number, end: number, escapes: boolean): number {
  const { bytes, words, starts, ends } = fields;
  const lastWord = Math.min(end - 1, bytes.length - WORD_BYTES);
  let count = 0;
  let at = start;
  fields.escaped = false;
  while (at < end && count < MOST_FIELDS) {
    const first = bytes[at];
    if (first === SPACE) {
      at++;
      continue;
    }
    const quoted = first === QUOTE;
    if (quoted) at++;
    const from = at;
    // Four bytes at once: the lowest high bit that is left marks the first byte equal to the one searched for.
    const searched = quoted ? QUOTES : SPACES;
    let hit = 0;
    while (hit === 0 && at <= lastWord) {
      const differing = words.getInt32(at, true) ^ searched;
      hit = (differing - ONES) & ~differing & HIGH_BITS;
      at += WORD_BYTES;
    }
    if (hit !== 0) at = Math.min(end, at - WORD_BYTES + ((31 - Math.clz32(hit & -hit)) >> 3));
    else while (at < end && bytes[at] !== (quoted ? QUOTE : SPACE)) at++;
    // The last word may reach beyond the line.
    if (at > end) at = end;
    if (quoted) {
      if (escapes && bytes[at - 1] === BACKSLASH) {
        fields.escaped = true;
        at = unescapedQuote(bytes, from, end);
      }
      if (at >= end) return -1 - count;
    }
    starts[count] = from;
    ends[count++] = at++;
  }
  return count;
}
