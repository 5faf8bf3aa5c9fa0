/** What a number of the settings may be. */
export interface NumberRange {
  readonly least: number;
  readonly largest: number;
  readonly isWhole: boolean;
}

/**
 * The settings that tags of a load balancer override for it alone, and what each may be. Apart from the schema of the
 * settings, which takes them from here: a diagnosis of logs then loads no schemas.
 */
export const THRESHOLD_RANGES = {
  critical502Ratio: { least: Number.MIN_VALUE, largest: 1, isWhole: false },
  minimum502Count: { least: 1, largest: Number.MAX_SAFE_INTEGER, isWhole: true },
  pendingMinutes: { least: 0, largest: 60, isWhole: true },
  resolveAfterMinutes: { least: 1, largest: 1440, isWhole: true },
  repeatHours: { least: 1, largest: 168, isWhole: true },
} as const satisfies Readonly<Record<string, NumberRange>>;

/** Whether a number is in a range. */
export const isInRange = (value: number, { least, largest, isWhole }: NumberRange): boolean =>
  value >= least && value <= largest && (!isWhole || Number.isInteger(value));
