import type { ExchangeTimes } from './stream-index.ts';
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

/** Connections by their number: no exchange opens more than one, and of each stream anew they would be garbage. */
class Connections {
  private room = 0;
  requests = new Int32Array(0);
  openedSeconds = new Float64Array(0);
  idleSince = new Float64Array(0);
  /** Whether each was seen from its first request on: 1, or 0. */
  whole = new Uint8Array(0);
  /** Those that are idle, in the order in which they became it. */
  idle = new Int32Array(0);
  /** The connection of each exchange until it is given back, plus one; 0: none. */
  taken = new Int32Array(0);

  /** Forgets all, and has room for so many exchanges. */
  startOver(exchanges: number): void {
    if (exchanges <= this.room) {
      this.taken.fill(0);
      return;
    }
    this.room = exchanges;
    this.requests = new Int32Array(exchanges);
    this.openedSeconds = new Float64Array(exchanges);
    this.idleSince = new Float64Array(exchanges);
    this.whole = new Uint8Array(exchanges);
    this.idle = new Int32Array(exchanges);
    this.taken = new Int32Array(exchanges);
  }
}

const connections = new Connections();

/** Exchanges in the order in which they take connections and give them back. */
interface Turns {
  readonly begun: Uint32Array;
  readonly ended: Uint32Array;
  /** When each gives its connection back, or would. */
  readonly given: Float64Array;
}

const known = new WeakMap<ExchangeTimes, Turns>();

/** Found once for both orders of the pool. */
function turnsOf(exchanges: ExchangeTimes): Turns {
  const { starts, ends } = exchanges;
  let turns = known.get(exchanges);
  if (turns === undefined) {
    // A failure gives no connection back; it stands at its own time, so that the order stays nearly the one read.
    const given = new Float64Array(ends.length);
    for (let at = 0; at < given.length; at++) {
      const [start, end] = [starts[at] ?? 0, ends[at] ?? Number.NaN];
      given[at] = end > start ? end : start;
    }
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
export function replay(exchanges: ExchangeTimes, order: PoolOrder, idleSeconds = FORGOTTEN_SECONDS): Replay {
  const { starts, ends } = exchanges;
  const { begun, ended, given } = turnsOf(exchanges);
  const requests = new Int32Array(starts.length);
  const ages = new Float64Array(starts.length).fill(Number.NaN);
  connections.startOver(starts.length);
  const { idle, taken, whole, openedSeconds, idleSince, requests: counts } = connections;
  let [opened, firstIdle, idleEnd, next] = [0, 0, 0, 0];
  let sawFailure = false;
  for (let turn = 0; turn < begun.length; turn++) {
    const exchange = begun[turn] ?? 0;
    const at = starts[exchange] ?? 0;
    for (; next < ended.length; next++) {
      const other = ended[next] ?? 0;
      const end = given[other] ?? Number.NaN;
      if (!(end < at)) break;
      const connection = (taken[other] ?? 0) - 1;
      if (connection < 0) continue;
      taken[other] = 0;
      idleSince[connection] = end;
      idle[idleEnd++] = connection;
    }
    while (firstIdle < idleEnd && at - (idleSince[idle[firstIdle] ?? 0] ?? 0) > idleSeconds) {
      firstIdle++;
      sawFailure = true;
    }
    let connection = opened;
    if (firstIdle < idleEnd) connection = idle[order === 'last-in-first-out' ? --idleEnd : firstIdle++] ?? 0;
    else {
      opened++;
      counts[connection] = 0;
      openedSeconds[connection] = at;
      whole[connection] = sawFailure ? 1 : 0;
    }
    const count = (counts[connection] ?? 0) + 1;
    counts[connection] = count;
    if (whole[connection] === 1) {
      requests[exchange] = count;
      ages[exchange] = at - (openedSeconds[connection] ?? 0);
    }
    if (Number.isNaN(ends[exchange] ?? Number.NaN)) sawFailure = true;
    else taken[exchange] = connection + 1;
  }
  return { requests, ages };
}
