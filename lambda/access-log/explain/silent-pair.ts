import { lowerBound } from '../keep-alive/pool.ts';
import { type Failure, mayBeClose } from '../tally/failure.ts';
import type { GroupTally } from '../tally/group-tally.ts';
import type { Stream } from '../tally/target-tally.ts';
import type { Candidate, Explain } from './explanation.ts';
import { counted, seconds } from './fact-text.ts';
import { groupsOf, type LogView, streamOf, streamsOfGroup } from './log-view.ts';
import { explainedBy, type OfCauses, oddsOf } from './odds.ts';
import { ownReasons } from './own-reason.ts';
import { placeOf } from './place.ts';
import { streamIndex } from './stream-index.ts';

const FEWEST_FAILURES = 8;
/** What closes connections in silence (a firewall, an address translation) seldom does so sooner. */
const SHORTEST_SECONDS = 20;
/** So many of those that failed, as part of them, may be answered after as long a silence. */
const MOST_ANSWERED = 0.1;
/** Of what may have met a closed connection: the longest silences of any failures part some from what was answered. */
const LEAST_PART = 0.7;
/** Where most fail at one silence, the target closed its connection just then, and told the load balancer. */
const LEAST_SPREAD = 1.1;
const MOST_OF_FAILURES = 0.8;
const TIMES_ANSWERED = 2;

/**
 * How long a node and a target had exchanged nothing since an answer when a request was sent; NaN where another request
 * was sent since, which took the connection with it if it failed.
 */
function silenceBefore(stream: Stream, sentSeconds: number): number {
  const { starts, ends } = streamIndex(stream);
  const started = starts[lowerBound(starts, sentSeconds) - 1];
  const ended = ends[lowerBound(ends, sentSeconds) - 1];
  return started === undefined || ended === undefined || started >= ended ? Number.NaN : sentSeconds - ended;
}

/** The silences before all answered requests of a group, sorted. */
function answeredSilences(group: GroupTally): Float64Array {
  const all: number[] = [];
  for (const stream of streamsOfGroup(group))
    for (const sent of streamIndex(stream).sent) {
      const silence = silenceBefore(stream, sent);
      if (!Number.isNaN(silence)) all.push(silence);
    }
  return Float64Array.from(all).sort();
}

/** A silence from which on requests fail. */
interface Threshold {
  readonly seconds: number;
  /** Requests that were answered after as long a silence, the longest other one, and how many were looked at. */
  readonly answered: number;
  readonly longestAnsweredSeconds: number;
  readonly looked: number;
  readonly gain: number;
}

/** The silence that best parts what failed from what was answered. */
function bestThreshold(failed: readonly number[], answered: Float64Array): Threshold | null {
  const sorted = [...failed].sort((a, b) => a - b);
  const longestSeconds = sorted.at(-1) ?? 0;
  const upTo = lowerBound(answered, longestSeconds);
  let best: Threshold | null = null;
  for (const [at, from] of sorted.entries()) {
    const failures = sorted.length - at;
    if (from < SHORTEST_SECONDS || failures < Math.max(FEWEST_FAILURES, LEAST_PART * sorted.length)) continue;
    if ((sorted[at + Math.floor(MOST_OF_FAILURES * failures)] ?? 0) < LEAST_SPREAD * from) continue;
    const beside = Math.max(0, upTo - lowerBound(answered, from));
    if (beside > MOST_ANSWERED * failures) continue;
    const chance = (beside + 1) / (answered.length + 1);
    const gain = failures * Math.log(failures / sorted.length / chance);
    if (gain <= (best?.gain ?? 0)) continue;
    const longestAnsweredSeconds = answered[lowerBound(answered, from) - 1] ?? 0;
    best = {
      ...{ seconds: from, gain, longestAnsweredSeconds },
      ...{ answered: beside, looked: answered.length },
    };
  }
  return best;
}

/** Whether requests for the paths that fail are mostly answered: what fails for itself does so after any silence. */
function areMostlyAnswered(group: GroupTally, failures: readonly Failure[]): boolean {
  const paths = new Set(failures.map(({ packedPath }) => packedPath));
  let answered = 0;
  for (const stream of streamsOfGroup(group))
    for (const path of streamIndex(stream).paths) if (paths.has(path)) answered++;
  return answered >= TIMES_ANSWERED * failures.length;
}

/** Failures of requests that had been sent, and what may have made those fail that came after a silence. */
interface Manner {
  readonly isOf: (failure: Failure) => boolean;
  readonly meaning: string;
  readonly causes: OfCauses;
}

const wasSent = ({ signature }: Failure): boolean =>
  signature === 'closedOnReuse' || signature === 'midRequest';

const MANNERS: readonly Manner[] = [
  {
    isOf: mayBeClose,
    meaning: 'something closes connections that are idle so long',
    causes: [
      ['keepalive-mismatch', 0.58],
      ['network-path', 0.22],
    ],
  },
  {
    // Nobody answers on a connection that was dropped unseen, until one side gives it up; and what wakes up is slow.
    isOf: (failure) => wasSent(failure) && !mayBeClose(failure),
    meaning:
      'something drops connections that are idle so long unseen, or the target is not ready after so long',
    causes: [
      ['keepalive-mismatch', 0.4],
      ['network-path', 0.3],
    ],
  },
];

function candidateFor(
  view: LogView,
  isLeft: (failure: Failure, at: number) => boolean,
  group: number,
  tally: GroupTally,
  { meaning, causes }: Manner,
): Candidate[] {
  const silences = view.failures.map((failure, at) => {
    const stream = failure.group === group && isLeft(failure, at) ? streamOf(view, failure) : undefined;
    if (stream === undefined) return Number.NaN;
    const silence = silenceBefore(stream, failure.sentSeconds);
    return failure.sentSeconds - silence < failure.unansweredSeconds ? Number.NaN : silence;
  });
  const failed = silences.filter((silence) => !Number.isNaN(silence));
  if (failed.filter((silence) => silence >= SHORTEST_SECONDS).length < FEWEST_FAILURES) return [];
  const threshold = bestThreshold(failed, answeredSilences(tally));
  if (threshold === null) return [];
  const { seconds: from, answered, longestAnsweredSeconds, looked } = threshold;
  const ratio = (looked + 1) / (answered + 1);
  const hits = view.failures.filter((_, at) => (silences[at] ?? 0) >= from);
  return [
    {
      kind: 'idle-time',
      ratios: Float64Array.from(silences, (silence) => (silence >= from ? ratio : silence < from ? 0 : 1)),
      searchedNats: Math.log(failed.length),
      // A path or client that fails for itself may be the only one that is asked for then.
      ...(answered === 0 && areMostlyAnswered(tally, hits) ? {} : { isDoubtful: true }),
      statement: (responsible) => ({
        fact: `came after their node and target had exchanged nothing for ${seconds(from)} or longer, as ${answered === 0 ? 'no answered request' : counted(answered, 'answered request')} did (the longest silence that was answered is ${seconds(longestAnsweredSeconds)}): ${meaning}`,
        where: placeOf(view, explainedBy(view, responsible)),
        causes: oddsOf(causes),
      }),
    },
  ];
}

/** Failures come whenever a node and a target have been silent for a time, as if their connections were cut unseen. */
export const explainBySilentPair: Explain = (view, weights) => {
  const hasOwnReason = ownReasons(view);
  return MANNERS.flatMap((manner) => {
    const isLeft = (failure: Failure, at: number) =>
      (weights[at] ?? 0) > 0.3 && manner.isOf(failure) && !hasOwnReason(failure);
    return [...groupsOf(view)].flatMap(([group, tally]) => candidateFor(view, isLeft, group, tally, manner));
  });
};
