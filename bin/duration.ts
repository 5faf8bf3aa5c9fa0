import { InvalidArgumentError } from 'commander';

const UNIT_MINUTES: Readonly<Record<string, number>> = { m: 1, h: 60, d: 1440 };

/** CloudWatch keeps one-minute points for 15 days (CloudWatch metrics retention). */
const LONGEST_MINUTES = 15 * 1440;
/** Data points come two to three minutes late, so a shorter look sees nothing. */
const SHORTEST_MINUTES = 5;

/**
 * Parses `90m`, `3h` or `2d` to minutes, for commander.
 *
 * @throws InvalidArgumentError saying what is allowed
 */
export function parseSinceMinutes(text: string): number {
  const [, amount, unit] = /^(\d+)\s*([mhd])$/.exec(text.trim()) ?? [];
  const minutes = Number(amount) * (UNIT_MINUTES[unit ?? ''] ?? Number.NaN);
  if (!(minutes >= SHORTEST_MINUTES && minutes <= LONGEST_MINUTES)) {
    throw new InvalidArgumentError('expected minutes, hours or days from 5m to 15d, such as 90m, 3h or 2d');
  }
  return minutes;
}
