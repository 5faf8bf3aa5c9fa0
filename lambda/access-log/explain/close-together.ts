import type { Failure } from '../tally/failure.ts';

/**
 * Failures that have a key in common and follow one another within so many seconds, by their places in the list: they may
 * have one cause.
 */
export function closeTogether(
  failures: readonly Failure[],
  keyOf: (failure: Failure) => number,
  withinSeconds: number,
): readonly (readonly number[])[] {
  const order = [...failures.entries()].sort(
    ([, one], [, other]) => keyOf(one) - keyOf(other) || one.endSeconds - other.endSeconds,
  );
  const groups: number[][] = [];
  let last: Failure | undefined;
  for (const [at, failure] of order) {
    const goesOn =
      last !== undefined &&
      keyOf(last) === keyOf(failure) &&
      failure.endSeconds - last.endSeconds <= withinSeconds;
    if (goesOn) groups.at(-1)?.push(at);
    else groups.push([at]);
    last = failure;
  }
  return groups;
}
