import { FIELD_NAMES, QUOTED_FIELDS } from '../line-form.ts';
import { isFirstPart, normalName, PARTS, placeOf } from './field-name.ts';

/** A record of an access log as a line of its plain form, or why there is none. */
export type RecordLine =
  | { readonly line: string; readonly absent: readonly string[] }
  | { readonly reason: string; readonly within?: Within };

/** What a line that is none of an access log holds, without what tools put around it: the fields of a record, or a text. */
export type Within = { readonly entries: readonly (readonly [string, string])[] } | { readonly text: string };

const isQuoted = FIELD_NAMES.map((_, place) => QUOTED_FIELDS.some((field) => field === place));
const CREATION_TIME = 21;
const [TIME, BALANCER, TARGET, STATUS, TARGET_STATUS, GROUP, ERROR_REASON] = [1, 2, 4, 8, 9, 16, 24];
const TIMES = [5, 6, 7];
/** Without these nothing is concluded from a line: it is counted, and that is all. */
const NEEDED = [...TIMES, TARGET_STATUS, CREATION_TIME];

const isBlank = (value: string | undefined): boolean => value === undefined || value === '' || value === '-';

/** A number as a line has it: `1.0E-4` is 0.0001. */
const plainNumber = (value: string): string =>
  /^-?\d+(\.\d+)?[eE]-?\d+$/.test(value) ? Number(value).toFixed(9) : value;

/** A time as a line has it, of one or of milliseconds since 1970. */
function plainTime(value: string): string {
  if (/^\d{13}$/.test(value)) return new Date(Number(value)).toISOString();
  return value.replace(/^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d(?:\.\d+)?)(?: UTC|Z)?$/, '$1T$2Z');
}

/** A text within quotes, as the load balancer escapes it. */
const escaped = (value: string): string =>
  value
    .replace(/(?<!\\)"/g, '\\"')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what is looked for
    .replace(/[\x00-\x1f]/g, (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`);

/** Fields of which a record has the parts, put together. */
function together(entries: readonly (readonly [string, string])[]): readonly (readonly [string, string])[] {
  if (!entries.some(([name]) => isFirstPart(name))) return entries;
  const named = new Map(entries.map(([name, value]) => [normalName(name), value]));
  for (const [whole, [names, between]] of Object.entries(PARTS)) {
    const [first = ''] = names;
    if (!named.has(first)) continue;
    const values = names.map((name) => named.get(name) ?? '-');
    named.set(whole, isBlank(values[0]) && between === ':' ? '-' : values.join(between));
  }
  return [...named];
}

const isEventTime = (name: string): boolean => normalName(name) === 'timestamp';

/** Values by the places of their fields. */
function byPlace(entries: readonly (readonly [string, string])[]): (string | undefined)[] {
  const values = new Array<string | undefined>(FIELD_NAMES.length).fill(undefined);
  for (const [name, value] of together(entries)) {
    const place = placeOf(name);
    // CloudWatch Logs puts a time of its own beside the record's.
    if (place !== undefined && (values[place] === undefined || !isEventTime(name))) values[place] = value;
  }
  return values;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: those are what is looked for
const TO_ESCAPE = /["\x00-\x1f]/;

function textOf(value: string | undefined, place: number): string {
  if (isQuoted[place] === true) {
    if (value === undefined) return '"-"';
    return TO_ESCAPE.test(value) ? `"${escaped(value)}"` : `"${value}"`;
  }
  if (value === undefined || value === '') return '-';
  return value.replace(/\s/g, '_');
}

/**
 * Writes a record as a line. A field that is absent is unknown: a line without what conclusions need goes to no
 * target group, so that it is counted and nothing is concluded from it.
 *
 * @param entries - names, in any of their forms, and values
 * @param loadBalancer - whose record it is where it does not say
 */
export function recordLine(
  entries: readonly (readonly [string, string])[],
  loadBalancer: string,
): RecordLine {
  const values = byPlace(entries);
  for (const place of [TIME, STATUS])
    if (isBlank(values[place])) return { reason: `the record has no field ${FIELD_NAMES[place]}` };
  const isFailed = values[STATUS] === '502';
  if (isFailed && values[TARGET_STATUS] === undefined)
    return {
      reason: 'the record has no field target_status_code, so whose 502 it is cannot be told',
    };
  const absent = NEEDED.filter(
    (place) => values[place] === undefined || (TIMES.includes(place) && isBlank(values[place])),
  );
  // Of a Lambda function there is no target, and the reason alone tells of it.
  if (isFailed && isBlank(values[TARGET]) && values[ERROR_REASON] === undefined) absent.push(ERROR_REASON);
  if (isBlank(values[0])) values[0] = 'http';
  // Some deliveries have the whole ARN.
  values[BALANCER] = (isBlank(values[BALANCER]) ? loadBalancer : (values[BALANCER] ?? '')).replace(
    /^arn:[^/]*:loadbalancer\//,
    '',
  );
  values[TIME] = plainTime(values[TIME] ?? '');
  values[CREATION_TIME] = plainTime(values[CREATION_TIME] ?? values[TIME] ?? '');
  for (const place of TIMES) values[place] = isBlank(values[place]) ? '-1' : plainNumber(values[place] ?? '');
  if (absent.length > 0) values[GROUP] = '-';
  return { line: values.map(textOf).join(' '), absent: absent.map((place) => FIELD_NAMES[place] ?? '') };
}
