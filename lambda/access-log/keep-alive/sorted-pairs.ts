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
    if (placeDigits(digits, shift, count, places)) return;
    for (let at = 0; at < count; at++) {
      const digit = digitAt(digits[at] ?? 0, shift);
      const to = places[digit] ?? 0;
      places[digit] = to + 1;
      otherKeys[to] = keys[at] ?? 0;
      otherValues[to] = values[at] ?? 0;
    }
    [this.keys, this.otherKeys] = [otherKeys, keys];
    [this.values, this.otherValues] = [otherValues, values];
  }
}
