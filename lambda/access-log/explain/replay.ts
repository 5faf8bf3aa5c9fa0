import type { Exchanges } from '../tally/exchange-history.ts';
import { timeOrder } from './time-order.ts';

/** A connection idle for longer than this was most likely closed by one side, and a new one opened. */
export const FORGOTTEN_SECONDS = 60;

/** Which idle connection a node takes: the one that became idle last, or first. */
export type PoolOrder = 'last-in-first-out' | 'first-in-first-out';

/** Of each exchange, what is known of the connection it took. */
export interface Replay {
  /** Which request of its connection it was, from 1; 0 where the connection was not seen from its beginning. */
  readonly requests: Int32Array;
  /** How old its connection was, seconds; NaN where that is not known. */
  readonly ages: Float64Array;
}

interface Connection {
  requests: number;
  readonly openedSeconds: number;
  /** Whether it was seen from its first request on. */
  readonly whole: boolean;
  idleSince: number;
}

/** Exchanges in the order in which they take connections and give them back. */
interface Turns {
  readonly begun: Uint32Array;
  readonly ended: Uint32Array;
  /** When each gives its connection back, or would. */
  readonly given: Float64Array;
}

const known = new WeakMap<Exchanges, Turns>();

/** Found once for both orders of the pool. */
function turnsOf(exchanges: Exchanges): Turns {
  const { starts, ends } = exchanges;
  let turns = known.get(exchanges);
  if (turns === undefined) {
    // A failure gives no connection back; it stands at its own time, so that the order stays nearly the one read.
    const given = ends.map((end, at) =>
      Number.isNaN(end) ? (starts[at] ?? 0) : Math.max(end, starts[at] ?? end),
    );
    turns = { begun: timeOrder(starts), ended: timeOrder(given), given };
    known.set(exchanges, turns);
  }
  return turns;
}

/**
 * Plays the exchanges of one node with one target through a pool.
 *
 * @param idleSeconds - after which an idle connection is closed
 */
export function replay(exchanges: Exchanges, order: PoolOrder, idleSeconds = FORGOTTEN_SECONDS): Replay {
  const { starts, ends } = exchanges;
  const { begun, ended, given } = turnsOf(exchanges);
  const requests = new Int32Array(starts.length);
  const ages = new Float64Array(starts.length).fill(Number.NaN);
  const idle: Connection[] = [];
  let firstIdle = 0;
  const taken: (Connection | undefined)[] = Array.from({ length: starts.length });
  let sawFailure = false;
  let next = 0;
  for (let turn = 0; turn < begun.length; turn++) {
    const exchange = begun[turn] ?? 0;
    const at = starts[exchange] ?? 0;
    for (; next < ended.length; next++) {
      const other = ended[next] ?? 0;
      const end = given[other] ?? Number.NaN;
      if (!(end < at)) break;
      const connection = taken[other];
      taken[other] = undefined;
      if (connection === undefined) continue;
      connection.idleSince = end;
      idle.push(connection);
    }
    while (firstIdle < idle.length && at - (idle[firstIdle]?.idleSince ?? 0) > idleSeconds) {
      firstIdle++;
      sawFailure = true;
    }
    let connection: Connection | undefined;
    if (firstIdle < idle.length) connection = order === 'last-in-first-out' ? idle.pop() : idle[firstIdle++];
    connection ??= { requests: 0, openedSeconds: at, whole: sawFailure, idleSince: at };
    connection.requests++;
    if (connection.whole) {
      requests[exchange] = connection.requests;
      ages[exchange] = at - connection.openedSeconds;
    }
    if (Number.isNaN(ends[exchange] ?? Number.NaN)) sawFailure = true;
    else taken[exchange] = connection;
  }
  return { requests, ages };
}
