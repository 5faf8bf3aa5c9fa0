import { monotonicMs } from './monotonic.ts';

const BEAT_MS = 10;

/**
 * Knows how late this process may be in noticing what arrived. A busy machine can hold it up, and a time that
 * was taken late is no measurement.
 */
export class StallWatch {
  #lastBeatMs = monotonicMs();
  #stallMs = 0;
  readonly #timer: NodeJS.Timeout;

  constructor() {
    this.#timer = setInterval(() => this.#beat(), BEAT_MS);
    this.#timer.unref();
  }

  /** How long before `atMs`, which is now, an event that is noticed now may have arrived, at most. */
  lateByMs(atMs: number): number {
    const sinceBeatMs = atMs - this.#lastBeatMs;
    // After a stall timers run before sockets are looked at: what is read soon after one may have waited.
    const hangover = sinceBeatMs < BEAT_MS ? this.#stallMs : 0;
    return Math.max(0, sinceBeatMs - BEAT_MS, hangover);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #beat(): void {
    const now = monotonicMs();
    this.#stallMs = Math.max(0, now - this.#lastBeatMs - BEAT_MS);
    this.#lastBeatMs = now;
  }
}
