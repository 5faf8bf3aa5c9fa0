import { setTimeout as sleep } from 'node:timers/promises';

/**
 * From a real time on a simulated time, running so many times as fast, until time stands still unless the next stretch
 * came before; all are epoch milliseconds.
 */
export interface Stretch {
  readonly realFrom: number;
  readonly realUntil: number;
  readonly simulatedFrom: number;
  readonly speed: number;
}

/** How fast a clock runs. */
export interface Pace {
  /** Simulated time at the start, epoch milliseconds. */
  readonly origin: number;
  readonly slowest: number;
  readonly fastest: number;
}

/**
 * A stretch is told so long before it begins, in real milliseconds, that every process knows it in time: two that knew
 * it at different times would not agree on the time.
 */
const NOTICE_MS = 60;
/** How long a stretch lasts; a process that stalls for longer loses no more of the simulated time. */
const STRETCH_MS = 200;

/** How late processes may be, in simulated milliseconds, before the clock slows down, and until when it speeds up. */
const LATE_MS = 300;
const PUNCTUAL_MS = 120;
const FIRST_SPEED = 4;
const SLOWER = 0.7;
const FASTER = 1.15;
/** How long a speed is kept at least, in real milliseconds. */
const KEPT_MS = 200;
/** A process that has not said for so long how late it is stalls: until it does, no stretch follows. */
const SILENT_MS = 150;

/**
 * The time that every process of a simulation lives in. It runs as fast as they can follow: what they are late, because
 * the machine is slow or busy with something else, would count as time that the simulated account took. So the clock
 * waits for them, and a result in simulated time says nothing about the machine.
 */
export class AdaptiveClock {
  private readonly pace: Pace;
  private stretch: Stretch;
  private next: Stretch;
  private readonly lateness = new Map<object, { readonly at: number; readonly lateMs: number }>();
  private readonly listeners = new Set<(next: Stretch) => void>();
  private readonly timer: NodeJS.Timeout;
  private tickedAt = Date.now();
  private changedAt = Date.now();

  /** Stop it whatever happens. */
  constructor(pace: Pace) {
    this.pace = pace;
    this.stretch = stretchFrom(Date.now(), pace.origin, Math.min(FIRST_SPEED, pace.fastest));
    this.next = this.stretch;
    this.timer = setInterval(() => this.tick(), 50);
  }

  get current(): Stretch {
    if (Date.now() >= this.next.realFrom) this.stretch = this.next;
    return this.stretch;
  }

  get speed(): number {
    return this.current.speed;
  }

  /** Epoch milliseconds. */
  now(): number {
    return timeIn(this.current, Date.now());
  }

  /** Resolves when a simulated time has come. */
  async sleepUntil(time: number): Promise<void> {
    for (let left = time - this.now(); left > 0; left = time - this.now())
      await sleep(Math.min(50, Math.max(1, left / this.speed)));
  }

  /**
   * Tells of every stretch before it begins, first of the one that runs.
   *
   * @returns ends it
   */
  follow(process: object, listener: (next: Stretch) => void): () => void {
    listener(this.next);
    this.listeners.add(listener);
    this.report(process, 0);
    return () => {
      this.listeners.delete(listener);
      this.lateness.delete(process);
    };
  }

  /** A process says how late its event loop is, in real milliseconds; every 50 of them or so. */
  report(process: object, lateMs: number): void {
    this.lateness.set(process, { at: Date.now(), lateMs });
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private tick(): void {
    const now = Date.now();
    this.report(this, Math.max(0, now - this.tickedAt - 50));
    this.tickedAt = now;
    const { speed } = this.current;
    const processes = [...this.lateness.values()];
    const stalls = processes.some(({ at }) => now - at > SILENT_MS);
    if (stalls || this.next !== this.stretch) return;
    const wanted = this.speedAfter(Math.max(...processes.map(({ lateMs }) => lateMs)) * speed, now);
    const from = now + NOTICE_MS;
    this.next = stretchFrom(from, timeIn(this.stretch, from), wanted);
    for (const listener of this.listeners) listener(this.next);
  }

  /** @param worstMs - how late the latest process is, in simulated milliseconds */
  private speedAfter(worstMs: number, now: number): number {
    const { speed } = this.stretch;
    if (now - this.changedAt < KEPT_MS) return speed;
    const factor = worstMs > LATE_MS ? SLOWER : worstMs < PUNCTUAL_MS ? FASTER : 1;
    const wanted = Math.min(this.pace.fastest, Math.max(this.pace.slowest, speed * factor));
    if (wanted !== speed) this.changedAt = now;
    return wanted;
  }
}

const stretchFrom = (realFrom: number, simulatedFrom: number, speed: number): Stretch => ({
  ...{ realFrom, simulatedFrom, speed },
  realUntil: realFrom + STRETCH_MS,
});

const timeIn = ({ realFrom, realUntil, simulatedFrom, speed }: Stretch, real: number): number =>
  Math.round(simulatedFrom + (Math.min(real, realUntil) - realFrom) * speed);
