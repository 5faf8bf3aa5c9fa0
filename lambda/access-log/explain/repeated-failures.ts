import { lowerBound } from '../keep-alive/pool.ts';
import type { Failure } from '../tally/failure.ts';
import { type LogView, streamsOfGroup } from './log-view.ts';
import { streamIndex } from './stream-index.ts';

/** So many speak for all. */
const MOST_LOOKED_AT = 50;
/** A client that asks again later than this may find a connection that is old by then. */
const LONGEST_PAUSE_SECONDS = 60;

const keyOf = ({ group, client, packedPath }: Failure): string => `${group} ${client} ${packedPath}`;

/** Whether a client had an answer on a path between two times. */
function hadAnswer({ tally }: LogView, { group, client, packedPath }: Failure, low: number, high: number) {
  const own = tally.groups.get(group);
  if (own === undefined) return false;
  for (const stream of streamsOfGroup(own)) {
    const { ends, clients, paths } = streamIndex(stream);
    for (let at = lowerBound(ends, low); at < ends.length && (ends[at] ?? high) < high; at++)
      if (clients[at] === client && paths[at] === packedPath) return true;
  }
  return false;
}

const known = new WeakMap<LogView, ReadonlyMap<string, readonly Failure[]>>();

/** The failures of a view by group, client and path; put together once, for they are looked at again and again. */
function failuresByKey(view: LogView): ReadonlyMap<string, readonly Failure[]> {
  const ready = known.get(view);
  if (ready !== undefined) return ready;
  const byKey = new Map<string, Failure[]>();
  for (const failure of view.failures) {
    const own = byKey.get(keyOf(failure));
    if (own) own.push(failure);
    else byKey.set(keyOf(failure), [failure]);
  }
  known.set(view, byKey);
  return byKey;
}

/**
 * Of some failures the share after which the same client failed at once again with the same request: that one had a new
 * connection, as the first took its own with it, so that no limit or age of connections explains it.
 */
export function shareFailingAgain(view: LogView, failures: readonly Failure[]): number {
  const byKey = failuresByKey(view);
  const step = Math.max(1, Math.ceil(failures.length / MOST_LOOKED_AT));
  const looked = failures.filter((_, at) => at % step === 0);
  const again = looked.filter((failure) => {
    const next = (byKey.get(keyOf(failure)) ?? [])
      .filter(({ sentSeconds }) => sentSeconds > failure.endSeconds)
      .reduce((first, { sentSeconds }) => Math.min(first, sentSeconds), Number.POSITIVE_INFINITY);
    return (
      next - failure.endSeconds <= LONGEST_PAUSE_SECONDS &&
      !hadAnswer(view, failure, failure.endSeconds, next)
    );
  });
  return looked.length === 0 ? 0 : again.length / looked.length;
}
