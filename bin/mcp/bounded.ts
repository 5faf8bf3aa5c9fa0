/** What JSON can hold. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

/** A part of a document that was cut. */
export interface OmittedPart {
  /** Such as `diagnoses[0].hypotheses`; of the document itself it is empty. */
  readonly path: string;
  /** Entries, members or characters that are left ... */
  readonly kept: number;
  /** ... of so many. */
  readonly of: number;
  /** What the entries that are missing are called, the first of them. */
  readonly names?: readonly string[];
}

/** What a document that was cut says of it, in its member `omitted`. */
export interface Omitted {
  readonly maximumCharacters: number;
  /** The first of them, the largest loss first. */
  readonly parts: readonly OmittedPart[];
  /** Further parts that were cut. */
  readonly moreParts: number;
  /** How to ask for less. */
  readonly how: string;
}

const MOST_PARTS = 20;
const MOST_NAMES = 100;
const LONGEST_PATH = 160;
/** What `omitted` may take of the maximum. */
const OMITTED_CHARACTERS = 12_000;
/** An ellipsis in quotes, and a little. */
const SHORTEST_TEXT = 8;

/** Characters of a value as JSON. */
const sizeOf = (value: Json): number => JSON.stringify(value).length;

const isObject = (value: Json): value is JsonObject =>
  value !== null && typeof value === 'object' && !Array.isArray(value);

const isList = (value: Json): value is readonly Json[] => Array.isArray(value);

/**
 * A document that is no longer than it may be. Lists lose their last entries, texts their end; what is small is kept
 * whole. A document that was cut says so in a member `omitted`.
 *
 * @param maximumCharacters - of the document as JSON, at least 16,000
 * @param how - what to ask for instead, in a sentence
 * @param nameOf - what to call an entry of a list of the document that is missing; null: it has no name
 */
export function bounded(
  document: JsonObject,
  maximumCharacters: number,
  how: string,
  nameOf: (entry: Json) => string | null = () => null,
): { readonly document: JsonObject; readonly omitted: Omitted | null } {
  if (sizeOf(document) <= maximumCharacters) return { document, omitted: null };
  const parts: OmittedPart[] = [];
  const kept = fitObject(document, maximumCharacters - OMITTED_CHARACTERS, '', parts);
  const listed = parts
    .sort((left, right) => right.of - right.kept - (left.of - left.kept))
    .slice(0, MOST_PARTS);
  const omitted: Omitted = {
    maximumCharacters,
    parts: listed.map((part) => named(part, document, nameOf)),
    moreParts: parts.length - listed.length,
    how,
  };
  return { document: { ...kept, omitted: JSON.parse(JSON.stringify(omitted)) }, omitted };
}

/** Lists of the document itself are what a reader asks for by name. */
function named(part: OmittedPart, document: JsonObject, nameOf: (entry: Json) => string | null): OmittedPart {
  const list = document[part.path];
  if (list === undefined || !isList(list)) return { ...part, path: part.path.slice(0, LONGEST_PATH) };
  const names = list
    .slice(part.kept, part.kept + MOST_NAMES)
    .flatMap((entry) => nameOf(entry)?.slice(0, 64) ?? []);
  return names.length === 0 ? part : { ...part, names };
}

/** The least that is left of a value. */
function leastOf(value: Json): number {
  if (typeof value === 'string') return Math.min(sizeOf(value), SHORTEST_TEXT);
  return isList(value) || isObject(value) ? 2 : sizeOf(value);
}

/** @param budget - characters, at least `leastOf` the value */
function fitted(value: Json, budget: number, path: string, parts: OmittedPart[]): Json {
  if (sizeOf(value) <= budget) return value;
  if (typeof value === 'string') return fitText(value, budget, path, parts);
  if (isList(value)) return fitList(value, budget, path, parts);
  return isObject(value) ? fitObject(value, budget, path, parts) : value;
}

function fitText(text: string, budget: number, path: string, parts: OmittedPart[]): string {
  let length = Math.max(0, budget - 3);
  let shown = cutAt(text, length);
  while (length > 0 && sizeOf(shown) > budget) {
    length = Math.max(0, length - Math.max(1, sizeOf(shown) - budget));
    shown = cutAt(text, length);
  }
  parts.push({ path, kept: length, of: text.length });
  return shown;
}

/** No half of a character is left at the end. */
const cutAt = (text: string, length: number): string =>
  `${text.slice(0, length).replace(/[\ud800-\udbff]$/, '')}…`;

function fitList(list: readonly Json[], budget: number, path: string, parts: OmittedPart[]): Json {
  const kept: Json[] = [];
  let left = budget - 2;
  for (const entry of list) {
    const size = sizeOf(entry) + 1;
    if (size > left) break;
    kept.push(entry);
    left -= size;
  }
  const [first] = list;
  if (kept.length === 0 && first !== undefined && leastOf(first) + 1 <= left)
    kept.push(fitted(first, left - 1, `${path}[0]`, parts));
  if (kept.length < list.length) parts.push({ path, kept: kept.length, of: list.length });
  return kept;
}

/** Members that are small are kept whole; those that are not share what is left. */
function fitObject(object: JsonObject, budget: number, path: string, parts: OmittedPart[]): JsonObject {
  let left = budget - 2;
  const members = Object.entries(object).map(([key, value]) => ({
    key,
    value,
    least: leastOf(value),
    overhead: JSON.stringify(key).length + 2,
    size: sizeOf(value),
  }));
  const fitting = members.filter(({ least, overhead }) => {
    if (least + overhead > left) return false;
    left -= least + overhead;
    return true;
  });
  if (fitting.length < members.length) parts.push({ path, kept: fitting.length, of: members.length });
  const bySize = [...fitting].sort((a, b) => a.size - a.least - (b.size - b.least));
  const budgets = new Map<string, number>();
  bySize.forEach(({ key, size, least }, index) => {
    const more = Math.min(size - least, Math.floor(left / (bySize.length - index)));
    budgets.set(key, least + more);
    left -= more;
  });
  return Object.fromEntries(
    fitting.map(({ key, value }) => [
      key,
      fitted(value, budgets.get(key) ?? 0, path === '' ? key : `${path}.${key}`, parts),
    ]),
  );
}
