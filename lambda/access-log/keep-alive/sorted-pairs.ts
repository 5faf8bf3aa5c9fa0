const FIRST_CAPACITY = 4096;
/** Digits of this many bits are sorted by at a time, the lowest first. */
const DIGIT_BITS = 11;
const DIGITS = 1 << DIGIT_BITS;

/**
 * Whole numbers of 32 bits, each with one of 16 bits. Sorted by counting (radix sort): the hundreds of thousands of gaps
 * of a busy load balancer take a tenth of what comparing them takes.
 */
export class SortedPairs {
  keys = new Uint32Array(FIRST_CAPACITY);
  values = new Uint16Array(FIRST_CAPACITY);
  private otherKeys = new Uint32Array(FIRST_CAPACITY);
  private otherValues = new Uint16Array(FIRST_CAPACITY);
  private readonly places = new Uint32Array(DIGITS);

  /** Makes room for so many. What is there stays. */
  makeRoomFor(count: number): void {
    while (count > this.keys.length) this.makeRoom();
  }

  /** Doubles the room. */
  makeRoom(): void {
    const { keys, values } = this;
    this.keys = new Uint32Array(keys.length * 2);
    this.keys.set(keys);
    this.values = new Uint16Array(keys.length * 2);
    this.values.set(values);
    this.otherKeys = new Uint32Array(keys.length * 2);
    this.otherValues = new Uint16Array(keys.length * 2);
  }

  /** Sorts the first pairs by key, those of one key by value. */
  sort(count: number): void {
    if (!this.isByValue(count)) for (const shift of [0, DIGIT_BITS]) this.sortBy(this.values, shift, count);
    for (let shift = 0; shift < 32; shift += DIGIT_BITS) this.sortBy(this.keys, shift, count);
  }

  /** Pairs are mostly written in the order of their values. */
  private isByValue(count: number): boolean {
    const { values } = this;
    for (let at = 1; at < count; at++) if ((values[at] ?? 0) < (values[at - 1] ?? 0)) return false;
    return true;
  }

  private sortBy(digits: Uint32Array | Uint16Array, shift: number, count: number): void {
    const { keys, values, otherKeys, otherValues, places } = this;
    places.fill(0);
    for (let at = 0; at < count; at++) {
      const digit = ((digits[at] ?? 0) >>> shift) & (DIGITS - 1);
      places[digit] = (places[digit] ?? 0) + 1;
    }
    // All of one digit are in order already.
    if (places[((digits[0] ?? 0) >>> shift) & (DIGITS - 1)] === count) return;
    let next = 0;
    for (let digit = 0; digit < DIGITS; digit++) {
      const here = places[digit] ?? 0;
      places[digit] = next;
      next += here;
    }
    for (let at = 0; at < count; at++) {
      const digit = ((digits[at] ?? 0) >>> shift) & (DIGITS - 1);
      const to = places[digit] ?? 0;
      places[digit] = to + 1;
      otherKeys[to] = keys[at] ?? 0;
      otherValues[to] = values[at] ?? 0;
    }
    [this.keys, this.otherKeys] = [otherKeys, keys];
    [this.values, this.otherValues] = [otherValues, values];
  }
}
