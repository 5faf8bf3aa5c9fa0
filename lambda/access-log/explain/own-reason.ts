import type { Failure } from '../tally/failure.ts';
import type { LogView } from './log-view.ts';

/** A path or client that fails this often fails for a reason of its own, which no idle connection explains. */
const OWN_REASON_RATIO = 0.6;
const OWN_REASON_CLIENT_RATIO = 0.4;
const OWN_REASON_FAILURES = 4;

/** Whether a failure is on a path or of a client that fails for a reason of its own. */
export function ownReasons(view: LogView): (failure: Failure) => boolean {
  const { failures, tally } = view;
  const scale = tally.elb502 / Math.max(1, failures.length);
  const count = (keyOf: (failure: Failure) => number) => {
    const counts = new Map<number, number>();
    for (const failure of failures) counts.set(keyOf(failure), (counts.get(keyOf(failure)) ?? 0) + 1);
    return counts;
  };
  const [byPath, byClient] = [count(({ exactPath }) => exactPath), count(({ client }) => client)];
  const overall = tally.elb502 / tally.requests;
  const isOwn = (failed: number, requests: number, ratio: number) =>
    failed * scale >= OWN_REASON_FAILURES &&
    (failed * scale) / Math.max(1, requests) >= Math.max(ratio, Math.min(0.9, 3 * overall));
  return ({ exactPath, client }) =>
    isOwn(byPath.get(exactPath) ?? 0, tally.exactPaths.count(exactPath), OWN_REASON_RATIO) ||
    isOwn(byClient.get(client) ?? 0, tally.clients.count(client), OWN_REASON_CLIENT_RATIO);
}
