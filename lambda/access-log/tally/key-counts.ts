const SMALL = 1024;
const LARGE = 65_536;
/** So many keys are counted in the small table before the large one is made: most load balancers of a log are quiet. */
const MOST_IN_SMALL = 4096;

/**
 * How often each key (a hash of a path, of a client) occurred, in constant memory. Keys that share a place count
 * together, so a count may be too high and never too low.
 */
export class KeyCounts {
  total = 0;
  private readonly small = new Uint32Array(SMALL);
  private large: Uint32Array | null = null;

  add(key: number): void {
    this.total++;
    if (this.large === null) {
      const place = key & (SMALL - 1);
      this.small[place] = (this.small[place] ?? 0) + 1;
      if (this.total >= MOST_IN_SMALL) this.large = new Uint32Array(LARGE);
      return;
    }
    const place = key & (LARGE - 1);
    this.large[place] = (this.large[place] ?? 0) + 1;
  }

  count(key: number): number {
    return (this.small[key & (SMALL - 1)] ?? 0) + (this.large?.[key & (LARGE - 1)] ?? 0);
  }

  /** How many distinct keys there are, by the places that are still empty (linear counting). */
  distinct(): number {
    const table = this.large ?? this.small;
    let used = 0;
    for (const count of table) if (count > 0) used++;
    const empty = Math.max(1, table.length - used);
    return Math.max(1, Math.round(-table.length * Math.log(empty / table.length)));
  }
}
