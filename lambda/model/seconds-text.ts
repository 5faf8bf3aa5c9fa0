/**
 * A time as people say it, without a precision that nobody acts on: `6` for 6.022, `75` for 75.02, `2.4` for 2.351,
 * `0.25` below a second.
 *
 * @param seconds - not negative
 * @returns the figure without its unit
 */
export const secondsFigure = (seconds: number): string =>
  String(seconds < 1 ? Number(seconds.toPrecision(2)) : Number(seconds.toFixed(1)));
