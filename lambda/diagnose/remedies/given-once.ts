import type { OwnedAction } from '../../model/diagnosis.ts';

const withNew = (lines: readonly string[], more: readonly string[]): string[] => [
  ...lines,
  ...more.filter((line) => !lines.includes(line)),
];

const readsAs = (one: OwnedAction, other: OwnedAction): boolean =>
  one.title === other.title &&
  one.why === other.why &&
  one.layer === other.layer &&
  one.owner === other.owner;

/**
 * What reads the same is given once, with the lines of each: two target groups have one name where one took the place of
 * the other.
 */
export function givenOnce(actions: readonly OwnedAction[]): readonly OwnedAction[] {
  const once: OwnedAction[] = [];
  for (const action of actions) {
    const at = once.findIndex((known) => readsAs(known, action));
    const known = once[at];
    if (known === undefined) once.push(action);
    else
      once[at] = {
        ...known,
        commands: withNew(known.commands, action.commands),
        rollback: withNew(known.rollback, action.rollback),
      };
  }
  return once;
}
