const BINS_PER_OCTAVE = 4;
const BINS = 40 * BINS_PER_OCTAVE;

const binOf = (bytes: number): number =>
  Math.min(BINS - 1, Math.floor(Math.log2(Math.max(1, bytes)) * BINS_PER_OCTAVE));

/** Requests with a body by its size, in bins of a quarter of a factor of two. */
export class BodySizes {
  private readonly bins = new Uint32Array(BINS);

  add(bytes: number): void {
    const bin = binOf(bytes);
    this.bins[bin] = (this.bins[bin] ?? 0) + 1;
  }

  /** How many had at least so many bytes; a bin that is partly above counts whole. */
  countFrom(bytes: number): number {
    let count = 0;
    for (let bin = binOf(bytes); bin < BINS; bin++) count += this.bins[bin] ?? 0;
    return count;
  }
}
