import { estimateAt, type Place, placeAt } from '../keep-alive/estimate.ts';
import type { Failure } from '../tally/failure.ts';
import type { Candidate, IdleTimeEstimate } from './explanation.ts';
import { rarity, seconds } from './fact-text.ts';
import type { GroupSearch } from './idle-members.ts';
import { explainedBy, oddsOf } from './odds.ts';
import { placeOf } from './place.ts';

/** An explanation by the idle time of connections. */
export type IdleCandidate = Candidate & { readonly idle: IdleTimeEstimate };

/** What does not change when fewer failures are read. */
type Fit = Pick<Candidate, 'ratios' | 'searchedNats' | 'usedMeanwhile'>;

/** Some of the failures say less than all: a place that was believed still is where most of those there stay. */
const MOST_STAY = 0.5;

/** The failures of a search that are not held by others. */
function withoutOthers(search: GroupSearch, others: ReadonlySet<Failure>): GroupSearch {
  const { view, members, eligible } = search;
  return {
    ...search,
    members: members.filter(({ failure }) => !others.has(failure)),
    eligible: eligible.filter((at) => {
      const failure = view.failures[at];
      return failure !== undefined && !others.has(failure);
    }),
  };
}

/**
 * The idle time that the members of a search show at a place; null where none of them is there.
 *
 * What other explanations are found to hold may lie at the place by chance, and then moves what is read there: hence
 * {@link Candidate.readWithout}, which gives null where the members that stay do not pile up any more.
 */
export function idleCandidate(search: GroupSearch, place: Place, fit: Fit): IdleCandidate | null {
  const { view, group, members, eligible, dispatched } = search;
  const samples = members.map(({ sample }) => sample);
  const failureCount = eligible.length * (view.tally.elb502 / view.failures.length);
  const estimate = estimateAt(samples, place, failureCount);
  if (estimate === null) return null;
  return {
    kind: 'idle-time',
    ...fit,
    idle: { group, dispatched, place, estimate },
    readWithout: (others) => {
      const stay = withoutOthers(search, others);
      const own = placeAt(
        stay.members.map(({ sample }) => sample),
        place,
      );
      const read = idleCandidate(stay, own ?? place, fit);
      const isShown = own !== null || (read?.idle.estimate.failures ?? 0) >= MOST_STAY * estimate.failures;
      return isShown ? read : null;
    },
    statement: (responsible) => ({
      fact: `came ${seconds(estimate.seconds)} after an answer of the same target, which chance alone does ${rarity(place.pileUp.pValue)}`,
      where: placeOf(view, explainedBy(view, responsible)),
      causes: oddsOf([
        ['keepalive-mismatch', 0.98],
        ['requests-per-connection-limit', 0.01],
      ]),
    }),
  };
}
