/** Digits of this many bits are sorted by at a time, the lowest first. */
export const DIGIT_BITS = 11;
const DIGITS = 1 << DIGIT_BITS;

/** The digit of a number that begins at a bit. */
export const digitAt = (number: number, shift: number): number => (number >>> shift) & (DIGITS - 1);

/** Room for a place for each digit. */
export const roomForDigits = (): Uint32Array => new Uint32Array(DIGITS);

/**
 * Where the first number of each digit belongs among the first ones, when they are sorted by it (radix sort).
 *
 * @param places - written to
 * @returns whether all are of one digit, and so in order already
 */
export function placeDigits(
  numbers: Uint32Array,
  shift: number,
  count: number,
  places: Uint32Array,
): boolean {
  places.fill(0);
  for (let at = 0; at < count; at++) {
    const digit = digitAt(numbers[at] ?? 0, shift);
    places[digit] = (places[digit] ?? 0) + 1;
  }
  if (places[digitAt(numbers[0] ?? 0, shift)] === count) return true;
  let next = 0;
  for (let digit = 0; digit < DIGITS; digit++) {
    const here = places[digit] ?? 0;
    places[digit] = next;
    next += here;
  }
  return false;
}
