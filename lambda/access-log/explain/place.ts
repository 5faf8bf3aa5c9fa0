import type { ExplanationPlace } from '../../model/explanation.ts';
import type { Failure } from '../tally/failure.ts';
import type { LogView } from './log-view.ts';

/** Everywhere. */
export const EVERYWHERE: ExplanationPlace = { targetGroupArn: null, target: null, node: null, path: null };

/** The one value that all have; undefined where there is none or they differ. */
function common<Value>(values: readonly Value[]): Value | undefined {
  const [first] = values;
  return values.every((value) => value === first) ? first : undefined;
}

/** Group and target of failures, where they have one in common. */
export function placeOf(view: LogView, failures: readonly Failure[]): ExplanationPlace {
  const group = common(failures.map((failure) => failure.group)) ?? -1;
  const target = common(failures.map((failure) => failure.target)) ?? -1;
  return {
    ...EVERYWHERE,
    targetGroupArn: group < 0 ? null : view.groupName(group),
    target: target < 0 ? null : view.targetName(target),
  };
}
