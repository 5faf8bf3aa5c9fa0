import type { Cause } from '../lambda/model/cause.ts';
import type { EmbeddedMonitor } from './embedded/monitor.ts';
import { Lateness } from './lateness.ts';

/** Share of the time in which this process did not run: above it servers and clients wait for the machine, not for each other. */
const LATE_SHARE = 0.2;
/** Looks at separate measurements that must agree before a busy machine's verdict is announced. */
const AGREEING_LOOKS = 3;

/**
 * Holds back what was measured while the machine had no time for the lab: in lab time its pauses look like those of
 * servers and connections. What is found again and again in measurements that share nothing is announced all the same.
 */
export class LateLooks {
  readonly #monitor: EmbeddedMonitor;
  readonly #lateness: Pick<Lateness, 'totalMs'>;
  #totalMs: number;
  #since: number;
  #verdict: Cause | null = null;
  #agreeing = 0;
  #count = 0;

  /** @param nowMs - real time, for the first span */
  constructor(monitor: EmbeddedMonitor, lateness: Pick<Lateness, 'totalMs'>, nowMs: number) {
    this.#monitor = monitor;
    this.#lateness = lateness;
    this.#totalMs = lateness.totalMs();
    this.#since = nowMs;
  }

  /** How many looks were put off. */
  get count(): number {
    return this.#count;
  }

  /**
   * Whether the look that is due has to wait; then what was measured so far is left out of those that follow.
   *
   * @param nowMs - real time
   * @returns the share of the time that the machine was late, or null where the look may go on
   */
  putOff(nowMs: number): number | null {
    const share = this.#shareSince(nowMs);
    if (share <= LATE_SHARE) return null;
    const { verdict } = this.#monitor.peek();
    const named = verdict !== null && verdict !== 'undetermined';
    this.#agreeing = named && verdict === this.#verdict ? this.#agreeing + 1 : 1;
    this.#verdict = verdict;
    if (named && this.#agreeing >= AGREEING_LOOKS) return null;
    this.#count += 1;
    this.#monitor.measureAnew();
    return share;
  }

  #shareSince(nowMs: number): number {
    const totalMs = this.#lateness.totalMs();
    const share = (totalMs - this.#totalMs) / Math.max(1, nowMs - this.#since);
    this.#totalMs = totalMs;
    this.#since = nowMs;
    return Math.min(1, share);
  }
}

/** Measures this process from now on. */
export function startLateness(): Lateness {
  const lateness = new Lateness();
  lateness.start();
  return lateness;
}
