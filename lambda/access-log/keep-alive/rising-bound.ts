/**
 * Looks for rising values in a sorted list: each call asks for a value that is not lower than the one before. Goes on from
 * there in steps that double, for the values are few where the list is long, and many where it is short.
 */
export class RisingBound {
  private readonly sorted: Float64Array;
  private at = 0;

  constructor(sorted: Float64Array) {
    this.sorted = sorted;
  }

  /** How many are below: the place of the first that is not. */
  below(value: number): number {
    const { sorted } = this;
    let low = this.at;
    let step = 1;
    while (low + step <= sorted.length && (sorted[low + step - 1] ?? 0) < value) {
      low += step;
      step *= 2;
    }
    for (; step >= 1; step /= 2)
      if (low + step <= sorted.length && (sorted[low + step - 1] ?? 0) < value) low += step;
    this.at = low;
    return low;
  }
}
