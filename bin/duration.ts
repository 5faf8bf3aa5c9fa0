import { InvalidArgumentError } from 'commander';

const UNIT_MINUTES: Readonly<Record<string, number>> = { m: 1, h: 60, d: 1440 };

/**
 * Parses minutes, hours or days such as `90m`, `3h` or `2d`, for commander.
 *
 * @param low - the shortest and
 * @param high - the longest that is allowed, as the user would write them
 * @returns a parser to minutes that throws InvalidArgumentError saying what is allowed
 */
export function minutesWithin(low: string, high: string): (text: string) => number {
  return (text) => {
    const minutes = minutesOf(text);
    if (minutes >= minutesOf(low) && minutes <= minutesOf(high)) return minutes;
    throw new InvalidArgumentError(
      `expected minutes, hours or days from ${low} to ${high}, such as 90m, 3h or 2d`,
    );
  };
}

/** NaN where it is no duration. */
function minutesOf(text: string): number {
  const [, amount, unit] = /^(\d+)\s*([mhd])$/.exec(text.trim()) ?? [];
  return Number(amount) * (UNIT_MINUTES[unit ?? ''] ?? Number.NaN);
}

/**
 * Parses how far a look goes back: data points come two to three minutes late, so a shorter look sees nothing, and
 * CloudWatch keeps one-minute points for 15 days (CloudWatch metrics retention).
 */
export const parseSinceMinutes = minutesWithin('5m', '15d');
