import { readFrom } from '../field-split.ts';
import { type LogLine, readFields } from '../line.ts';
import { FIELD_NAMES, looksWhole, QUOTED_FIELDS } from '../line-form.ts';
import { placeOf } from './field-name.ts';

const [QUOTE, BACKSLASH, COLON, COMMA, SPACE] = [34, 92, 58, 44, 32] as const;
const [OPEN, CLOSE, OPEN_LIST] = [123, 125, 91] as const;
/** A line up to its error reason: what is concluded from a failure needs it. */
const FEWEST_FIELDS = 25;
const BAD_GATEWAY = 502;
/** A log whose records differ so often is read one by one. */
const MOST_LEARNED = 100;

const isQuotedPlace = FIELD_NAMES.map((_, place) => QUOTED_FIELDS.some((field) => field === place));

/** The names of a record in their order, and the places of their fields in a line. */
interface Layout {
  readonly names: readonly Uint8Array[];
  readonly places: readonly number[];
  readonly fieldCount: number;
}

/**
 * Reads flat JSON records that all have the same names in the same order, as a delivery writes them, without making
 * objects of them: the fields of the line are where the values stand. What has an escape, a number in another form, or
 * anything else that is not as a line would have it, is left to the reader that parses.
 */
export class JsonFields {
  private layout: Layout | null = null;
  private learned = 0;

  startFile(): void {
    this.learned = 0;
  }

  /** Learns the names of a record that was read by parsing it. */
  learn(text: string): void {
    if (this.learned++ >= MOST_LEARNED) return;
    this.layout = layoutOf(text);
  }

  /** Fills in the line; false where the record has to be parsed. */
  read(line: LogLine, bytes: Uint8Array, start: number, end: number): boolean {
    const { layout } = this;
    if (layout === null || bytes[start] !== OPEN) return false;
    readFrom(line, bytes);
    if (!findValues(line, layout, start, end)) return false;
    line.fieldCount = layout.fieldCount;
    line.escaped = false;
    // A line that failed, and one that does not look whole at once, is looked at to its end.
    return readFields(line, (one) => one.elbStatus !== BAD_GATEWAY && looksWhole(one));
  }
}

function layoutOf(text: string): Layout | null {
  const names: string[] = [];
  // Flat records only, so that a name is what stands before a colon.
  for (const [, name = ''] of text.matchAll(/[{,]\s*"([^"\\]*)"\s*:\s*(?:"(?:[^"\\]|\\.)*"|-?[\d.]+)/g))
    names.push(name);
  const places = names.map((name) => placeOf(name) ?? -1);
  const known = new Set(places);
  const isWhole = known.size === names.length && !known.has(-1) && Math.max(...places) === names.length - 1;
  if (!isWhole || names.length < FEWEST_FIELDS) return null;
  const encoder = new TextEncoder();
  return { names: names.map((name) => encoder.encode(name)), places, fieldCount: names.length };
}

const afterSpaces = (bytes: Uint8Array, from: number): number => {
  let at = from;
  while (bytes[at] === SPACE) at++;
  return at;
};

/** Finds where each value begins and ends; false where the record is not as the layout has it. */
function findValues(line: LogLine, { names, places }: Layout, start: number, end: number): boolean {
  const { bytes, starts, ends } = line;
  let at = start;
  for (let field = 0; field < names.length; field++) {
    const name = names[field];
    const place = places[field] ?? 0;
    if (name === undefined || bytes[at] !== (field === 0 ? OPEN : COMMA)) return false;
    at = afterSpaces(bytes, at + 1);
    if (bytes[at++] !== QUOTE) return false;
    for (let letter = 0; letter < name.length; letter++) if (bytes[at++] !== name[letter]) return false;
    if (bytes[at++] !== QUOTE) return false;
    at = afterSpaces(bytes, at);
    if (bytes[at++] !== COLON) return false;
    at = afterSpaces(bytes, at);
    const isText = bytes[at] === QUOTE;
    if (isText) at++;
    // The line has these in quotes, which is looked for.
    else if (isQuotedPlace[place] === true || bytes[at] === OPEN || bytes[at] === OPEN_LIST) return false;
    starts[place] = at;
    at = isText ? endOfText(bytes, at, end, isQuotedPlace[place] === true) : endOfNumber(bytes, at, end);
    if (at < 0) return false;
    ends[place] = at;
    if (isText) at++;
    at = afterSpaces(bytes, at);
  }
  if (bytes[at] !== CLOSE) return false;
  // In an array there is a comma between records.
  return at + 1 === end || (bytes[at + 1] === COMMA && at + 2 === end);
}

/** Where a text ends; -1 where it has an escape or a control character, or a space that a line would not have. */
function endOfText(bytes: Uint8Array, from: number, end: number, maySpace: boolean): number {
  const least = maySpace ? SPACE : SPACE + 1;
  for (let at = from; at < end; at++) {
    const byte = bytes[at] ?? 0;
    if (byte === QUOTE) return at;
    if (byte === BACKSLASH || byte < least) return -1;
  }
  return -1;
}

function endOfNumber(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end && bytes[at] !== COMMA && bytes[at] !== CLOSE && bytes[at] !== SPACE) at++;
  return at > from && at < end ? at : -1;
}
