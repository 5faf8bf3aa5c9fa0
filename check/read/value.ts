import type { Place } from '../model.ts';

/** Where a value comes from if it is not written where it is used: a parameter's default, a variable. */
export interface Origin {
  /** What must hold for the value, in words: `the parameter IdleTimeout keeps its default`. */
  readonly assuming: string | null;
  /** How it is spelled at its origin, with `%s` for the value: `Default: %s`. */
  readonly spelling: string;
}

interface Written {
  readonly place: Place;
  /** The source text, with its key where it has one; empty where it is longer than a line. */
  readonly written: string;
  readonly origin?: Origin;
}

/** What can stand by itself. */
export type ScalarValue = string | number | boolean | null;

/** What a template, plan, manifest or configuration says, with its place, after all that can be resolved offline. */
export type Value =
  | (Written & { readonly kind: 'scalar'; readonly value: ScalarValue })
  | (Written & { readonly kind: 'list'; readonly items: readonly Value[] })
  | (Written & { readonly kind: 'map'; readonly entries: ReadonlyMap<string, Value> })
  /** Resources of the same stack, by their ids. */
  | (Written & { readonly kind: 'reference'; readonly to: readonly string[] })
  /** `mentions`: ids of the resources that stand in an expression that cannot be read. */
  | (Written & { readonly kind: 'unknown'; readonly why: string; readonly mentions: readonly string[] });

export type MapValue = Extract<Value, { kind: 'map' }>;

/** Source text longer than this is not quoted. */
const LONGEST_WRITTEN = 200;

/** Source text as it is quoted: one line, or nothing. */
export const quoted = (text: string): string => {
  const trimmed = text.trim();
  return trimmed.length > LONGEST_WRITTEN || trimmed.includes('\n') ? '' : trimmed;
};

/** A value that cannot be read offline. */
export const unknownValue = (
  place: Place,
  why: string,
  mentions: readonly string[] = [],
  written = '',
): Value => ({ kind: 'unknown', place, written, why, mentions });

const isAbsent = (value: Value | undefined): boolean =>
  value === undefined || (value.kind === 'scalar' && value.value === null);

/** What stands under a path of keys; undefined where there is nothing or null; what is inside something unknown is unknown. */
export function at(value: Value | undefined, ...keys: readonly string[]): Value | undefined {
  let found = value;
  for (const key of keys) {
    if (found?.kind === 'unknown') return found;
    if (found?.kind === 'list' && found.items.length === 1) found = found.items[0];
    found = found?.kind === 'map' ? found.entries.get(key) : undefined;
  }
  return isAbsent(found) ? undefined : found;
}

/** The first of several spellings of a key: `StopTimeout` of CloudFormation is `stopTimeout` elsewhere. */
export const atEither = (value: Value | undefined, ...spellings: readonly string[]): Value | undefined =>
  spellings.map((key) => at(value, key)).find((found) => found !== undefined);

/** The items of a list; a value that is no list is its only item, nothing has none. */
export function itemsOf(value: Value | undefined): readonly Value[] {
  if (value === undefined || isAbsent(value)) return [];
  return value.kind === 'list' ? value.items.filter((item) => !isAbsent(item)) : [value];
}

/** A text, or a number or switch as text; null where it is neither or unknown. */
export const textOf = (value: Value | undefined): string | null =>
  value?.kind === 'scalar' && value.value !== null ? String(value.value) : null;

/** A whole number that is not negative, also where it is written as text; null otherwise. */
export function numberOf(value: Value | undefined): number | null {
  const text = textOf(value)?.trim() ?? '';
  return /^\d{1,9}$/.test(text) ? Number(text) : null;
}

/** Texts of a list; null where one of them is unknown, or where there is no list. */
export function textsOf(value: Value | undefined): readonly string[] | null {
  if (value?.kind !== 'list') return null;
  const texts = itemsOf(value).map(textOf);
  return texts.every((text) => text !== null) ? texts : null;
}

/** All references in a value, however deep; a shared part is walked once. */
export function mentionsIn(value: Value, seen: Set<Value> = new Set()): readonly string[] {
  if (seen.has(value)) return [];
  seen.add(value);
  if (value.kind === 'reference') return value.to;
  if (value.kind === 'unknown') return value.mentions;
  const inner = value.kind === 'list' ? value.items : value.kind === 'map' ? [...value.entries.values()] : [];
  return inner.flatMap((item) => mentionsIn(item, seen));
}

/** What a value points to: resources of the stack, or why it points out of it. */
export interface Link {
  readonly to: readonly string[];
  readonly elsewhere: string | null;
}

/** Reads a value as a link; nothing where the value is absent. */
export function linkOf(value: Value | undefined): Link | null {
  if (value === undefined || isAbsent(value)) return null;
  const to = [...new Set(mentionsIn(value))];
  if (to.length > 0) return { to, elsewhere: null };
  if (value.kind === 'unknown') return { to, elsewhere: value.why };
  const text = textOf(value);
  return { to, elsewhere: text === null ? 'is not one resource' : `is written out: ${text.slice(0, 150)}` };
}

/** What one of several can be: the value they agree on, all the resources they point to, or unknown. */
export function agreed(values: readonly Value[], place: Place, depends: string): Value {
  const [first] = values;
  if (first === undefined) return unknownValue(place, depends);
  const scalars = values.map((value) => (value.kind === 'scalar' ? value : null));
  if (values.length === 1 || scalars.every((one) => one !== null && one.value === scalars[0]?.value))
    return first;
  const mentions = [...new Set(values.flatMap((value) => mentionsIn(value)))];
  if (values.every(({ kind }) => kind === 'reference'))
    return { kind: 'reference', place, written: '', to: mentions };
  const said = [...new Set(values.map((value) => (isAbsent(value) ? 'not set' : (textOf(value) ?? ''))))];
  const choices = said.every((text) => text !== '' && text.length <= 40) ? `: ${said.join(' or ')}` : '';
  return unknownValue(place, `${depends}${choices}`, mentions);
}
