const FEWEST_BINS = 16;

/**
 * How many requests came when, in bins of equal width. Begins with bins of one second; when the time does not fit, the
 * bins become twice as wide, so that memory stays bounded whatever the log covers.
 */
export class TimeHistogram {
  private bins = new Uint32Array(FEWEST_BINS);
  private widthSeconds = 1;
  /** Number of the first bin, counted from 1970 in widths; NaN while empty. */
  private first = Number.NaN;
  private last = -1;
  private readonly mostBins: number;
  private sums: Float64Array | null = null;
  /** Of how many these are the sums. */
  private summedOf = 0;
  total = 0;

  constructor(mostBins: number) {
    this.mostBins = mostBins;
  }

  add(seconds: number): void {
    this.total++;
    // Bins are of a second as long as there is nothing in them.
    if (Number.isNaN(this.first)) this.first = Math.floor(seconds);
    const at = this.placeFor(seconds);
    this.bins[at] = (this.bins[at] ?? 0) + 1;
    this.last = Math.max(this.last, at);
  }

  private placeFor(seconds: number): number {
    for (;;) {
      const at = Math.floor(seconds / this.widthSeconds) - this.first;
      const needed = at < 0 ? this.last + 1 - at : at + 1;
      if (needed <= this.bins.length) return this.shiftTo(at);
      if (this.bins.length < this.mostBins) this.lengthen();
      else this.widen();
    }
  }

  /** Moves the bins up so that an earlier time fits before them. */
  private shiftTo(at: number): number {
    if (at >= 0) return at;
    this.bins.copyWithin(-at, 0, this.last + 1);
    this.bins.fill(0, 0, -at);
    this.first += at;
    this.last -= at;
    return 0;
  }

  private lengthen(): void {
    const longer = new Uint32Array(Math.min(this.mostBins, this.bins.length * 2));
    longer.set(this.bins);
    this.bins = longer;
  }

  private widen(): void {
    const first = Math.floor(this.first / 2);
    const wider = new Uint32Array(this.bins.length);
    for (let at = 0; at <= this.last; at++) {
      const to = Math.floor((this.first + at) / 2) - first;
      wider[to] = (wider[to] ?? 0) + (this.bins[at] ?? 0);
    }
    this.last = Math.floor((this.first + this.last) / 2) - first;
    this.bins = wider;
    this.first = first;
    this.widthSeconds *= 2;
  }

  /** How many lie in a range of time; a bin that is partly in it counts in part. */
  countBetween(lowSeconds: number, highSeconds: number): number {
    const before = (seconds: number) => this.countBefore(seconds / this.widthSeconds - this.first);
    return Math.max(0, before(highSeconds) - before(lowSeconds));
  }

  /** How many lie in a range of time at least: a bin that is partly in it does not count. */
  fewestBetween(lowSeconds: number, highSeconds: number): number {
    const low = Math.ceil(lowSeconds / this.widthSeconds) - this.first;
    const end = Math.floor(highSeconds / this.widthSeconds) - this.first;
    return Math.max(0, this.countBefore(end) - this.countBefore(low));
  }

  /** How many lie in the bins before a place, the last of which may count in part. */
  private countBefore(place: number): number {
    if (!(place > 0)) return 0;
    const sums = this.summed();
    const whole = Math.min(Math.floor(place), this.last + 1);
    const part = whole > this.last ? 0 : (place - whole) * (this.bins[whole] ?? 0);
    return (sums[whole] ?? 0) + part;
  }

  /** How many lie before each bin: counted once, when all have come, for it is asked again and again. */
  private summed(): Float64Array {
    if (this.sums !== null && this.summedOf === this.total) return this.sums;
    const sums = new Float64Array(this.last + 2);
    for (let at = 0; at <= this.last; at++) sums[at + 1] = (sums[at] ?? 0) + (this.bins[at] ?? 0);
    this.sums = sums;
    this.summedOf = this.total;
    return sums;
  }
}
