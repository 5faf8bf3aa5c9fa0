import { Reservoir } from './reservoir.ts';

/** A body below this arrives with the head of its request, before a server can refuse it. */
export const SMALLEST_LARGE_BYTES = 2000;
/** More than most logs have: what is counted in them is then all that there was. */
const CAPACITY = 4096;

/** A request with a large body that its target answered, and did not find too large. */
export interface LargeBody {
  readonly packedPath: number;
  /** Number of the target; -1 where the line names none. */
  readonly target: number;
  readonly endSeconds: number;
  readonly bytes: number;
}

/** Answered requests with large bodies: few, so that a sample of all requests would hold hardly any of them. */
export class LargeBodies {
  private readonly reservoir = new Reservoir(CAPACITY);
  private readonly kept: LargeBody[] = [];

  add(body: LargeBody): void {
    const at = this.reservoir.place();
    if (at >= 0) this.kept[at] = body;
  }

  /** About how many there were of a kind. */
  count(isWanted: (body: LargeBody) => boolean): number {
    const scale = this.reservoir.seen / Math.max(1, this.kept.length);
    return this.kept.filter(isWanted).length * scale;
  }

  /** The sizes of those of a kind, as far as they were kept. */
  bytesOf(isWanted: (body: LargeBody) => boolean): number[] {
    return this.kept.filter(isWanted).map(({ bytes }) => bytes);
  }
}
