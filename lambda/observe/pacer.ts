import { setTimeout as sleep } from 'node:timers/promises';

/** How many calls an account may make in a region: so many at once, and then so many a second. */
export interface CallLimit {
  readonly calls: number;
  readonly perSecond: number;
}

/**
 * The bucket of the Describe calls of ELBv2 for an account and region, shared with the console, with deployments and
 * with everyone else: https://docs.aws.amazon.com/elasticloadbalancing/latest/userguide/elb-api-throttling.html
 */
const ELB_LIMIT: CallLimit = { calls: 40, perSecond: 10 };

/** Sweeps over quiet load balancers take at most this share, so that failing load balancers and other callers find tokens. */
const SWEEP_SHARE = 1 / 3;

/** The slowest that throttling makes us, as a share of the full pace. */
const SLOWEST = 0.1;
/** A throttled call halves the pace; twenty calls that get through win a tenth of it back. */
const SLOWER = 0.5;
const FASTER_PER_CALL = 0.005;

/** What a call is for: to find out about a failure, or to look over what is quiet. */
export type Urgency = 'incident' | 'sweep';

/** How many processes share the bucket for incidents, and how many the part of it that is left to sweeps. */
export interface Sharing {
  readonly processes: number;
  readonly sweeping: number;
}

/** Where the time comes from; tests have their own. */
export interface PacerClock {
  /** Milliseconds that never step back. */
  readonly now: () => number;
  readonly sleep: (ms: number) => Promise<unknown>;
}

const REAL_CLOCK: PacerClock = { now: () => Date.now(), sleep: (ms) => sleep(ms) };

interface Bucket {
  readonly size: number;
  readonly perSecond: number;
  tokens: number;
  filledAt: number;
}

/**
 * Spreads the calls of one process so that they stay within its part of the bucket: what would be throttled waits
 * here, where nothing is lost. Slows down while AWS throttles nevertheless, for others call too.
 */
export class Pacer {
  private readonly clock: PacerClock;
  private readonly all: Bucket;
  private readonly sweeps: Bucket;
  /** Share of the full pace, lowered while AWS throttles. */
  private pace = 1;

  constructor(
    { processes, sweeping }: Sharing,
    clock: PacerClock = REAL_CLOCK,
    { calls, perSecond }: CallLimit = ELB_LIMIT,
  ) {
    this.clock = clock;
    const part = (share: number): Bucket => ({
      size: Math.max(1, calls * share),
      perSecond: perSecond * share,
      tokens: Math.max(1, calls * share),
      filledAt: clock.now(),
    });
    this.all = part(1 / processes);
    this.sweeps = part(SWEEP_SHARE / sweeping);
  }

  /** Resolves when the call may be sent; calls of one urgency go in the order in which they asked. */
  async acquire(urgency: Urgency): Promise<void> {
    const now = this.clock.now();
    if (urgency === 'sweep') {
      const waitMs = this.reserve(this.sweeps, now);
      if (waitMs > 0) await this.clock.sleep(waitMs);
    }
    const waitMs = this.reserve(this.all, this.clock.now());
    if (waitMs > 0) await this.clock.sleep(waitMs);
  }

  /** AWS throttled a call: slower, and what was saved up is gone. */
  throttled(): void {
    this.pace = Math.max(SLOWEST, this.pace * SLOWER);
    this.all.tokens = Math.min(this.all.tokens, 0);
    this.sweeps.tokens = Math.min(this.sweeps.tokens, 0);
  }

  /** AWS took a call: a little faster again. */
  succeeded(): void {
    this.pace = Math.min(1, this.pace + FASTER_PER_CALL);
  }

  /** Takes a token that may still have to drip in, and says how long that takes, in milliseconds. */
  private reserve(bucket: Bucket, now: number): number {
    const perSecond = bucket.perSecond * this.pace;
    const elapsedSeconds = Math.max(0, now - bucket.filledAt) / 1000;
    bucket.tokens = Math.min(bucket.size, bucket.tokens + elapsedSeconds * perSecond) - 1;
    bucket.filledAt = now;
    return bucket.tokens >= 0 ? 0 : (-bucket.tokens / perSecond) * 1000;
  }
}
