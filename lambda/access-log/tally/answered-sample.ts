import { Reservoir } from './reservoir.ts';

const FIRST_CAPACITY = 64;
/** Doubled so often when all is there. */
const CAPACITY = FIRST_CAPACITY * 2 ** 6;

/** Answered requests of a load balancer, each as likely to be in it as any other. */
export class AnsweredSample {
  private readonly reservoir = new Reservoir(CAPACITY);
  private packedPaths = new Int32Array(FIRST_CAPACITY);
  private targetTimes = new Float32Array(FIRST_CAPACITY);
  private bodies = new Float64Array(FIRST_CAPACITY);
  private size = 0;

  get seen(): number {
    return this.reservoir.seen;
  }

  add(packedPath: number, targetSeconds: number, bodyBytes: number): void {
    const at = this.reservoir.place();
    if (at < 0) return;
    if (at >= this.packedPaths.length) this.grow();
    this.packedPaths[at] = packedPath;
    this.targetTimes[at] = targetSeconds;
    this.bodies[at] = bodyBytes;
    this.size = Math.max(this.size, at + 1);
  }

  private grow(): void {
    const capacity = this.packedPaths.length * 2;
    const [paths, times, bodies] = [this.packedPaths, this.targetTimes, this.bodies];
    this.packedPaths = new Int32Array(capacity);
    this.packedPaths.set(paths);
    this.targetTimes = new Float32Array(capacity);
    this.targetTimes.set(times);
    this.bodies = new Float64Array(capacity);
    this.bodies.set(bodies);
  }

  /** Hashes of path and route, one an answered request (see `PathHash.packed`). */
  get paths(): Int32Array {
    return this.packedPaths.subarray(0, this.size);
  }

  /** Seconds the target took. */
  get targetSeconds(): Float32Array {
    return this.targetTimes.subarray(0, this.size);
  }

  /** Bytes of requests whose method has a body, -1 for the others. */
  get bodyBytes(): Float64Array {
    return this.bodies.subarray(0, this.size);
  }
}
