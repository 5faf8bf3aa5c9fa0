import type { Exchanges } from '../tally/exchange-history.ts';

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

/** Numbers of exchanges in the order of a time, in which they nearly are. */
function inOrderOf(times: Float64Array): Uint32Array {
  const order = Uint32Array.from(times.keys());
  for (let at = 1; at < order.length; at++) {
    const own = order[at] ?? 0;
    const time = times[own] ?? 0;
    let to = at - 1;
    for (; to >= 0 && (times[order[to] ?? 0] ?? 0) > time; to--) order[to + 1] = order[to] ?? 0;
    order[to + 1] = own;
  }
  return order;
}

/**
 * Plays the exchanges of one node with one target through a pool.
 *
 * @param idleSeconds - after which an idle connection is closed
 */
export function replay(
  { starts, ends }: Exchanges,
  order: PoolOrder,
  idleSeconds = FORGOTTEN_SECONDS,
): Replay {
  const requests = new Int32Array(starts.length);
  const ages = new Float64Array(starts.length).fill(Number.NaN);
  const begun = inOrderOf(starts);
  // A failure gives no connection back; it stands at its own time, so that the order stays nearly the one read.
  const given = ends.map((end, at) =>
    Number.isNaN(end) ? (starts[at] ?? 0) : Math.max(end, starts[at] ?? end),
  );
  const ended = inOrderOf(given);
  const idle: Connection[] = [];
  let firstIdle = 0;
  const taken = new Map<number, Connection>();
  let sawFailure = false;
  let next = 0;
  for (const exchange of begun) {
    const at = starts[exchange] ?? 0;
    for (; next < ended.length; next++) {
      const other = ended[next] ?? 0;
      const end = given[other] ?? Number.NaN;
      if (!(end < at)) break;
      const connection = taken.get(other);
      taken.delete(other);
      if (connection) idle.push(Object.assign(connection, { idleSince: end }));
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
    else taken.set(exchange, connection);
  }
  return { requests, ages };
}
