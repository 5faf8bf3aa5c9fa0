import { isAnyBetween } from '../keep-alive/pool.ts';
import type { Failure } from '../tally/failure.ts';
import type { Stream } from '../tally/target-tally.ts';
import { hasIdleTime, type IdleWindow } from './idle-controls.ts';
import { type LogView, streamOf } from './log-view.ts';
import { streamIndex } from './stream-index.ts';
import { gainOfTwoRates, type Trials } from './two-rates.ts';

/** How much better failures must keep to the connection than to the pause, as luck does once in 150. */
const LEAST_NATS = 5;
/** Of as many as fail where the connection was idle for so long, so few fail by luck where it was not. */
const MOST_BY_LUCK = 0.1;

interface Requests {
  failed: number;
  answered: number;
}

/** Requests after one pause of their client, at one node and target. */
interface Dose {
  /** An answer of the same node and target lies as far back as the one to the client. */
  readonly idle: Requests;
  /** The answer to the client came from elsewhere, and none from here lies as far back. */
  readonly other: Requests;
}

const emptyDose = (): Dose => ({ idle: { failed: 0, answered: 0 }, other: { failed: 0, answered: 0 } });

const trialsOf = ({ failed, answered }: Requests): Trials => ({ hits: failed, of: failed + answered });

const rateOf = ({ failed, answered }: Requests): number => failed / Math.max(1, failed + answered);

/** How much better two rates agree with a node and target than one; less than nothing where it is the other way round. */
function gainOf({ idle, other }: Dose): number {
  const gain = gainOfTwoRates(trialsOf(idle), trialsOf(other));
  return rateOf(idle) > rateOf(other) ? gain : -gain;
}

/** The requests of failing clients at each node and target that failed, after a pause as long as an idle time. */
function dosesOf(
  view: LogView,
  failures: readonly Failure[],
  window: IdleWindow,
  endsOf: ReadonlyMap<number, Float64Array>,
): readonly Dose[] {
  const { low, width } = window;
  const isAfterPause = (client: number, sent: number): boolean =>
    isAnyBetween(endsOf.get(client) ?? new Float64Array(), sent - low - width, sent - low);
  const doses = new Map<Stream, Dose>();
  for (const failure of failures) {
    const stream = streamOf(view, failure);
    if (stream === undefined) continue;
    const dose = doses.get(stream) ?? emptyDose();
    doses.set(stream, dose);
    const { client, sentSeconds } = failure;
    if (!isAfterPause(client, sentSeconds)) continue;
    (hasIdleTime(streamIndex(stream), sentSeconds, window) ? dose.idle : dose.other).failed++;
  }
  const clients = new Set(failures.map(({ client }) => client));
  for (const [stream, dose] of doses) {
    const index = streamIndex(stream);
    for (const [at, sentSeconds] of index.sent.entries()) {
      const client = index.clients[at] ?? 0;
      if (!clients.has(client) || !isAfterPause(client, sentSeconds)) continue;
      (hasIdleTime(index, sentSeconds, window) ? dose.idle : dose.other).answered++;
    }
  }
  return [...doses.values()];
}

/**
 * Whether the pause of clients alone cannot be why their requests fail: after the same pause they are answered where the
 * answer before it came from another target, or through another node, so that no connection had been idle for so long.
 * Compared at each node and target by itself, as one of them may fail for a reason of its own.
 *
 * @param window - the idle time that the failures show
 * @param endsOf - when answers to each client were complete, on whatever target and node, sorted
 */
export function keepsToConnection(
  view: LogView,
  failures: readonly Failure[],
  window: IdleWindow,
  endsOf: ReadonlyMap<number, Float64Array>,
): boolean {
  const doses = dosesOf(view, failures, { ...window, paired: false }, endsOf);
  const gain = doses.reduce((sum, dose) => sum + gainOf(dose), 0);
  const expected = doses.reduce(
    (sum, { idle, other }) => sum + rateOf(idle) * (other.failed + other.answered),
    0,
  );
  const failed = doses.reduce((sum, { other }) => sum + other.failed, 0);
  return gain >= LEAST_NATS && failed <= MOST_BY_LUCK * expected;
}
