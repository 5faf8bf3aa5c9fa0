import { HOLDERS } from './json-document.ts';

/** What a line of JSON holds. */
export type JsonLine =
  | { readonly kind: 'record'; readonly entries: readonly (readonly [string, string])[] }
  | { readonly kind: 'message'; readonly text: string }
  | { readonly kind: 'nothing' }
  /** Several records, or a list of them: to be taken apart. */
  | { readonly kind: 'several' }
  | { readonly kind: 'broken'; readonly reason: string };

/** Names under which tools for CloudWatch Logs give a line. */
const MESSAGES = ['message', '@message', 'Message', 'log'] as const;
/** A property on a line of its own. */
const PROPERTY = /^"(?:[^"\\]|\\.)*"\s*:/;
const BRACKETS = /^[[\]{}, \t]*$/;

const DAMAGED: JsonLine = { kind: 'broken', reason: 'JSON that is cut or damaged' };

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
  if (HOLDERS.some((name) => Array.isArray(record[name]))) return { kind: 'several' };
  return { kind: 'record', entries: entriesOf(record) };
}

/** A row of CloudWatch Logs Insights: the name and the value of each field. */
function fromRow(row: readonly unknown[]): JsonLine {
  if (!row.every((field) => isObject(field) && typeof field['field'] === 'string'))
    return { kind: 'several' };
  return fromObject(
    Object.fromEntries(
      row.flatMap((field) => (isObject(field) ? [[String(field['field']), field['value']]] : [])),
    ),
  );
}

/** Reads a line of JSON: a record, an event or a row of CloudWatch Logs, or a text. */
export function jsonLine(text: string): JsonLine {
  const trimmed = text.trim().replace(/,$/, '');
  if (BRACKETS.test(trimmed)) return { kind: 'nothing' };
  const value = parsed(trimmed);
  if (typeof value === 'string') return { kind: 'message', text: value };
  if (isObject(value)) return fromObject(value);
  if (Array.isArray(value)) return fromRow(value);
  if (/\}[\s,]*\{/.test(trimmed)) return { kind: 'several' };
  return PROPERTY.test(trimmed)
    ? { kind: 'broken', reason: 'JSON over several lines between other lines; put | jq -c . between' }
    : DAMAGED;
}
