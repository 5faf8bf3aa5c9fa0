/** How many exchanges all histories of one analysis may hold together: 24 bytes each. */
export interface HistoryBudget {
  entriesLeft: number;
}

/** A node's exchanges with one target as they were read: entry i of each list belongs together. */
export interface Exchanges {
  /** When requests left for the target, seconds since 1970; failed ones included: each takes a connection. */
  readonly starts: Float64Array;
  /** When the answer was complete, which gives the connection back; NaN where it failed or was taken over. */
  readonly ends: Float64Array;
  /** Hash of path and route (see `PathHash.packed`). */
  readonly paths: Int32Array;
  /** Hash of the client. */
  readonly clients: Int32Array;
}

const FIRST_CAPACITY = 32;
const LARGEST_CAPACITY = 16_384;
/** Of what is older, exchanges shortly before and after a failure are kept: they say how its connection came about. */
const KEPT_BEFORE = 400;
const KEPT_AFTER = 40;
const KEPT_BEFORE_SECONDS = 600;

/** Where entries are while they are put in another order. */
const roomForTimes = new Float64Array(LARGEST_CAPACITY);
const roomForHashes = new Int32Array(LARGEST_CAPACITY);

function rearrange<List extends Float64Array | Int32Array>(list: List, order: Uint32Array, room: List): void {
  for (let at = 0; at < order.length; at++) room[at] = list[order[at] ?? 0] ?? 0;
  list.set(room.subarray(0, order.length));
}

/**
 * Exchanges of one load balancer node with one target: the latest, and those around failures. Bounded: where a
 * history is full, what is older and far from any failure is forgotten first, then what is oldest.
 */
export class ExchangeHistory {
  private starts = new Float64Array(FIRST_CAPACITY);
  private ends = new Float64Array(FIRST_CAPACITY);
  private paths = new Int32Array(FIRST_CAPACITY);
  private clients = new Int32Array(FIRST_CAPACITY);
  private size = 0;
  /** Of what was sent after this nothing is forgotten. */
  wholeSinceSeconds = Number.NEGATIVE_INFINITY;
  private readonly budget: HistoryBudget;

  constructor(budget: HistoryBudget) {
    this.budget = budget;
  }

  /** @param endSeconds - NaN where the connection was not given back: it failed, or was taken over */
  push(startSeconds: number, endSeconds: number, path: number, client: number): void {
    if (this.size === this.starts.length) this.makeRoom();
    const at = this.size++;
    this.starts[at] = startSeconds;
    this.ends[at] = endSeconds;
    this.paths[at] = path;
    this.clients[at] = client;
  }

  private makeRoom(): void {
    const capacity = this.starts.length;
    if (capacity < LARGEST_CAPACITY && this.budget.entriesLeft >= capacity) this.grow(capacity * 2);
    else this.forget(capacity);
  }

  private grow(capacity: number): void {
    this.budget.entriesLeft -= capacity / 2;
    const longer = <List extends Float64Array | Int32Array>(list: List, room: List): List => {
      room.set(list);
      return room;
    };
    this.starts = longer(this.starts, new Float64Array(capacity));
    this.ends = longer(this.ends, new Float64Array(capacity));
    this.paths = longer(this.paths, new Int32Array(capacity));
    this.clients = longer(this.clients, new Int32Array(capacity));
  }

  private forget(capacity: number): void {
    const half = capacity >>> 1;
    for (const start of this.starts.subarray(0, half))
      this.wholeSinceSeconds = Math.max(this.wholeSinceSeconds, start);
    let kept = this.keepAroundFailures(half);
    // Failures are so dense that all is near one: what is oldest goes.
    const surplus = Math.max(0, kept - (capacity >>> 2));
    kept -= surplus;
    this.move(surplus, 0, kept);
    this.move(half, kept, capacity - half);
    this.size = kept + capacity - half;
  }

  /** Moves what is near a failure to the front; says how many those are. */
  private keepAroundFailures(end: number): number {
    let kept = 0;
    let last = -1;
    for (let at = 0; at < this.size; at++) {
      if (!Number.isNaN(this.ends[at] ?? 0)) continue;
      const failedSeconds = this.starts[at] ?? 0;
      let from = Math.max(last + 1, at - KEPT_BEFORE);
      while (from < at && (this.starts[from] ?? 0) < failedSeconds - KEPT_BEFORE_SECONDS) from++;
      const to = Math.min(end, at + KEPT_AFTER + 1);
      for (let place = from; place < to; place++) this.move(place, kept++, 1);
      last = Math.max(last, to - 1);
    }
    return kept;
  }

  private move(from: number, to: number, count: number): void {
    this.starts.copyWithin(to, from, from + count);
    this.ends.copyWithin(to, from, from + count);
    this.paths.copyWithin(to, from, from + count);
    this.clients.copyWithin(to, from, from + count);
  }

  /**
   * Puts the entries in another order, for whoever looks at them when reading is over: in place, for a copy of all
   * histories would be as large as they are.
   *
   * @param order - the place of each entry as they are now
   */
  arrange(order: Uint32Array): void {
    rearrange(this.starts, order, roomForTimes);
    rearrange(this.ends, order, roomForTimes);
    rearrange(this.paths, order, roomForHashes);
    rearrange(this.clients, order, roomForHashes);
  }

  /** What is remembered, in the order in which it was read: by end, but for lines that were late. */
  exchanges(): Exchanges {
    const { size } = this;
    return {
      starts: this.starts.subarray(0, size),
      ends: this.ends.subarray(0, size),
      paths: this.paths.subarray(0, size),
      clients: this.clients.subarray(0, size),
    };
  }
}
