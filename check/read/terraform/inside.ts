import type { Place } from '../../model.ts';
import { agreed, at, itemsOf, type Origin, type Value } from '../value.ts';

/** A value that is written somewhere else than where it is used. */
export function from(value: Value, origin: Origin): Value {
  if (value.origin)
    return { ...value, origin: { ...value.origin, assuming: value.origin.assuming ?? origin.assuming } };
  return { ...value, origin };
}

/** What stands under a path of names and indexes. */
export function descend(value: Value, path: readonly (string | null)[]): Value {
  let found: Value = value;
  for (const step of path) {
    if (found.kind === 'unknown' || found.kind === 'reference') return found;
    if (step === '*') continue;
    const next: Value | undefined =
      step === null
        ? agreed(
            found.kind === 'map' ? [...found.entries.values()] : itemsOf(found),
            found.place,
            'differs by index',
          )
        : found.kind === 'list'
          ? found.items[Number(step)]
          : at(found, step);
    if (next === undefined) return nothing(found.place);
    found = next;
  }
  return found;
}

const nothing = (place: Place): Value => ({ kind: 'scalar', place, written: '', value: null });

/** A list or map without anything in it. */
export const isEmpty = (value: Value): boolean =>
  (value.kind === 'list' && value.items.length === 0) || (value.kind === 'map' && value.entries.size === 0);
