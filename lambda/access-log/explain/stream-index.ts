import type { Stream } from '../tally/target-tally.ts';
import { inTimeOrder, placesRoom, timeOrder } from './time-order.ts';

/** What is remembered of one node's exchanges with one target, in the order of time. */
export interface StreamIndex {
  /** When requests were sent, failed ones included, sorted. */
  readonly starts: Float64Array;
  /** When answers were complete, sorted; the lists below go with it. */
  readonly ends: Float64Array;
  /** When the request of each answer had been sent. */
  readonly sent: Float64Array;
  readonly paths: Int32Array;
  readonly clients: Int32Array;
  /** When failed requests were sent, in the order in which they were read. */
  readonly failedSent: Float64Array;
  /** Which place each of these had among all exchanges as they were read. */
  readonly failedPlaces: Uint32Array;
}

/** Exchanges become the index where they are: it is as large as they are. */
function indexOf({ history }: Stream): StreamIndex {
  const { starts, ends, paths, clients } = history.exchanges();
  const { length } = ends;
  const sortedStarts = inTimeOrder(starts);
  const places = placesRoom(length);
  let count = 0;
  for (let at = 0; at < length; at++) if (!Number.isNaN(ends[at] ?? Number.NaN)) places[count++] = at;
  const failedPlaces = new Uint32Array(length - count);
  for (let at = 0, failed = 0; failed < failedPlaces.length; at++)
    if (Number.isNaN(ends[at] ?? 0)) failedPlaces[failed++] = at;
  timeOrder(ends, places.subarray(0, count));
  places.set(failedPlaces, count);
  history.arrange(places);
  return {
    starts: sortedStarts,
    ends: ends.subarray(0, count),
    sent: starts.subarray(0, count),
    paths: paths.subarray(0, count),
    clients: clients.subarray(0, count),
    failedSent: starts.subarray(count),
    failedPlaces,
  };
}

const known = new WeakMap<Stream, StreamIndex>();

/** The exchanges of a stream in order; made once, when reading is over. */
export function streamIndex(stream: Stream): StreamIndex {
  let index = known.get(stream);
  if (index === undefined) {
    index = indexOf(stream);
    known.set(stream, index);
  }
  return index;
}

/** When exchanges began and ended: entry i of both lists belongs together. */
export interface ExchangeTimes {
  readonly starts: Float64Array;
  /** NaN where the exchange failed. */
  readonly ends: Float64Array;
}

/** The times of a stream's exchanges by their ends, those of failed ones where they were read. */
export function timesAsRead(stream: Stream): ExchangeTimes {
  const { ends, sent, failedSent, failedPlaces } = streamIndex(stream);
  const length = ends.length + failedSent.length;
  const times = { starts: new Float64Array(length), ends: new Float64Array(length) };
  let [answered, failed] = [0, 0];
  for (let at = 0; at < length; at++) {
    const isFailed = failedPlaces[failed] === at;
    times.starts[at] = (isFailed ? failedSent[failed++] : sent[answered]) ?? Number.NaN;
    times.ends[at] = (isFailed ? Number.NaN : ends[answered++]) ?? Number.NaN;
  }
  return times;
}

const sentInOrder = new WeakMap<Stream, Float64Array>();

/** When the answered requests of a stream had been sent, sorted. */
export function answeredSent(stream: Stream): Float64Array {
  let sent = sentInOrder.get(stream);
  if (sent === undefined) {
    sent = inTimeOrder(streamIndex(stream).sent);
    sentInOrder.set(stream, sent);
  }
  return sent;
}
