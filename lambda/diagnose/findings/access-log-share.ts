import type { LoggedTargetGroup } from '../../model/access-log-summary.ts';

/** Where findings of the access log come from. */
export const SOURCE = 'access log';
/** From so many failures on, a pattern that does not show is evidence too; */
export const FEWEST_FAILURES = 5;
/** and from so many on, as good as it gets. */
const ENOUGH_FAILURES = 8;

/** A share as whole percent. */
export const percent = (share: number): string => `${Math.round(share * 100)} %`;
/** Seconds to four digits. */
export const seconds = (value: number): string => `${Number(value.toPrecision(4))} s`;

/** How much a pattern that does not show says, by the number of failures that could have shown it. */
export const fullness = (failures: number, enough = ENOUGH_FAILURES): number =>
  Math.min(1, failures / enough);

/** Share of the failures that paths or clients explain which fail again and again. */
export function boundShare({ pathBound, clientBound }: LoggedTargetGroup): number {
  const explained = (bound: typeof pathBound) =>
    bound === null ? 0 : bound.shareOfFailures * Math.min(1, bound.failureRatio * 2);
  return Math.min(1, Math.max(explained(pathBound), explained(clientBound)));
}
