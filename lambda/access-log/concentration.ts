import type { Concentration } from '../model/access-log-summary.ts';

const BUCKETS = 8192;
const FEWEST_OCCASIONS = 2;
/** A path is bound to the failure where it fails this many times as often as the whole. */
const LEAST_LIFT = 5;
/** Paths or clients fail again and again where luck makes so many repeats less often than this. */
const LARGEST_P_VALUE = 1e-3;

/** In one client's burst of requests, or its retries, failures prove no tie to the client if its target only failed. */
const ONE_OCCASION_SECONDS = 10;

interface Failures {
  count: number;
  /** Occasions that nothing which lasted has in common. */
  moments: number;
  lastSeconds: number;
  lastTarget: number;
}

/**
 * When and where a request failed. A target that worked between two failures of a client makes them two occasions, as
 * nothing at the target lasted from one to the other.
 */
export interface FailedAt {
  readonly target: number;
  readonly seconds: number;
  /** When the latest request that this target answered had been sent, to the node of the failure; */
  readonly targetAnsweredSeconds: number;
  /** and the latest that any target of the group answered. */
  readonly othersAnsweredSeconds: number;
}

/** Requests and failures by a hash (of a path, of a client), in constant memory. */
export class ConcentrationTally {
  private readonly requests = new Uint32Array(BUCKETS);
  private readonly failures = new Map<number, Failures>();
  private requestCount = 0;
  private failureCount = 0;
  private momentCount = 0;

  /** Counts a request. */
  add(hash: number): void {
    this.requestCount++;
    const bucket = hash & (BUCKETS - 1);
    this.requests[bucket] = (this.requests[bucket] ?? 0) + 1;
  }

  /** Counts a failure, beside the request that it is. */
  fail(hash: number, { target, seconds, targetAnsweredSeconds, othersAnsweredSeconds }: FailedAt): void {
    this.failureCount++;
    const known = this.failures.get(hash);
    const answered = known?.lastTarget === target ? targetAnsweredSeconds : othersAnsweredSeconds;
    const isNew =
      known === undefined ||
      answered > known.lastSeconds ||
      Math.abs(seconds - known.lastSeconds) > ONE_OCCASION_SECONDS;
    if (isNew) this.momentCount++;
    if (known === undefined) {
      this.failures.set(hash, { count: 1, moments: 1, lastSeconds: seconds, lastTarget: target });
      return;
    }
    known.count++;
    if (isNew) known.moments++;
    known.lastSeconds = seconds;
    known.lastTarget = target;
  }

  /** Share of this path's or client's requests that failed, and how many did. */
  failureRatioOf(hash: number): { readonly ratio: number; readonly failures: number } {
    const failures = this.failures.get(hash)?.count ?? 0;
    return { failures, ratio: failures / Math.max(1, this.requests[hash & (BUCKETS - 1)] ?? 0) };
  }

  /** How often a path or client is expected to fail, if failures fall as requests do. */
  private expectedMoments(requests: number): number {
    return (this.momentCount * requests) / Math.max(1, this.requestCount);
  }

  /** How many repeats paths or clients would show by luck that look bound to the failure. */
  private repeatsByLuck(): number {
    let repeats = 0;
    for (const requests of this.requests)
      if (requests > 0) repeats += luckyRepeats(this.expectedMoments(requests));
    return repeats;
  }

  /**
   * The few that have most failures, or null where failures are spread as the requests are. Few failures of many
   * clients tell it as well: by clients that fail a second time though they have hardly any requests.
   */
  concentration(): Concentration | null {
    let [count, failures, requests, repeats] = [0, 0, 0, 0];
    for (const [hash, { count: failed, moments }] of this.failures) {
      const of = this.requests[hash & (BUCKETS - 1)] ?? 0;
      if (moments < leastMoments(this.expectedMoments(of))) continue;
      count++;
      repeats += moments - 1;
      failures += failed;
      requests += of;
    }
    if (count === 0 || chanceOfCount(repeats, this.repeatsByLuck()) > LARGEST_P_VALUE) return null;
    return {
      count,
      failures,
      shareOfFailures: failures / this.failureCount,
      shareOfRequests: requests / this.requestCount,
      failureRatio: Math.min(1, failures / requests),
    };
  }
}

/** From how many occasions on a path or client looks bound to the failure. */
const leastMoments = (expected: number): number => Math.max(FEWEST_OCCASIONS, LEAST_LIFT * expected);

/** Repeats (occasions beyond the first) that luck gives one path or client, where it looks bound to the failure. */
function luckyRepeats(expected: number): number {
  const least = Math.ceil(leastMoments(expected));
  // Five times four: less than one in a million.
  if (expected > 4) return 0;
  let chance = Math.exp(-expected);
  let repeats = 0;
  for (let k = 1; k < least + 8; k++) {
    chance *= expected / k;
    if (k >= least) repeats += (k - 1) * chance;
  }
  return repeats;
}

/** Chance of at least so many independent events where so many are expected (Poisson). */
function chanceOfCount(count: number, expected: number): number {
  // Far from zero its spread is the square root of its mean, and four of them are as good as certain.
  if (expected > 500) return count > expected + 4 * Math.sqrt(expected) ? 0 : 1;
  let term = Math.exp(-expected);
  let below = 0;
  for (let k = 0; k < count; k++) {
    below += term;
    term *= expected / (k + 1);
  }
  return Math.max(0, 1 - below);
}
