interface Event {
  readonly at: number;
  readonly order: number;
  readonly happen: () => void;
}

/** What happens next, by time; events of one instant happen in the order in which they were planned. */
export class EventQueue {
  readonly #heap: Event[] = [];
  #planned = 0;
  now = 0;

  at(time: number, happen: () => void): void {
    const event = { at: Math.max(time, this.now), order: this.#planned++, happen };
    const heap = this.#heap;
    let index = heap.push(event) - 1;
    while (index > 0) {
      const above = (index - 1) >> 1;
      const parent = heap[above];
      if (parent === undefined || before(parent, event)) break;
      heap[index] = parent;
      index = above;
    }
    heap[index] = event;
  }

  after(seconds: number, happen: () => void): void {
    this.at(this.now + seconds, happen);
  }

  /** Runs all that is planned up to `end`; what is planned later never happens. */
  run(end: number): void {
    for (let event = this.#heap[0]; event && event.at <= end; event = this.#heap[0]) {
      this.#removeFirst();
      this.now = event.at;
      event.happen();
    }
  }

  #removeFirst(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let index = 0;
    for (;;) {
      const left = 2 * index + 1;
      const right = left + 1;
      let child = heap[left];
      let at = left;
      const other = heap[right];
      if (child && other && before(other, child)) {
        child = other;
        at = right;
      }
      if (child === undefined || before(last, child)) break;
      heap[index] = child;
      index = at;
    }
    heap[index] = last;
  }
}

const before = (a: Event, b: Event): boolean => a.at < b.at || (a.at === b.at && a.order < b.order);
