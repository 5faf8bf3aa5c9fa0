import { DIGIT_BITS, digitAt, placeDigits, roomForDigits } from './digit-places.ts';

const FIRST_CAPACITY = 4096;

/** Whole numbers of 32 bits, sorted by counting as {@link SortedPairs} are, where nothing goes with them. */
export class SortedNumbers {
  numbers = new Uint32Array(FIRST_CAPACITY);
  private others = new Uint32Array(FIRST_CAPACITY);
  private readonly places = roomForDigits();

  /** Makes room for so many. What is there stays. */
  makeRoomFor(count: number): void {
    let capacity = this.numbers.length;
    if (count <= capacity) return;
    while (capacity < count) capacity *= 2;
    const { numbers } = this;
    this.numbers = new Uint32Array(capacity);
    this.numbers.set(numbers);
    this.others = new Uint32Array(capacity);
  }

  /** Sorts the first ones. */
  sort(count: number): void {
    for (let shift = 0; shift < 32; shift += DIGIT_BITS) this.sortBy(shift, count);
  }

  private sortBy(shift: number, count: number): void {
    const { numbers, others, places } = this;
    if (placeDigits(numbers, shift, count, places)) return;
    for (let at = 0; at < count; at++) {
      const number = numbers[at] ?? 0;
      const digit = digitAt(number, shift);
      const to = places[digit] ?? 0;
      places[digit] = to + 1;
      others[to] = number;
    }
    [this.numbers, this.others] = [others, numbers];
  }
}

const milliseconds = new SortedNumbers();

/** Times that are no longer than 49 days, ascending, rounded to milliseconds as those of lines are. */
export function sortedSeconds(times: Float64Array): Float64Array {
  milliseconds.makeRoomFor(times.length);
  const unsorted = milliseconds.numbers;
  for (let at = 0; at < times.length; at++) unsorted[at] = Math.round((times[at] ?? 0) * 1e3);
  milliseconds.sort(times.length);
  const { numbers } = milliseconds;
  const sorted = new Float64Array(times.length);
  for (let at = 0; at < times.length; at++) sorted[at] = (numbers[at] ?? 0) / 1e3;
  return sorted;
}
