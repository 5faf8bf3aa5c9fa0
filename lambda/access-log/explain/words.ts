/** A share as whole percent; what is more than none and less than one percent is told as that. */
export function percent(share: number): string {
  if (share > 0 && share < 0.01) return 'under 1 %';
  return `${Math.round(share * 100)} %`;
}

/** Seconds to three digits, as people write them. */
export const seconds = (value: number): string => `${Number(value.toPrecision(value < 1 ? 2 : 3))} s`;

/** `1 client`, `3 clients`. */
export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${count} ${count === 1 ? one : many}`;
