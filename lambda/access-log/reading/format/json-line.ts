import { isFieldName, normalName } from './field-name.ts';

/** What a line of JSON holds. */
export type JsonLine =
  | { readonly kind: 'record'; readonly entries: readonly (readonly [string, string])[] }
  | { readonly kind: 'message'; readonly text: string }
  | { readonly kind: 'nothing' }
  | { readonly kind: 'broken'; readonly reason: string };

/** Names under which tools for CloudWatch Logs give a line. */
const MESSAGES = ['message', '@message', 'Message', 'log'] as const;
/** A property on a line of its own, in a document over several lines. */
const PROPERTY = /^"((?:[^"\\]|\\.)*)"\s*:\s*(.*)$/;
const BRACKETS = /^[[\]{}, \t]*$/;
/** Times and pointers of events, which stand beside their messages. */
const BESIDE_MESSAGE = /^"[^\s"]*(?: \d\d:\d\d:\d\d[.\d]*)?"$/;

const DAMAGED: JsonLine = { kind: 'broken', reason: 'JSON that is cut or damaged' };
const CONNECTION = 'tls_verify_status';
const HEALTH_CHECK = 'health_check';

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function entriesOf(record: Record<string, unknown>): (readonly [string, string])[] {
  const entries: (readonly [string, string])[] = [];
  for (const [name, value] of Object.entries(record))
    if (typeof value === 'string' || typeof value === 'number') entries.push([name, String(value)]);
    // A field that is there without a value is what a line has as `-`, as an empty one of Athena is.
    else if (value === null) entries.push([name, '']);
  return entries;
}

function fromObject(record: Record<string, unknown>): JsonLine {
  for (const name of MESSAGES) {
    const text = record[name];
    if (typeof text === 'string') return { kind: 'message', text };
    if (isObject(text)) return fromObject(text);
  }
  if ('events' in record || 'results' in record)
    return {
      kind: 'broken',
      reason: 'an answer of aws logs on one line; put | jq . between, or ask for one record a line',
    };
  if (CONNECTION in record)
    return { kind: 'broken', reason: 'a record of a connection log, not of an access log' };
  if (Object.keys(record).some((name) => name.startsWith(HEALTH_CHECK)))
    return { kind: 'broken', reason: 'a record of a health check log, not of an access log' };
  return { kind: 'record', entries: entriesOf(record) };
}

/** Reads a line of JSON: a record, an event of CloudWatch Logs, or a line of a document over several lines. */
export function jsonLine(text: string): JsonLine {
  const trimmed = text.trim().replace(/,$/, '');
  if (trimmed.length > 2 && trimmed.startsWith('{')) {
    const value = parsed(trimmed);
    if (isObject(value)) return fromObject(value);
    return /\}\s*\{/.test(trimmed)
      ? { kind: 'broken', reason: 'several JSON records on one line; put | jq -c . between' }
      : DAMAGED;
  }
  return BRACKETS.test(trimmed) ? { kind: 'nothing' } : property(trimmed);
}

/** A property of a document over several lines: of events only the message counts. */
function property(text: string): JsonLine {
  const [, name = '', raw = ''] = PROPERTY.exec(text) ?? [];
  if (name === '') return DAMAGED;
  const value = parsed(raw);
  const isMessage = MESSAGES.some((message) => message === name);
  if (isMessage || (name === 'value' && !BESIDE_MESSAGE.test(raw)))
    return typeof value === 'string' ? { kind: 'message', text: value } : DAMAGED;
  if (isFieldName(name) && normalName(name) !== 'timestamp')
    return { kind: 'broken', reason: 'a JSON record over several lines; put | jq -c . between' };
  return value === undefined && !/^[[{]$/.test(raw) ? DAMAGED : { kind: 'nothing' };
}
