import type { Concentration } from '../model/access-log-summary.ts';

const BUCKETS = 8192;
/** Fewer failures on one path may be chance where paths are many. */
const FEWEST_FAILURES = 3;
const FEWEST_OCCASIONS = 2;
/** A path is bound to the failure where it fails this many times as often as the whole. */
const LEAST_LIFT = 5;

/** One client's burst of requests, or its retries, are one occasion: failures in it prove no tie to the client. */
const ONE_OCCASION_SECONDS = 60;

interface Failures {
  count: number;
  /** Occasions, minutes apart. */
  moments: number;
  lastSeconds: number;
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
  fail(hash: number, seconds: number): void {
    this.failureCount++;
    const known = this.failures.get(hash);
    const isNew = known === undefined || Math.abs(seconds - known.lastSeconds) > ONE_OCCASION_SECONDS;
    if (isNew) this.momentCount++;
    if (known === undefined) {
      this.failures.set(hash, { count: 1, moments: 1, lastSeconds: seconds });
      return;
    }
    known.count++;
    if (isNew) known.moments++;
    known.lastSeconds = seconds;
  }

  /** Share of this path's or client's requests that failed, and how many did. */
  failureRatioOf(hash: number): { readonly ratio: number; readonly failures: number } {
    const failures = this.failures.get(hash)?.count ?? 0;
    return { failures, ratio: failures / Math.max(1, this.requests[hash & (BUCKETS - 1)] ?? 0) };
  }

  /** The few that have most failures, or null where failures are spread as the requests are. */
  concentration(): Concentration | null {
    let [count, failures, requests] = [0, 0, 0];
    for (const [hash, { count: failed, moments }] of this.failures) {
      const of = this.requests[hash & (BUCKETS - 1)] ?? 0;
      const expected = (this.momentCount * of) / Math.max(1, this.requestCount);
      if (failed < FEWEST_FAILURES || moments < FEWEST_OCCASIONS || moments < LEAST_LIFT * expected) continue;
      count++;
      failures += failed;
      requests += of;
    }
    if (count === 0) return null;
    return {
      count,
      failures,
      shareOfFailures: failures / this.failureCount,
      shareOfRequests: requests / this.requestCount,
      failureRatio: failures / requests,
    };
  }
}
