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
}

function indexOf({ history }: Stream): StreamIndex {
  const { starts, ends, paths, clients } = history.exchanges();
  const sortedStarts = inTimeOrder(starts);
  const answered = placesRoom(ends.length);
  let count = 0;
  for (let at = 0; at < ends.length; at++) if (!Number.isNaN(ends[at] ?? Number.NaN)) answered[count++] = at;
  const order = timeOrder(ends, answered.subarray(0, count));
  const index: StreamIndex = {
    starts: sortedStarts,
    ends: new Float64Array(count),
    sent: new Float64Array(count),
    paths: new Int32Array(count),
    clients: new Int32Array(count),
  };
  for (let at = 0; at < count; at++) {
    const place = order[at] ?? 0;
    index.ends[at] = ends[place] ?? 0;
    index.sent[at] = starts[place] ?? 0;
    index.paths[at] = paths[place] ?? 0;
    index.clients[at] = clients[place] ?? 0;
  }
  return index;
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
