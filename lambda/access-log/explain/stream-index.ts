import type { Stream } from '../tally/target-tally.ts';

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

/** Answers are read nearly in order: a few change places. */
function sortByEnd(index: {
  ends: Float64Array;
  sent: Float64Array;
  paths: Int32Array;
  clients: Int32Array;
}): void {
  const { ends, sent, paths, clients } = index;
  for (let at = 1; at < ends.length; at++) {
    const end = ends[at] ?? 0;
    if ((ends[at - 1] ?? 0) <= end) continue;
    const [own, path, client] = [sent[at] ?? 0, paths[at] ?? 0, clients[at] ?? 0];
    let to = at - 1;
    for (; to >= 0 && (ends[to] ?? 0) > end; to--) {
      ends[to + 1] = ends[to] ?? 0;
      sent[to + 1] = sent[to] ?? 0;
      paths[to + 1] = paths[to] ?? 0;
      clients[to + 1] = clients[to] ?? 0;
    }
    ends[to + 1] = end;
    sent[to + 1] = own;
    paths[to + 1] = path;
    clients[to + 1] = client;
  }
}

function indexOf({ history }: Stream): StreamIndex {
  const { starts, ends, paths, clients } = history.exchanges();
  let count = 0;
  const index = {
    ends: new Float64Array(ends.length),
    sent: new Float64Array(ends.length),
    paths: new Int32Array(ends.length),
    clients: new Int32Array(ends.length),
  };
  for (let at = 0; at < ends.length; at++) {
    const end = ends[at] ?? Number.NaN;
    if (Number.isNaN(end)) continue;
    index.ends[count] = end;
    index.sent[count] = starts[at] ?? 0;
    index.paths[count] = paths[at] ?? 0;
    index.clients[count] = clients[at] ?? 0;
    count++;
  }
  const own = {
    ends: index.ends.subarray(0, count),
    sent: index.sent.subarray(0, count),
    paths: index.paths.subarray(0, count),
    clients: index.clients.subarray(0, count),
  };
  sortByEnd(own);
  return { ...own, starts: starts.slice().sort() };
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
