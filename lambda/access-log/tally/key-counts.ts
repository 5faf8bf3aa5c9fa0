/**
 * Tables of growing size, each begun after so many keys: most load balancers of a log are quiet, and the tables of
 * twenty busy ones would not fit a processor's cache.
 */
const LEVELS = [
  { size: 1024, from: 0 },
  { size: 16_384, from: 4096 },
  { size: 65_536, from: 200_000 },
] as const;

/**
 * How often each key (a hash of a path, of a client) occurred, in constant memory. Keys that share a place count
 * together, so a count may be too high and never too low.
 */
export class KeyCounts {
  total = 0;
  /** The last one takes what comes. */
  private readonly tables: Uint32Array[] = [new Uint32Array(LEVELS[0].size)];
  private table = this.tables[0] ?? new Uint32Array(LEVELS[0].size);
  private nextFrom: number = LEVELS[1].from;

  add(key: number): void {
    if (this.total === this.nextFrom) this.grow();
    this.total++;
    const place = key & (this.table.length - 1);
    this.table[place] = (this.table[place] ?? 0) + 1;
  }

  private grow(): void {
    this.table = new Uint32Array(LEVELS[this.tables.length]?.size ?? this.table.length);
    this.tables.push(this.table);
    this.nextFrom = LEVELS[this.tables.length]?.from ?? Number.POSITIVE_INFINITY;
  }

  count(key: number): number {
    let count = 0;
    for (const table of this.tables) count += table[key & (table.length - 1)] ?? 0;
    return count;
  }

  /** How many distinct keys there are, by the places of the tables that are still empty (linear counting). */
  distinct(): number {
    return Math.max(1, ...this.tables.map(distinctOf));
  }
}

function distinctOf(table: Uint32Array): number {
  let empty = 0;
  for (const count of table) if (count === 0) empty++;
  return Math.round(-table.length * Math.log(Math.max(1, empty) / table.length));
}
