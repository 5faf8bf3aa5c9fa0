import { setTimeout as sleep } from 'node:timers/promises';

/** From a real time on a simulated time, running so many times as fast; both are epoch milliseconds. */
export interface Stretch {
  readonly realFrom: number;
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
 * A change of speed is told so long before it happens, in real milliseconds, that every process knows it in time: two
 * that knew it at different times would not agree on the time.
 */
const NOTICE_MS = 60;

/** How late processes may be, in simulated milliseconds, before the clock slows down, and until when it speeds up. */
const LATE_MS = 300;
const PUNCTUAL_MS = 120;
const SLOWER = 0.7;
const FASTER = 1.15;
/** How long a speed is kept at least, in real milliseconds. */
const KEPT_MS = 200;
/** A process that has not said how late it is for so long is that late. */
const SILENT_MS = 150;

/**
 * The time that every process of a simulation lives in. Runs as fast as the processes can follow. What they are late, because the machine is slow or busy with something else,
 * would count as time that the simulated account took; so the clock waits for them rather than hurry them, and a result
 * in simulated time says nothing about the machine.
 */
export class AdaptiveClock {
  private readonly pace: Pace;
  private stretch: Stretch;
  private next: Stretch;
  private readonly lateness = new Map<object, { readonly at: number; readonly lateMs: number }>();
  private readonly listeners = new Set<(next: Stretch) => void>();
  private readonly timer: NodeJS.Timeout;
  private tickedAt = Date.now();

  /** Stop it whatever happens. */
  constructor(pace: Pace) {
    this.pace = pace;
    this.stretch = { realFrom: Date.now(), simulatedFrom: pace.origin, speed: Math.max(1, pace.slowest) };
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
  follow(listener: (next: Stretch) => void): () => void {
    listener(this.next);
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** A process says how late its event loop is, in real milliseconds; every 50 of them or so. */
  report(process: object, lateMs: number): void {
    this.lateness.set(process, { at: Date.now(), lateMs });
  }

  /** A process that ended is no longer waited for. */
  forget(process: object): void {
    this.lateness.delete(process);
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private tick(): void {
    const now = Date.now();
    this.report(this, Math.max(0, now - this.tickedAt - 50));
    this.tickedAt = now;
    const { realFrom, speed } = this.current;
    if (this.next !== this.stretch || now - realFrom < KEPT_MS) return;
    const late = [...this.lateness.values()].map(({ at, lateMs }) => {
      const silentMs = now - at;
      return silentMs > SILENT_MS ? Math.max(silentMs, lateMs) : lateMs;
    });
    const worst = Math.max(...late) * speed;
    const factor = worst > LATE_MS ? SLOWER : worst < PUNCTUAL_MS ? FASTER : 1;
    const wanted = Math.min(this.pace.fastest, Math.max(this.pace.slowest, speed * factor));
    if (wanted !== speed) this.change(wanted, now + NOTICE_MS);
  }

  private change(speed: number, realFrom: number): void {
    this.next = { realFrom, simulatedFrom: timeIn(this.stretch, realFrom), speed };
    for (const listener of this.listeners) listener(this.next);
  }
}

const timeIn = ({ realFrom, simulatedFrom, speed }: Stretch, real: number): number =>
  Math.round(simulatedFrom + (real - realFrom) * speed);
