import { performance } from 'node:perf_hooks';

const TICK_MS = 2;
/** Timers are late by this much on a machine that has nothing else to do. */
const USUAL_MS = 4;

/**
 * How late this process ran so far, in real milliseconds. Lab time makes every real delay look longer; a machine that
 * has no time for the lab must not look like a target that works for long.
 */
export class Lateness {
  #timer: NodeJS.Timeout | undefined;
  #lastTick = 0;
  #totalMs = 0;

  start(): void {
    this.stop();
    this.#lastTick = performance.now();
    this.#timer = setInterval(() => {
      this.#totalMs += this.#pendingMs();
      this.#lastTick = performance.now();
    }, TICK_MS);
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** Grows by each delay, also by the one that is just ending. */
  totalMs(): number {
    return this.#totalMs + this.#pendingMs();
  }

  #pendingMs(): number {
    if (this.#timer === undefined) return 0;
    return Math.max(0, performance.now() - this.#lastTick - TICK_MS - USUAL_MS);
  }
}
