import { JsonDocument } from './format/json-document.ts';
import { emptyLine, parseLine } from './line.ts';

/** Why a line of JSON is not one record. */
export const SEVERAL_RECORDS = 'several JSON records on one line; put | jq -c . between';

const CARRIAGE_RETURN = 13;
/** Where a line may begin that was joined to the one before, with nothing between. */
const JOINED = /(?<!\s)(?:https?|h2c?|h3|grpcs?|wss?) \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z app\//g;
/** More are not joined by putting files together. */
const MOST_JOINED = 64;
const scratch = emptyLine();

function recordsOf(bytes: Uint8Array): readonly Uint8Array[] {
  const records: Uint8Array[] = [];
  const document = new JsonDocument(
    (record) => records.push(record),
    () => {},
  );
  document.feed(bytes);
  document.end();
  return records;
}

function cutAt(bytes: Uint8Array, places: readonly number[]): readonly Uint8Array[] {
  return places.map((place, at) => bytes.slice(place, places[at + 1]));
}

/** Whole lines that were joined where one file ended without a line end; none where not all are whole, and alike. */
function joinedLines(bytes: Uint8Array): readonly Uint8Array[] {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  const places = [...text.matchAll(JOINED)].map(({ index }) => index);
  if (places[0] !== 0 || places.length < 2 || places.length > MOST_JOINED) return [];
  const lines = cutAt(bytes, places);
  const counts = new Set(
    lines.map((line) => (parseLine(scratch, line, 0, line.length) === null ? scratch.fieldCount : -1)),
  );
  return counts.size === 1 && !counts.has(-1) ? lines : [];
}

/**
 * What a line that cannot be read holds, where it is several: records of JSON one after the other, lines between
 * carriage returns, or whole lines that were joined. Empty where it is not.
 *
 * @param reason - why it cannot be read
 */
export function takenApart(bytes: Uint8Array, reason: string): readonly Uint8Array[] {
  if (reason === SEVERAL_RECORDS) return recordsOf(bytes);
  if (bytes.includes(CARRIAGE_RETURN)) {
    const places = [0];
    for (let at = bytes.indexOf(CARRIAGE_RETURN); at >= 0; at = bytes.indexOf(CARRIAGE_RETURN, at + 1))
      places.push(at + 1);
    return cutAt(bytes, places).map((line) =>
      line.subarray(0, line.at(-1) === CARRIAGE_RETURN ? -1 : undefined),
    );
  }
  return joinedLines(bytes);
}
