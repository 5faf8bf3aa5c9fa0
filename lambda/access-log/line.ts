import { instantSeconds } from './instant.ts';

/** Fields of an access-log line by their place, counted from 0 (AWS's list counts from 1). */
const FIELD = {
  type: 0,
  time: 1,
  loadBalancer: 2,
  client: 3,
  target: 4,
  requestTime: 5,
  targetTime: 6,
  responseTime: 7,
  elbStatus: 8,
  targetStatus: 9,
  request: 12,
  targetGroup: 16,
  errorReason: 24,
  nodeAddress: 33,
} as const;

/** The layout of 2018 ends with redirect_url; every later one only appends. */
const FEWEST_FIELDS = 24;
const MOST_FIELDS = 64;

const SPACE = 32;
const QUOTE = 34;
const BACKSLASH = 92;
const DASH = 45;

/** What the diagnosis needs of a line. Reused for every line; text stays in the bytes, as start and end. */
export interface LogLine {
  bytes: Uint8Array;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
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
}

/** A line to be filled by {@link parseLine}. */
export function emptyLine(): LogLine {
  // Numbers begin as NaN, so that the engine keeps them as doubles in place and makes no garbage of each line.
  return {
    bytes: new Uint8Array(),
    starts: new Int32Array(MOST_FIELDS),
    ends: new Int32Array(MOST_FIELDS),
    fieldCount: 0,
    endSeconds: Number.NaN,
    sentSeconds: Number.NaN,
    requestSeconds: Number.NaN,
    targetSeconds: Number.NaN,
    responseSeconds: Number.NaN,
    elbStatus: Number.NaN,
    targetStatus: Number.NaN,
    webSocket: false,
  };
}

/**
 * Fields that are long as a rule (request, user agent, target group, trace, certificate, connection trace), one bit
 * each: the engine's own search finds their end faster than a loop does.
 */
const LONG_FIELDS = (1 << 12) | (1 << 13) | (1 << 16) | (1 << 17) | (1 << 19) | (1 << 29);

/** Where the field that begins at `from` ends: at the next `stop` byte, or at `end`. */
function searchEnd(bytes: Uint8Array, from: number, end: number, stop: number): number {
  const found = bytes.indexOf(stop, from);
  return found < 0 || found > end ? end : found;
}

/** Where a quoted field ends whose text has backslashes: a quote after an odd number of them is part of it. */
function unescapedQuote(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end && bytes[at] !== QUOTE) at += bytes[at] === BACKSLASH ? 2 : 1;
  return Math.min(at, end);
}

/** Splits at spaces and quotes; a missing space after a quote ends the field too. Negative: ends in a quote. */
function splitFields(line: LogLine, bytes: Uint8Array, start: number, end: number, escapes: boolean): number {
  const { starts, ends } = line;
  let count = 0;
  let at = start;
  while (at < end && count < MOST_FIELDS) {
    const first = bytes[at];
    if (first === SPACE) {
      at++;
      continue;
    }
    const stop = first === QUOTE ? QUOTE : SPACE;
    if (first === QUOTE) at++;
    starts[count] = at;
    const from = at;
    if (count < 32 && (LONG_FIELDS >>> count) & 1) at = searchEnd(bytes, at, end, stop);
    else while (at < end && bytes[at] !== stop) at++;
    if (stop === QUOTE) {
      if (escapes && bytes[at - 1] === BACKSLASH) at = unescapedQuote(bytes, from, end);
      if (at >= end) return -1 - count;
    }
    ends[count++] = at++;
  }
  return count;
}

/** A plain decimal such as `0.013`, `12` or `-1`; NaN where it is none. */
function decimal(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  const negative = bytes[at] === DASH;
  if (negative) at++;
  if (at >= end) return Number.NaN;
  let value = 0;
  let scale = 0;
  for (; at < end; at++) {
    const byte = bytes[at] ?? 0;
    if (byte === 46 && scale === 0) scale = 1;
    else if (byte < 48 || byte > 57) return Number.NaN;
    else {
      value = value * 10 + byte - 48;
      scale *= 10;
    }
  }
  const result = scale > 1 ? value / scale : value;
  return negative ? -result : result;
}

/** A status code; 0 for `-`, NaN where it is neither. */
function status(bytes: Uint8Array, start: number, end: number): number {
  if (end - start === 1 && bytes[start] === DASH) return 0;
  return end - start === 3 && bytes[start] !== DASH ? decimal(bytes, start, end) : Number.NaN;
}

/** Whether the field starts with this ASCII text. */
function startsWith(line: LogLine, field: number, text: string): boolean {
  const start = line.starts[field] ?? 0;
  if ((line.ends[field] ?? 0) - start < text.length) return false;
  for (let at = 0; at < text.length; at++) if (line.bytes[start + at] !== text.charCodeAt(at)) return false;
  return true;
}

/** Why a line that is no access-log line of an ALB is none; said in terms of what it is. */
function foreign(line: LogLine, bytes: Uint8Array): string {
  const time = (field: number) => instantSeconds(bytes, line.starts[field] ?? 0, line.ends[field] ?? 0);
  if (startsWith(line, FIELD.type, 'tls') && startsWith(line, FIELD.time, '2.0'))
    return 'a Network Load Balancer line, not an ALB access-log line';
  if (startsWith(line, FIELD.type, '#')) return 'a comment, not an access-log line';
  if (startsWith(line, FIELD.type, '{')) return 'JSON, not an access-log line';
  if (line.fieldCount > 2 && !Number.isNaN(time(0)))
    return 'starts with a time: a connection log or a Classic Load Balancer line, not an ALB access-log line';
  return 'field 2 (time) is not a time such as 2026-01-31T12:00:00.000000Z';
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

/**
 * Reads one line, without its line end, into `line`.
 *
 * @returns why the line cannot be used, or null where it was read
 */
export function parseLine(line: LogLine, bytes: Uint8Array, start: number, end: number): string | null {
  line.bytes = bytes;
  let fields = splitFields(line, bytes, start, end, true);
  // A user agent may end in a backslash that escapes nothing.
  if (fields < FEWEST_FIELDS) {
    const plain = splitFields(line, bytes, start, end, false);
    fields = plain >= FEWEST_FIELDS ? plain : splitFields(line, bytes, start, end, true);
  }
  line.fieldCount = fields < 0 ? -fields - 1 : fields;
  if (line.fieldCount < 2) return foreign(line, bytes);
  line.endSeconds = instantSeconds(bytes, line.starts[FIELD.time] ?? 0, line.ends[FIELD.time] ?? 0);
  if (Number.isNaN(line.endSeconds)) return foreign(line, bytes);
  if (fields < FEWEST_FIELDS) return incomplete(fields);
  if (startsWith(line, FIELD.loadBalancer, 'net/'))
    return 'a Network Load Balancer line, not an ALB access-log line';
  const wrong = readTimes(line);
  if (wrong !== null) return wrong;
  line.sentSeconds = line.endSeconds - Math.max(0, line.targetSeconds) - Math.max(0, line.responseSeconds);
  line.webSocket = bytes[line.starts[FIELD.type] ?? 0] === 119;
  return null;
}

/** Start of a field in `bytes`, by what it holds. */
export const fieldStart = (line: LogLine, field: keyof typeof FIELD): number =>
  line.starts[FIELD[field]] ?? 0;
export const fieldEnd = (line: LogLine, field: keyof typeof FIELD): number => line.ends[FIELD[field]] ?? 0;

/** Whether the field is absent or `-`. */
export function isBlank(line: LogLine, field: keyof typeof FIELD): boolean {
  if (FIELD[field] >= line.fieldCount) return true;
  const start = fieldStart(line, field);
  const length = fieldEnd(line, field) - start;
  return length === 0 || (length === 1 && line.bytes[start] === DASH);
}

/** The text of a field; only for the few lines whose text is kept. */
export function fieldText(line: LogLine, field: keyof typeof FIELD): string {
  let text = '';
  for (let at = fieldStart(line, field); at < fieldEnd(line, field); at++)
    text += String.fromCharCode(line.bytes[at] ?? 0);
  return text;
}
