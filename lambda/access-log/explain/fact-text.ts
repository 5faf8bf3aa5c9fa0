import { thousands } from '../../model/thousands.ts';
/** A share as whole percent; a share above none and below one percent is `under 1 %`. */
export function percent(share: number): string {
  if (share > 0 && share < 0.01) return 'under 1 %';
  return `${Math.round(share * 100)} %`;
}

/** Seconds to three digits, as people write them. */
export const seconds = (value: number): string => `${Number(value.toPrecision(value < 1 ? 2 : 3))} s`;

/** `1 client`, `3 clients`. */
export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${count} ${count === 1 ? one : many}`;

/** How often chance alone would do something: nobody reads an exponent. */
export function rarity(chance: number): string {
  if (chance < 1e-6) return 'less than once in a million times';
  if (chance < 1e-3) return 'less than once in a thousand times';
  return `about once in ${thousands(Math.max(1, Math.round(1 / chance)))} times`;
}
