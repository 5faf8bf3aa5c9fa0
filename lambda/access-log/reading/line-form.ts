import type { Fields } from './field-split.ts';
import { instantSeconds } from './instant.ts';
import { KnownTexts } from './known-text.ts';

/** Names of the fields as AWS has them, in the order of a line. */
export const FIELD_NAMES = [
  'type',
  'time',
  'elb',
  'client:port',
  'target:port',
  'request_processing_time',
  'target_processing_time',
  'response_processing_time',
  'elb_status_code',
  'target_status_code',
  'received_bytes',
  'sent_bytes',
  'request',
  'user_agent',
  'ssl_cipher',
  'ssl_protocol',
  'target_group_arn',
  'trace_id',
  'domain_name',
  'chosen_cert_arn',
  'matched_rule_priority',
  'request_creation_time',
  'actions_executed',
  'redirect_url',
  'error_reason',
  'target:port_list',
  'target_status_code_list',
  'classification',
  'classification_reason',
  'conn_trace_id',
  'transformed_host',
  'transformed_uri',
  'request_transform_status',
  'ip_address',
] as const;

/** Fields that the load balancer puts in quotes. */
export const QUOTED_FIELDS = [12, 13, 17, 18, 19, 22, 23, 24, 25, 26, 27, 28, 30, 31, 32] as const;

const [PRIORITY, CREATION_TIME, CONNECTION_TRACE, NODE] = [20, 21, 29, 33];
/** Fields from here on are not known yet; AWS only appends. */
const FIRST_UNKNOWN = FIELD_NAMES.length;

const QUOTE = 34;
const DASH = 45;
const POINT = 46;
const COLON = 58;
const LETTER_S = 115;

/** Four letters as a word has them. */
const word = (text: string): number =>
  [...text].reduce((bits, letter, at) => bits | (letter.charCodeAt(0) << (8 * at)), 0);
const HTTP = word('http');
const GRPC = word('grpc');
const APP = word('app/');
const ARN = word('arn:');
const TID = word('TID_');
const H2 = word('h2');
const WS = word('ws');
const WSS = word('wss');
const TWO_BYTES = 0xffff;
const THREE_BYTES = 0xffffff;

const LOAD_BALANCER = /^app\/[\w.-]+\/[0-9a-f]+$/;
const GROUP_ARN =
  /^arn:aws[a-z-]*:elasticloadbalancing:[a-z0-9-]+:\d{12}:targetgroup\/[A-Za-z0-9-]+\/[0-9a-f]+$/;
/** A type that AWS may yet add, and not the begin of one line before the type of the next. */
const LATER_TYPE = /^(?!.+(?:https?|h2c?|h3|grpcs?|wss?)$)[a-z][a-z0-9]{0,15}$/;

const loadBalancers = new KnownTexts(LOAD_BALANCER);
const groupArns = new KnownTexts(GROUP_ARN);
const laterTypes = new KnownTexts(LATER_TYPE);

/** Whether a type of this length is one of today's, by its first four letters and the fifth. */
function isTodaysType(letters: number, length: number, fifth: number | undefined): boolean {
  if (length === 5) return (letters === HTTP || letters === GRPC) && fifth === LETTER_S;
  if (length === 4) return letters === HTTP;
  if (length === 2) return (letters & TWO_BYTES) === H2 || (letters & TWO_BYTES) === WS;
  return length === 3 && (letters & THREE_BYTES) === WSS;
}

/** Whether the line is a WebSocket's, by its type: ws or wss. */
export function isWebSocket({ words, starts, ends }: Fields): boolean {
  const start = starts[0] ?? 0;
  return (words.getInt32(start, true) & TWO_BYTES) === WS && (ends[0] ?? 0) - start <= 3;
}

/** A quote before a field opens it, unless it closes the one before. */
const isQuoted = ({ bytes, starts, ends }: Fields, field: number): boolean => {
  const before = (starts[field] ?? 0) - 1;
  return bytes[before] === QUOTE && ends[field - 1] !== before;
};

const isDash = ({ bytes, starts, ends }: Fields, field: number): boolean =>
  (ends[field] ?? 0) - (starts[field] ?? 0) === 1 && bytes[starts[field] ?? 0] === DASH;

const beginsWith = ({ words, starts, ends }: Fields, field: number, letters: number): boolean =>
  (ends[field] ?? 0) - (starts[field] ?? 0) > 4 && words.getInt32(starts[field] ?? 0, true) === letters;

/** Whether the first fields, up to the target group, look like those of one line; a quick look. */
export function looksWhole({ bytes, words, starts, ends }: Fields): boolean {
  const type = starts[0] ?? 0;
  const [request, agent, group] = [starts[12] ?? 0, starts[13] ?? 0, starts[16] ?? 0];
  return (
    isTodaysType(words.getInt32(type, true), (ends[0] ?? 0) - type, bytes[type + 4]) &&
    words.getInt32(starts[2] ?? 0, true) === APP &&
    bytes[request - 1] === QUOTE &&
    bytes[agent - 1] === QUOTE &&
    (ends[12] ?? 0) < agent - 1 &&
    (words.getInt32(group, true) === ARN || (bytes[group] === DASH && ends[16] === group + 1))
  );
}

function isWholeNumber({ bytes, starts, ends }: Fields, field: number): boolean {
  let at = starts[field] ?? 0;
  const end = ends[field] ?? 0;
  if (bytes[at] === DASH) at++;
  else if (at >= end) return false;
  for (; at < end; at++) if ((bytes[at] ?? 0) < 48 || (bytes[at] ?? 0) > 57) return false;
  return true;
}

/** Digits, points, colons, brackets and the letters of IPv6. */
function isAddress({ bytes, starts, ends }: Fields, field: number): boolean {
  for (let at = starts[field] ?? 0; at < (ends[field] ?? 0); at++) {
    const byte = bytes[at] ?? 0;
    const isHex = (byte >= 48 && byte <= 57) || ((byte | 32) >= 97 && (byte | 32) <= 102);
    if (!isHex && byte !== POINT && byte !== COLON && byte !== 91 && byte !== 93) return false;
  }
  return true;
}

const isKnown = (known: KnownTexts, { bytes, starts, ends }: Fields, field: number): boolean =>
  known.has(bytes, starts[field] ?? 0, ends[field] ?? 0);

const nameOf = (field: number): string => `field ${field + 1} (${FIELD_NAMES[field] ?? 'new'})`;

const JOINED = 'the line is damaged, or two are joined';

function unquotedField(fields: Fields, count: number): string | null {
  for (const field of QUOTED_FIELDS)
    if (field < count && !isQuoted(fields, field)) return `${nameOf(field)} is not in quotes: ${JOINED}`;
  return null;
}

/** Fields that AWS appended lately or may yet append: of another line that is joined to this one? */
function unknownFields(fields: Fields, count: number): string | null {
  const { bytes, starts, ends } = fields;
  for (let field = FIRST_UNKNOWN; field < count; field++) {
    const [start, end] = [starts[field] ?? 0, ends[field] ?? 0];
    const quoted = isQuoted(fields, field);
    if (!quoted && (beginsWith(fields, field, APP) || beginsWith(fields, field, ARN)))
      return `${nameOf(field)} is of another line: ${JOINED}`;
    if (quoted ? holdsHead(fields, start, end) : bytes.subarray(start, end).includes(QUOTE))
      return `${nameOf(field)} holds a part of another line: ${JOINED}`;
  }
  return null;
}

/** Whether a text holds the name of a load balancer behind a time, as lines begin. */
function holdsHead({ bytes, words }: Fields, start: number, end: number): boolean {
  for (let at = start + 2; at + 4 <= end; at++)
    if (words.getInt32(at, true) === APP && bytes[at - 1] === 32 && bytes[at - 2] === 90) return true;
  return false;
}

/**
 * Looks whether each field has the form that the load balancer gives it, so that a line that was cut and joined to
 * the next is not taken for one.
 *
 * @param count - how many fields there are, 24 at least
 * @returns what is wrong, or null
 */
export function formProblem(fields: Fields, count: number): string | null {
  const { words, starts, ends } = fields;
  const type = starts[0] ?? 0;
  const isType = isTodaysType(words.getInt32(type, true), (ends[0] ?? 0) - type, fields.bytes[type + 4]);
  if (!isType && !isKnown(laterTypes, fields, 0))
    return `field 1 (type) is not a type such as http, https, h2 or wss: ${JOINED}`;
  if (!isKnown(loadBalancers, fields, 2))
    return 'field 3 (elb) is not the name of an Application Load Balancer such as app/NAME/ID';
  if (!isDash(fields, 16) && !isKnown(groupArns, fields, 16))
    return 'field 17 (target_group_arn) is not the ARN of a target group';
  const unquoted = unquotedField(fields, count);
  if (unquoted !== null) return unquoted;
  if (!isWholeNumber(fields, PRIORITY)) return `${nameOf(PRIORITY)} is not a number: ${JOINED}`;
  if (Number.isNaN(instantSeconds(words, starts[CREATION_TIME] ?? 0, ends[CREATION_TIME] ?? 0)))
    return `${nameOf(CREATION_TIME)} is not a time: ${JOINED}`;
  if (
    count > CONNECTION_TRACE &&
    !isDash(fields, CONNECTION_TRACE) &&
    !beginsWith(fields, CONNECTION_TRACE, TID)
  )
    return `${nameOf(CONNECTION_TRACE)} does not begin with TID_: ${JOINED}`;
  if (count > NODE && !isDash(fields, NODE) && !isAddress(fields, NODE))
    return `${nameOf(NODE)} is not an address: ${JOINED}`;
  return unknownFields(fields, count);
}
