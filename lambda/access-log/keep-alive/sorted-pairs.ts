import { DIGIT_BITS, digitAt, placeDigits, roomForDigits } from './digit-places.ts';

const FIRST_CAPACITY = 4096;

/**
 * Whole numbers of 32 bits, each with one of 16 bits. Sorted by counting (radix sort): the hundreds of thousands of gaps
 * of a busy load balancer take a tenth of what comparing them takes.
 */
export class SortedPairs {
  keys = new Uint32Array(FIRST_CAPACITY);
  values = new Uint16Array(FIRST_CAPACITY);
  private otherKeys = new Uint32Array(FIRST_CAPACITY);
  private otherValues = new Uint16Array(FIRST_CAPACITY);
  private readonly places = roomForDigits();

  /** Makes room for so many. What is there stays. */
  makeRoomFor(count: number): void {
    let capacity = this.keys.length;
    if (count <= capacity) return;
    while (capacity < count) capacity *= 2;
    const { keys, values } = this;
    this.keys = new Uint32Array(capacity);
    this.keys.set(keys);
    this.values = new Uint16Array(capacity);
    this.values.set(values);
    this.otherKeys = new Uint32Array(capacity);
    this.otherValues = new Uint16Array(capacity);
  }

  /** Sorts the first pairs by key; those of one key stay in the order in which they were written. */
  sort(count: number): void {
    for (let shift = 0; shift < 32; shift += DIGIT_BITS) this.sortBy(shift, count);
  }

  private sortBy(shift: number, count: number): void {
    const { keys, values, otherKeys, otherValues, places } = this;
    if (placeDigits(keys, shift, count, places)) return;
    for (let at = 0; at < count; at++) {
      const key = keys[at] ?? 0;
      const digit = digitAt(key, shift);
      const to = places[digit] ?? 0;
      places[digit] = to + 1;
      otherKeys[to] = key;
      otherValues[to] = values[at] ?? 0;
    }
    [this.keys, this.otherKeys] = [otherKeys, keys];
    [this.values, this.otherValues] = [otherValues, values];
  }
}
