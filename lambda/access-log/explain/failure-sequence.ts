import { lowerBound } from '../keep-alive/pool.ts';
import { type Failure, mayBeClose } from '../tally/failure.ts';
import type { GroupTally } from '../tally/group-tally.ts';
import type { Stream } from '../tally/target-tally.ts';
import { type LogView, streamOf, streamsOfGroup } from './log-view.ts';
import { streamIndex } from './stream-index.ts';

/** Answered requests that are looked at, to see how common it is. */
const MOST_CONTROLS = 1000;
/** After a failure the next request opens a connection within this, and the first one after its last moment fails. */
const OPENED_WITHIN_SECONDS = 1;
const FEWEST_HITS = 3;

/** How failures of a group follow each other on the same node and target. */
export interface FailureSequence {
  readonly hits: readonly boolean[];
  /** Share of the answered requests that follow a failure likewise. */
  readonly share: number;
}

/** When requests of each stream failed, sorted. */
function failedOf(view: LogView): ReadonlyMap<Stream, Float64Array> {
  const lists = new Map<Stream, number[]>();
  for (const failure of view.failures) {
    const stream = mayBeClose(failure) ? streamOf(view, failure) : undefined;
    if (stream === undefined) continue;
    const own = lists.get(stream);
    if (own) own.push(failure.sentSeconds);
    else lists.set(stream, [failure.sentSeconds]);
  }
  return new Map([...lists].map(([stream, times]) => [stream, Float64Array.from(times).sort()]));
}

/**
 * Whether failures come some seconds after the failure before them: a connection that replaced a broken one breaks at
 * the same age again. The first answer on it then lies as far back as an idle time would.
 *
 * @returns null where hardly a failure does
 */
export function failureSequence(
  view: LogView,
  group: GroupTally,
  failures: readonly Failure[],
  afterSeconds: number,
): FailureSequence | null {
  const failed = failedOf(view);
  const follows = (stream: Stream | undefined, sent: number): boolean => {
    const times = stream && failed.get(stream);
    if (times === undefined) return false;
    const from = lowerBound(times, sent - afterSeconds - 2 * OPENED_WITHIN_SECONDS);
    return (times[from] ?? Number.POSITIVE_INFINITY) <= sent - afterSeconds;
  };
  const hits = failures.map((failure) => follows(streamOf(view, failure), failure.sentSeconds));
  if (hits.filter((hit) => hit).length < FEWEST_HITS) return null;
  const streams = [...streamsOfGroup(group)];
  const answered = streams.reduce((sum, stream) => sum + streamIndex(stream).sent.length, 0);
  const step = Math.max(1, Math.floor(answered / MOST_CONTROLS));
  let [next, controls, shown] = [0, 0, 0];
  for (const stream of streams)
    for (const sent of streamIndex(stream).sent) {
      if (next++ % step !== 0) continue;
      controls++;
      if (follows(stream, sent)) shown++;
    }
  return { hits, share: (shown + 1) / (controls + 2) };
}
