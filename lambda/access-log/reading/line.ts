import { FIELD } from './field-places.ts';
import { emptyFields, type Fields, readFrom, splitFields } from './field-split.ts';
import { instantSeconds } from './instant.ts';
import { formProblem, isWebSocket } from './line-form.ts';
import { bodyBytesOf, clientHash, pathHash } from './line-hash.ts';
import { decimal, status } from './line-number.ts';

/** The layout of 2018 ends with redirect_url; every later one only appends. */
const FEWEST_FIELDS = 24;

/** A Classic Load Balancer writes 12 fields before 2016 and 15 since. */
const FIELDS_OF_CLASSIC = 12;

const TAB = 9;
const DASH = 45;

/** What the diagnosis needs of a line. Reused for every line; text stays in the bytes, as start and end. */
export interface LogLine extends Fields {
  fieldCount: number;
  /** When the load balancer answered, seconds since 1970 with microseconds. */
  endSeconds: number;
  /**
   * When it had sent the request to the target: the end less the times it waited. The creation time in the line has
   * milliseconds only, and of a failure the end is the better clock.
   */
  sentSeconds: number;
  requestSeconds: number;
  targetSeconds: number;
  responseSeconds: number;
  elbStatus: number;
  /** 0 where the line has `-`. */
  targetStatus: number;
  webSocket: boolean;
  /** Hashes of method and path (see `PathHash`). */
  exactPath: number;
  route: number;
  /** A hash of the client's address. */
  client: number;
  /** Bytes of the request of a method that has a body; -1 for the others. */
  bodyBytes: number;
  /** Numbers of texts in the index that the line was found in (see `ChunkIndex`); 0 where they have none. */
  loadBalancerText: number;
  targetText: number;
  targetGroupText: number;
}

/** A line to be filled by {@link parseLine}. */
export function emptyLine(): LogLine {
  // Numbers begin as NaN, so that the engine keeps them as doubles in place and makes no garbage of each line.
  return {
    ...emptyFields(),
    fieldCount: 0,
    endSeconds: Number.NaN,
    sentSeconds: Number.NaN,
    requestSeconds: Number.NaN,
    targetSeconds: Number.NaN,
    responseSeconds: Number.NaN,
    elbStatus: Number.NaN,
    targetStatus: Number.NaN,
    webSocket: false,
    exactPath: Number.NaN,
    route: Number.NaN,
    client: Number.NaN,
    bodyBytes: Number.NaN,
    loadBalancerText: 0,
    targetText: 0,
    targetGroupText: 0,
  };
}

/** Whether the field starts with this ASCII text. */
function startsWith(line: LogLine, field: number, text: string): boolean {
  const start = line.starts[field] ?? 0;
  if ((line.ends[field] ?? 0) - start < text.length) return false;
  for (let at = 0; at < text.length; at++) if (line.bytes[start + at] !== text.charCodeAt(at)) return false;
  return true;
}

/** What a line is that begins with its time. */
function startingWithTime(line: LogLine): string {
  const isPort = (field: number) => line.fieldCount > field && numberAt(line, field) > 0;
  if (isPort(2) && isPort(3)) return 'a connection log line, not an ALB access-log line';
  return line.fieldCount >= FIELDS_OF_CLASSIC && !Number.isNaN(numberAt(line, 4))
    ? 'a Classic Load Balancer line, not an ALB access-log line'
    : ONLY_TIME;
}

/** Control characters but tabs and line ends; the load balancer escapes all of them. */
function holdsControls({ bytes, starts, ends, fieldCount }: LogLine): boolean {
  return bytes
    .subarray(starts[0] ?? 0, ends[fieldCount - 1] ?? 0)
    .some((byte) => byte < TAB || (byte > 13 && byte < 27));
}

const ONLY_TIME = 'starts with a time, but is no ALB access-log line';
const NO_TIME = 'field 2 (time) is not a time such as 2026-01-31T12:00:00.000000Z';

/** Whether a line may be one of another log, by why {@link parseLine} cannot use it; it may also be one that is cut. */
export function mayBeForeign(reason: string): 'yes' | 'yes, or cut' | 'no' {
  if (reason === ONLY_TIME || reason === NO_TIME) return 'yes';
  return /^ends after field/.test(reason) ? 'yes, or cut' : 'no';
}

/** Why a line that is no access-log line of an ALB is none; said in terms of what it is. */
function foreign(line: LogLine): string {
  const time = (field: number) => instantSeconds(line.words, line.starts[field] ?? 0, line.ends[field] ?? 0);
  if (startsWith(line, FIELD.type, 'tls') && startsWith(line, FIELD.time, '2.0'))
    return 'a Network Load Balancer line, not an ALB access-log line';
  if (startsWith(line, FIELD.type, '#')) return 'a comment, not an access-log line';
  if (startsWith(line, FIELD.type, '{')) return 'JSON, not an access-log line';
  if (line.fieldCount > 2 && !Number.isNaN(time(0))) return startingWithTime(line);
  if (holdsControls(line)) return 'holds control characters: binary data, or a damaged file';
  return NO_TIME;
}

const numberAt = (line: LogLine, field: number): number =>
  decimal(line.bytes, line.starts[field] ?? 0, line.ends[field] ?? 0);

const statusAt = (line: LogLine, field: number): number =>
  status(line.bytes, line.starts[field] ?? 0, line.ends[field] ?? 0);

function readTimes(line: LogLine): string | null {
  line.requestSeconds = numberAt(line, FIELD.requestTime);
  if (Number.isNaN(line.requestSeconds)) return 'field 6 (request_processing_time) is not a number';
  line.targetSeconds = numberAt(line, FIELD.targetTime);
  if (Number.isNaN(line.targetSeconds)) return 'field 7 (target_processing_time) is not a number';
  line.responseSeconds = numberAt(line, FIELD.responseTime);
  if (Number.isNaN(line.responseSeconds)) return 'field 8 (response_processing_time) is not a number';
  line.elbStatus = statusAt(line, FIELD.elbStatus);
  if (Number.isNaN(line.elbStatus)) return 'field 9 (elb_status_code) is not a status code';
  line.targetStatus = statusAt(line, FIELD.targetStatus);
  if (Number.isNaN(line.targetStatus)) return 'field 10 (target_status_code) is not a status code';
  return null;
}

function incomplete(fields: number): string {
  if (fields < 0)
    return `ends inside a quoted field (field ${-fields}); the line is cut or its quotes are not closed`;
  return `ends after field ${fields}; an ALB access-log line has at least ${FEWEST_FIELDS}`;
}

/** Reads a line whose quotes are understood in one way; says why it cannot be used, if so. */
function readSplit(line: LogLine, start: number, end: number, escapes: boolean): string | null {
  const fields = splitFields(line, start, end, escapes);
  line.fieldCount = fields < 0 ? -fields - 1 : fields;
  if (line.fieldCount < 2 || Number.isNaN(timeOf(line))) return foreign(line);
  if (fields < FEWEST_FIELDS) return incomplete(fields);
  return readLine(line) ?? formProblem(line, fields);
}

/**
 * Reads one line, without its line end, into `line`.
 *
 * @returns why the line cannot be used, or null where it was read
 */
export function parseLine(line: LogLine, bytes: Uint8Array, start: number, end: number): string | null {
  readFrom(line, bytes);
  const problem = readSplit(line, start, end, true);
  if (problem === null || !line.escaped) return problem;
  // A user agent may end in a backslash that escapes nothing.
  return readSplit(line, start, end, false) === null ? null : problem;
}

/**
 * Reads a line whose fields have been found.
 *
 * @param isPlain - whether one quick look at what was read is enough
 * @returns whether it is a line of an access log
 */
export const readFields = (line: LogLine, isPlain: (line: LogLine) => boolean): boolean =>
  readLine(line) === null && (isPlain(line) || formProblem(line, line.fieldCount) === null);

const timeOf = (line: LogLine): number =>
  instantSeconds(line.words, line.starts[FIELD.time] ?? 0, line.ends[FIELD.time] ?? 0);

/** Reads what the fields hold. */
function readLine(line: LogLine): string | null {
  line.endSeconds = timeOf(line);
  if (Number.isNaN(line.endSeconds)) return foreign(line);
  if (startsWith(line, FIELD.loadBalancer, 'net/'))
    return 'a Network Load Balancer line, not an ALB access-log line';
  const wrong = readTimes(line);
  if (wrong !== null) return wrong;
  const { exact, route } = pathHash(line);
  line.exactPath = exact;
  line.route = route;
  line.client = clientHash(line);
  line.bodyBytes = bodyBytesOf(line);
  line.sentSeconds = sentSecondsOf(line);
  line.webSocket = isWebSocket(line);
  line.loadBalancerText = 0;
  line.targetText = 0;
  line.targetGroupText = 0;
  return null;
}

/** When the request of a line had been sent, by its other times. */
export const sentSecondsOf = ({ endSeconds, targetSeconds, responseSeconds }: LogLine): number =>
  endSeconds - Math.max(0, targetSeconds) - Math.max(0, responseSeconds);

/** Start of a field in `bytes`, by what it holds. */
export const fieldStart = (line: LogLine, field: keyof typeof FIELD): number =>
  line.starts[FIELD[field]] ?? 0;
/** End of a field in `bytes`, by what it holds. */
export const fieldEnd = (line: LogLine, field: keyof typeof FIELD): number => line.ends[FIELD[field]] ?? 0;

/** Whether the field at this place is absent or `-`. */
export function isBlankAt(line: LogLine, place: number): boolean {
  if (place >= line.fieldCount) return true;
  const start = line.starts[place] ?? 0;
  const length = (line.ends[place] ?? 0) - start;
  return length === 0 || (length === 1 && line.bytes[start] === DASH);
}

/** Whether the field is absent or `-`. */
export const isBlank = (line: LogLine, field: keyof typeof FIELD): boolean => isBlankAt(line, FIELD[field]);

/** The text of a field; only for the few lines whose text is kept. */
export function fieldText(line: LogLine, field: keyof typeof FIELD): string {
  let text = '';
  for (let at = fieldStart(line, field); at < fieldEnd(line, field); at++)
    text += String.fromCharCode(line.bytes[at] ?? 0);
  return text;
}
