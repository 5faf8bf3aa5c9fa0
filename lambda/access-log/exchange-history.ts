/** How many exchanges all histories of one analysis may hold together: 16 bytes each. */
export interface HistoryBudget {
  entriesLeft: number;
}

/** Times of one node's exchanges with one target, seconds since 1970. */
export interface Exchanges {
  /** When requests left for the target, failed ones included: each takes a connection. */
  readonly starts: Float64Array;
  /** When answers were complete: each gives a connection back. */
  readonly ends: Float64Array;
}

const FIRST_CAPACITY = 32;
const LARGEST_CAPACITY = 16_384;

/** Used again for each failure: copies of their own would be garbage faster than it is collected. */
const sortedStarts = new Float64Array(LARGEST_CAPACITY);
const sortedEnds = new Float64Array(LARGEST_CAPACITY);

/**
 * The latest exchanges of one load balancer node with one target. Bounded: the oldest are forgotten. A busy
 * target fills it in less than 4000 s, but there a single failure has so many answers before it that older ones
 * add nothing.
 */
export class ExchangeHistory {
  private starts = new Float64Array(FIRST_CAPACITY);
  private ends = new Float64Array(FIRST_CAPACITY);
  private next = 0;
  private size = 0;
  private readonly budget: HistoryBudget;

  constructor(budget: HistoryBudget) {
    this.budget = budget;
  }

  /** @param endSeconds - NaN where the connection was not given back: it failed, or was taken over */
  push(startSeconds: number, endSeconds: number): void {
    if (this.size === this.starts.length) this.grow();
    this.starts[this.next] = startSeconds;
    this.ends[this.next] = endSeconds;
    this.next = this.next + 1 === this.starts.length ? 0 : this.next + 1;
    if (this.size < this.starts.length) this.size++;
  }

  private grow(): void {
    const capacity = this.starts.length;
    if (capacity >= LARGEST_CAPACITY || this.budget.entriesLeft < capacity) return;
    this.budget.entriesLeft -= capacity;
    const unrolled = (ring: Float64Array) => {
      const longer = new Float64Array(capacity * 2);
      longer.set(ring.subarray(this.next));
      longer.set(ring.subarray(0, this.next), capacity - this.next);
      return longer;
    };
    this.starts = unrolled(this.starts);
    this.ends = unrolled(this.ends);
    this.next = capacity;
  }

  /** What is remembered, as pairs: `starts[i]` was answered at `ends[i]`, NaN where it was not. Valid until the next push. */
  pairs(): Exchanges {
    return { starts: this.starts.subarray(0, this.size), ends: this.ends.subarray(0, this.size) };
  }

  /** What is remembered, each list in the order of time. Valid until the next call, of whatever history. */
  exchanges(): Exchanges {
    const starts = sortedStarts.subarray(0, this.size);
    starts.set(this.starts.subarray(0, this.size));
    let count = 0;
    for (let at = 0; at < this.size; at++) {
      const end = this.ends[at] ?? Number.NaN;
      if (!Number.isNaN(end)) sortedEnds[count++] = end;
    }
    return { starts: starts.sort(), ends: sortedEnds.subarray(0, count).sort() };
  }
}
