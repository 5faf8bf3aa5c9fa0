import { InvalidArgumentError } from 'commander';

/**
 * Parses a number from `low` to `high`, for commander.
 *
 * @returns a parser that throws InvalidArgumentError saying what is allowed
 */
export function numberWithin(low: number, high: number, whole: boolean): (text: string) => number {
  return (text) => {
    const number = text.trim() === '' ? Number.NaN : Number(text);
    if (number >= low && number <= high && (!whole || Number.isInteger(number))) return number;
    throw new InvalidArgumentError(
      `expected ${whole ? 'a whole number' : 'a number'} from ${low} to ${high}`,
    );
  };
}
