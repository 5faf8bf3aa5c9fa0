import type { Candidate, Explain } from './explanation.ts';
import { counted, lasting, percent } from './fact-text.ts';
import { groupsOf, type LogView, targetsOf } from './log-view.ts';
import { type CauseOdds, explainedBy, oddsOf, signatureSharesOf } from './odds.ts';
import { placeOf } from './place.ts';

/** How long a target may be taken for new. */
const WIDTHS_SECONDS = [5, 20, 60, 180];
const FEWEST_FAILURES = 5;
const FEWEST_TARGETS = 2;
/** A target that would have been asked so often before is new; one that is hardly asked may have been there. */
const LEAST_ASKED_BEFORE = 10;

/** A target that took up work while the log was written. */
interface NewTarget {
  /** When it first answered, or failed. */
  readonly firstSeconds: number;
  readonly countBetween: (lowSeconds: number, highSeconds: number) => number;
}

const keyOf = (group: number, target: number): string => `${group} ${target}`;

/** When each target first failed. */
function firstFailures({ failures }: LogView): ReadonlyMap<string, number> {
  const first = new Map<string, number>();
  for (const { group, target, endSeconds } of failures) {
    const key = keyOf(group, target);
    first.set(key, Math.min(endSeconds, first.get(key) ?? endSeconds));
  }
  return first;
}

function newTargetsOf(view: LogView): ReadonlyMap<string, NewTarget> {
  const failed = firstFailures(view);
  const found = new Map<string, NewTarget>();
  const { firstLineSeconds, lastLineSeconds } = view.tally;
  for (const [group, own] of groupsOf(view))
    for (const { target, requests, firstAnswerSeconds, lastAnswerSeconds, times } of targetsOf(own)) {
      // One that never answered was not merely asked too early.
      if (!Number.isFinite(firstAnswerSeconds)) continue;
      const key = keyOf(group, target);
      const firstSeconds = Math.min(firstAnswerSeconds, failed.get(key) ?? firstAnswerSeconds);
      const lived = Math.max(1, Math.min(lastAnswerSeconds, lastLineSeconds) - firstSeconds);
      const askedBefore = (requests / lived) * (firstSeconds - firstLineSeconds);
      if (askedBefore >= LEAST_ASKED_BEFORE)
        found.set(key, { firstSeconds, countBetween: (low, high) => times.countBetween(low, high) });
    }
  return found;
}

/** What a new target lacks, or what it is not ready for: the log does not show which. */
function causesOf(refused: number): CauseOdds {
  return refused > 0.5
    ? oddsOf([
        ['connection-refused', 0.4],
        ['deployment', 0.35],
        ['network-path', 0.08],
      ])
    : oddsOf([
        ['deployment', 0.35],
        ['malformed-response', 0.15],
        ['target-crash', 0.15],
      ]);
}

/** Failures come while their target is new: it is asked before it is ready. */
export const explainByNewTargets: Explain = (view, left): readonly Candidate[] => {
  const targets = newTargetsOf(view);
  if (targets.size < FEWEST_TARGETS) return [];
  const { failures, tally } = view;
  const scale = tally.elb502 / Math.max(1, failures.length);
  /** How long a target had been there when a request failed; null where it is none that came. */
  const ages = failures.map(({ group, target, endSeconds }) => {
    const own = targets.get(keyOf(group, target));
    return own === undefined ? null : endSeconds - own.firstSeconds;
  });
  return WIDTHS_SECONDS.flatMap((width): Candidate[] => {
    const isIn = (at: number): boolean => (ages[at] ?? Number.POSITIVE_INFINITY) <= width;
    const inside = failures.filter((_, at) => isIn(at) && (left[at] ?? 0) > 0.3);
    const failing = new Set(inside.map(({ group, target }) => keyOf(group, target)));
    if (inside.length < FEWEST_FAILURES || failing.size < FEWEST_TARGETS) return [];
    let asked = 0;
    for (const { firstSeconds, countBetween } of targets.values())
      asked += countBetween(firstSeconds, firstSeconds + width);
    const share = Math.min(1, Math.max(asked, inside.length * scale, 1) / tally.requests);
    return [
      {
        kind: 'moment',
        ratios: Float64Array.from(failures, (_, at) => (isIn(at) ? 1 / share : 0)),
        searchedNats: Math.log(WIDTHS_SECONDS.length),
        statement: (responsible) => {
          const longest = Math.max(
            ...ages.map((age, at) => (age !== null && (responsible[at] ?? 0) > 0.5 ? age : 0)),
          );
          return {
            fact: `came in the first ${lasting(Math.max(0.1, longest))} of ${counted(failing.size, 'target')} that had just taken up work, in which ${percent(share)} of all requests came`,
            where: placeOf(view, explainedBy(view, responsible)),
            causes: causesOf(signatureSharesOf(view, responsible).neverDispatched),
          };
        },
      },
    ];
  });
};
