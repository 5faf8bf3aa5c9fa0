// Finds the lines of a chunk and what those of requests that did not fail hold, up to their target groups. A line that
// differs in any way from the one that AWS writes is left to the reader in lambda/access-log/reading, which knows more.
import {
  BODY_BYTES,
  CLIENT,
  ELB_STATUS,
  END_SECONDS,
  EXACT_PATH,
  FOUND,
  FOUND_WEB_SOCKET,
  LEFT_TO_READER,
  LINE_END,
  LOAD_BALANCER_END,
  LOAD_BALANCER_START,
  LOAD_BALANCER_TEXT,
  RECORD_BYTES,
  REQUEST_SECONDS,
  RESPONSE_SECONDS,
  REST_BYTES,
  ROUTE,
  STATE,
  TARGET_END,
  TARGET_GROUP_END,
  TARGET_GROUP_START,
  TARGET_GROUP_TEXT,
  TARGET_SECONDS,
  TARGET_START,
  TARGET_STATUS,
  TARGET_TEXT,
} from '../lambda/access-log/reading/line-record';
import { find, holdsHead } from './bytes';
import { clientHash, exactPath, hashPath, route } from './hashes';
import {
  INSTANT_BYTES,
  readDecimal,
  readInstant,
  statusAt,
  statusLength,
  value,
  wholeNumber,
} from './numbers';
import { textNumber } from './texts';

export { keepTexts } from './texts';

const NEWLINE: u8 = 10;
const CARRIAGE_RETURN: u8 = 13;
const SPACE: u8 = 32;
const QUOTE: u8 = 34;
const DASH: u8 = 45;
const LETTER_A: u8 = 65;
const LETTER_O: u8 = 79;
const LETTER_P: u8 = 80;
const LETTER_U: u8 = 85;
const BACKSLASH: u8 = 92;
const LETTER_S: u8 = 115;

/** The first letters of texts, as they are read at once. */
const HTTP: u32 = 0x7074_7468;
const GRPC: u32 = 0x6370_7267;
const APP: u32 = 0x2f70_7061;
const ARN: u32 = 0x3a6e_7261;
const H2: u32 = 0x3268;
const WS: u32 = 0x7377;
const WSS: u32 = 0x73_7377;

const BAD_GATEWAY = 502;
/** Places are counted from the begin of the line, in two bytes. */
const LONGEST_LINE: usize = 0xffff;
/** No line of a request that failed at a target group has so few bytes after it. */
const SHORTEST_FAILED_LINE: usize = 280;

function isType(from: usize, length: usize): bool {
  const letters = load<u32>(from);
  if (length === 5) return (letters === HTTP || letters === GRPC) && load<u8>(from + 4) === LETTER_S;
  if (length === 4) return letters === HTTP;
  if (length === 2) return (letters & 0xffff) === H2 || (letters & 0xffff) === WS;
  return length === 3 && (letters & 0xff_ffff) === WSS;
}

/** Type, time and load balancer. @returns where the space behind them is, or 0 */
function readHead(start: usize, end: usize, record: usize): usize {
  const typeEnd = find(start, min(end, start + 6), SPACE);
  if (!isType(start, typeEnd - start) || !readInstant(typeEnd + 1)) return 0;
  store<f64>(record + END_SECONDS, value);
  const name = typeEnd + INSTANT_BYTES + 2;
  if (load<u32>(name) !== APP) return 0;
  const nameEnd = find(name, end, SPACE);
  store<u16>(record + LOAD_BALANCER_START, <u16>(name - start));
  store<u16>(record + LOAD_BALANCER_END, <u16>(nameEnd - start));
  return nameEnd;
}

/** Client and target. @returns where the space behind them is */
function readPeers(start: usize, from: usize, end: usize, record: usize): usize {
  const clientEnd = find(from, end, SPACE);
  store<u32>(record + CLIENT, clientHash(from, clientEnd));
  const targetEnd = find(clientEnd + 1, end, SPACE);
  store<u16>(record + TARGET_START, <u16>(clientEnd + 1 - start));
  store<u16>(record + TARGET_END, <u16>(targetEnd - start));
  return targetEnd;
}

/** The three times. @returns where the space behind them is, or 0 */
function readTimes(from: usize, record: usize): usize {
  const requestEnd = readDecimal(from);
  if (requestEnd === 0) return 0;
  store<f64>(record + REQUEST_SECONDS, value);
  const targetEnd = readDecimal(requestEnd + 1);
  if (targetEnd === 0) return 0;
  store<f64>(record + TARGET_SECONDS, value);
  const responseEnd = readDecimal(targetEnd + 1);
  store<f64>(record + RESPONSE_SECONDS, value);
  return responseEnd;
}

/** Both status codes. @returns where the space behind them is; 0 where the request failed, or they are none */
function readStatuses(from: usize, record: usize): usize {
  const elbStatus = statusAt(from);
  if (elbStatus < 0 || elbStatus === BAD_GATEWAY) return 0;
  const second = from + statusLength(from) + 1;
  const targetStatus = statusAt(second);
  if (targetStatus < 0) return 0;
  store<u16>(record + ELB_STATUS, <u16>elbStatus);
  store<u16>(record + TARGET_STATUS, <u16>targetStatus);
  return second + statusLength(second);
}

/** Whether the method has a body: POST, PUT or PATCH. */
function hasBody(request: usize): bool {
  const second = load<u8>(request + 1);
  return (
    load<u8>(request) === LETTER_P && (second === LETTER_O || second === LETTER_U || second === LETTER_A)
  );
}

/** Where the quote is that ends a quoted text; 0 where it has none, or what follows is not the next field. */
function quoteEnd(open: usize, end: usize): usize {
  if (load<u8>(open) !== QUOTE) return 0;
  const quote = find(open + 1, end, QUOTE);
  return load<u8>(quote - 1) === BACKSLASH || load<u8>(quote + 1) !== SPACE ? 0 : quote;
}

/** The bytes that were received, and the request. @returns where the space behind it is, or 0 */
function readRequest(from: usize, end: usize, record: usize): usize {
  const receivedEnd = find(from, end, SPACE);
  const open = find(receivedEnd + 1, end, SPACE) + 1;
  const quote = quoteEnd(open, end);
  if (quote === 0) return 0;
  hashPath(open + 1, quote);
  store<u32>(record + EXACT_PATH, exactPath);
  store<u32>(record + ROUTE, route);
  store<f64>(record + BODY_BYTES, hasBody(open + 1) ? wholeNumber(from, receivedEnd) : -1);
  return quote + 1;
}

/** From the user agent to the target group. @returns where that ends, or 0 */
function readTargetGroup(start: usize, from: usize, end: usize, record: usize): usize {
  const quote = quoteEnd(from, end);
  if (quote === 0) return 0;
  const cipherEnd = find(quote + 2, end, SPACE);
  const group = find(cipherEnd + 1, end, SPACE) + 1;
  const groupEnd = find(group, end, SPACE);
  if (load<u32>(group) !== ARN && !(load<u8>(group) === DASH && groupEnd === group + 1)) return 0;
  store<u16>(record + TARGET_GROUP_START, <u16>(group - start));
  store<u16>(record + TARGET_GROUP_END, <u16>(groupEnd - start));
  return groupEnd;
}

/** Reads a line up to its target group. @returns where that ends; the line's end or 0 where it is not such a line */
function readLine(start: usize, end: usize, record: usize): usize {
  let at = readHead(start, end, record);
  if (at === 0) return 0;
  at = readTimes(readPeers(start, at + 1, end, record) + 1, record);
  if (at === 0) return 0;
  at = readStatuses(at + 1, record);
  if (at === 0) return 0;
  at = readRequest(at + 1, end, record);
  return at === 0 ? 0 : readTargetGroup(start, at + 1, end, record);
}

function numberOf(start: usize, from: usize, to: usize): u16 {
  return <u16>textNumber(start + <usize>load<u16>(from), start + <usize>load<u16>(to));
}

/** Numbers the texts of a line that was found. */
function numberTexts(start: usize, record: usize): void {
  const name = numberOf(start, record + LOAD_BALANCER_START, record + LOAD_BALANCER_END);
  store<u16>(record + LOAD_BALANCER_TEXT, name);
  store<u16>(record + TARGET_TEXT, numberOf(start, record + TARGET_START, record + TARGET_END));
  const group = numberOf(start, record + TARGET_GROUP_START, record + TARGET_GROUP_END);
  store<u16>(record + TARGET_GROUP_TEXT, group);
}

function stateOf(start: usize, end: usize, record: usize): i32 {
  if (end - start > LONGEST_LINE) return LEFT_TO_READER;
  const groupEnd = readLine(start, end, record);
  if (groupEnd === 0 || groupEnd >= end) return LEFT_TO_READER;
  if (end - groupEnd >= SHORTEST_FAILED_LINE && holdsHead(groupEnd, end)) return LEFT_TO_READER;
  const textEnd = load<u8>(end - 1) === CARRIAGE_RETURN ? end - 1 : end;
  store<u16>(record + REST_BYTES, <u16>(textEnd - groupEnd));
  numberTexts(start, record);
  return (load<u32>(start) & 0xffff) === WS ? FOUND_WEB_SOCKET : FOUND;
}

/**
 * Finds the lines of a chunk. Reads up to 64 bytes beyond its end.
 *
 * @param records - takes what is found of the first lines
 * @param most - how many it has room for
 * @returns how many lines were found
 */
export function indexLines(chunk: usize, bytes: usize, records: usize, most: i32): i32 {
  const chunkEnd = chunk + bytes;
  let start = chunk;
  let record = records;
  let lines = 0;
  for (; lines < most; lines++) {
    const end = find(start, chunkEnd, NEWLINE);
    if (end === chunkEnd) break;
    store<i32>(record + LINE_END, <i32>(end - chunk));
    store<u16>(record + STATE, <u16>stateOf(start, end, record));
    record += RECORD_BYTES;
    start = end + 1;
  }
  return lines;
}
