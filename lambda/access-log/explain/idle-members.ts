import { lowerBound, type StreamTimes } from '../keep-alive/pool.ts';
import { type FailureSample, sampleOf } from '../keep-alive/sample.ts';
import type { Failure } from '../tally/failure.ts';
import type { GroupTally } from '../tally/group-tally.ts';
import { type LogView, streamOf } from './log-view.ts';
import { type StreamIndex, streamIndex } from './stream-index.ts';

/** Failures that are looked at one by one; more add little but time. */
const MOST_SAMPLES = 160;

/** A failure that may be the race, as it was looked at. */
export interface Member {
  readonly at: number;
  readonly failure: Failure;
  readonly sample: FailureSample;
}

/** Failures that are searched for an idle time: those looked at one by one, and the places in the view of all like them. */
export interface Searched {
  readonly view: LogView;
  readonly members: readonly Member[];
  readonly eligible: readonly number[];
}

/** Those of one group, that were sent or could not be. */
export interface GroupSearch extends Searched {
  readonly group: number;
  readonly tally: GroupTally;
  readonly dispatched: boolean;
}

/** Failures that are still to be explained and may be the race, by their places in the view. */
export const eligibleOf = (
  { failures }: LogView,
  weights: Float64Array,
  isEligible: (failure: Failure) => boolean,
): readonly number[] =>
  failures.flatMap((failure, at) => ((weights[at] ?? 0) > 0.3 && isEligible(failure) ? [at] : []));

/**
 * Without the answers before a request that got none: they are no begin of an idle time, for that one had the connection
 * meanwhile. Of most streams these are none, and what is known of the stream need not be found anew for each failure.
 */
function since(index: StreamIndex, unansweredSeconds: number): StreamTimes {
  const from = lowerBound(index.ends, unansweredSeconds);
  return from === 0 ? index : { starts: index.starts, ends: index.ends.subarray(from) };
}

/** Those failures with the exchanges before them; a sample where they are many. */
export function membersOf(view: LogView, eligible: readonly number[]): readonly Member[] {
  const step = Math.max(1, eligible.length / MOST_SAMPLES);
  const chosen = eligible.filter(
    (_, number) => Math.floor(number / step) !== Math.floor((number - 1) / step),
  );
  return chosen.flatMap((at): Member[] => {
    const failure = view.failures[at];
    const stream = failure && streamOf(view, failure);
    if (!failure || !stream) return [];
    const index = streamIndex(stream);
    // What is not remembered any more is not known.
    if (!((index.ends[0] ?? Number.POSITIVE_INFINITY) < failure.sentSeconds)) return [];
    return [{ at, failure, sample: sampleOf(failure, since(index, failure.unansweredSeconds)) }];
  });
}

/**
 * Ratios of a statement about the members. A failure that may be like them and was not looked at stands as the next
 * member of its path does, so that the shares are those of the members, and what is found weighs as it would if all had
 * been looked at. The rest are not like them.
 */
export function ratiosOf(
  view: LogView,
  eligible: readonly number[],
  members: readonly Member[],
  ratioOf: (member: number) => number,
): Float64Array {
  const ratios = new Float64Array(view.failures.length);
  const own = members.map((_, number) => ratioOf(number));
  const ofPath = new Map<number, number[]>();
  for (const [number, { failure }] of members.entries()) {
    const known = ofPath.get(failure.exactPath);
    if (known) known.push(number);
    else ofPath.set(failure.exactPath, [number]);
  }
  const all = members.map((_, number) => number);
  for (const [place, at] of eligible.entries()) {
    const like = ofPath.get(view.failures[at]?.exactPath ?? Number.NaN) ?? all;
    ratios[at] = own[like[place % like.length] ?? -1] ?? 1;
  }
  for (const [number, { at }] of members.entries()) ratios[at] = own[number] ?? 1;
  return ratios;
}
