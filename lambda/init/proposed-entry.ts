import type { FoundKey, Inventory } from './inventory.ts';

/** One value of a list, and why it is there. */
export interface ProposedItem {
  readonly value: string;
  readonly on: boolean;
  readonly note: string;
}

/** One setting as it is proposed. */
export interface ProposedEntry {
  readonly key: string;
  /** What it is set to where it is no list of {@link ProposedItem}s. */
  readonly value: unknown;
  /** null: `value` holds it. */
  readonly items: readonly ProposedItem[] | null;
  /** Whether it counts; what costs money or gives a new permission is switched off. */
  readonly on: boolean;
  /** Sentences. */
  readonly reasons: readonly string[];
  /** US dollars a month, as `alb502 cost` counts; null where it depends on what is not known here. */
  readonly usdAMonth: number | null;
}

/** How a count is told: `1 region`, `2 regions`. */
export const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

/** Why an entry is not there, or not whole, for want of a read. */
export const notReadReasons = ({ notRead }: Inventory, key: FoundKey): string[] =>
  notRead.filter((one) => one.key === key).map(({ region, reason }) => `Not read in ${region}: ${reason}.`);
