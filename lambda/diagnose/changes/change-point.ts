/** One period of a count that may have changed its rate. */
export interface CountedPeriod {
  /** Its start, in epoch milliseconds. */
  readonly atMs: number;
  readonly failures: number;
  /** How much could have failed: the requests of the period, or 1 where time alone counts. */
  readonly exposure: number;
}

/** Failures in a stretch of minutes. */
export interface Stretch {
  readonly failures: number;
  readonly minutes: number;
}

/** Whether a rate rose at a given time, and how surely. */
export interface RateRise {
  readonly before: Stretch;
  /** From the minute on in which the change lies. */
  readonly after: Stretch;
  /** Chance of at least so many of the failures after the change if the rate never changed. */
  readonly chanceIfSteady: number;
  /** Chance that a change at any other time would lie as close to the rise, if the two have nothing to do with each other. */
  readonly chanceIfUnrelated: number;
  /** The minutes in which the rise itself began with 95 % probability, if there was one. */
  readonly began: { readonly earliestMs: number; readonly latestMs: number };
}

const MINUTE_MS = 60_000;
/** More failures say no more, and the sums stay short. */
const MOST_COUNTED = 1000;
/** Failures of one burst are not independent of each other; bursts show at one of these lengths, in periods. */
const BLOCK_LENGTHS = [1, 5, 15] as const;
const CREDIBLE = 0.95;

/** `P(X >= k)` of a binomial distribution, added up from the largest terms on. */
export function binomialTail(k: number, n: number, share: number): number {
  if (k <= 0) return 1;
  if (k > n || share <= 0) return 0;
  if (share >= 1) return 1;
  let logTerm = n * Math.log(1 - share);
  const odds = Math.log(share) - Math.log(1 - share);
  let total = 0;
  for (let i = 0; i <= n; i++) {
    if (i >= k) total += Math.exp(logTerm);
    logTerm += Math.log(n - i) - Math.log(i + 1) + odds;
  }
  return Math.min(1, total);
}

interface Sums {
  readonly failures: readonly number[];
  readonly exposure: readonly number[];
}

/** Sums from the first period to before the one of the index. */
function sumsOf(periods: readonly CountedPeriod[]): Sums {
  const failures = [0];
  const exposure = [0];
  for (const period of periods) {
    failures.push((failures.at(-1) ?? 0) + period.failures);
    exposure.push((exposure.at(-1) ?? 0) + period.exposure);
  }
  return { failures, exposure };
}

/** Pearson's statistic of blocks of periods against an even rate, and its degrees of freedom. */
function scatterOf(segment: readonly CountedPeriod[], blockLength: number) {
  const total = segment.reduce((sum, { failures }) => sum + failures, 0);
  const exposure = segment.reduce((sum, minute) => sum + minute.exposure, 0);
  if (total === 0 || exposure === 0) return { statistic: 0, freedom: 0 };
  let statistic = 0;
  let blocks = 0;
  for (let start = 0; start < segment.length; start += blockLength) {
    const block = segment.slice(start, start + blockLength);
    const expected = (total * block.reduce((sum, minute) => sum + minute.exposure, 0)) / exposure;
    if (expected === 0) continue;
    const seen = block.reduce((sum, { failures }) => sum + failures, 0);
    statistic += (seen - expected) ** 2 / expected;
    blocks += 1;
  }
  return { statistic, freedom: Math.max(0, blocks - 1) };
}

/** How many failures count as one: 1 where they come one by one, more where they come in bursts. */
function dispersionOf(before: readonly CountedPeriod[], after: readonly CountedPeriod[]): number {
  const ratios = BLOCK_LENGTHS.map((length) => {
    const [left, right] = [scatterOf(before, length), scatterOf(after, length)];
    const freedom = left.freedom + right.freedom;
    return freedom === 0 ? 1 : (left.statistic + right.statistic) / freedom;
  });
  return Math.max(1, ...ratios);
}

/** Twice the gain in log-likelihood of two Poisson rates over one; 0 where the rate falls. */
function gainAt({ failures, exposure }: Sums, index: number): number {
  const [all, time] = [failures.at(-1) ?? 0, exposure.at(-1) ?? 0];
  const [first, firstTime] = [failures[index] ?? 0, exposure[index] ?? 0];
  const [second, secondTime] = [all - first, time - firstTime];
  if (firstTime <= 0 || secondTime <= 0 || second / secondTime <= first / firstTime) return 0;
  const part = (count: number, span: number): number =>
    count === 0 ? 0 : count * Math.log(count / span / (all / time));
  return 2 * (part(first, firstTime) + part(second, secondTime));
}

/**
 * Tests whether a count rose at a time that is known from elsewhere, such as that of a change of configuration.
 *
 * The exact binomial test of two Poisson rates (Przyborowski and Wilenski 1940), with the failures divided by how
 * much they come in bursts; and, because an unrelated fault may begin at any time too, the share of all minutes that
 * would fit the rise as well as the time in question does.
 *
 * @param periods - oldest first, without holes
 * @param periodMs - how long each of them is
 * @returns null where nothing failed, or where the time does not lie between the minutes
 */
export function rateRiseAt(
  periods: readonly CountedPeriod[],
  changeMs: number,
  periodMs = MINUTE_MS,
): RateRise | null {
  const index = periods.findIndex(({ atMs }) => atMs + periodMs > changeMs);
  const sums = sumsOf(periods);
  const total = sums.failures.at(-1) ?? 0;
  if (index <= 0 || total === 0) return null;
  const [first, firstTime] = [sums.failures[index] ?? 0, sums.exposure[index] ?? 0];
  const allTime = sums.exposure.at(-1) ?? 0;
  if (firstTime <= 0 || firstTime >= allTime) return null;
  const dispersion = Math.max(
    dispersionOf(periods.slice(0, index), periods.slice(index)),
    total / MOST_COUNTED,
  );
  const counted = Math.max(1, Math.floor(total / dispersion));
  const countedAfter = Math.floor((counted * (total - first)) / total);
  const gains = periods.map((_, at) => (at === 0 ? 0 : gainAt(sums, at) / dispersion));
  return {
    before: { failures: first, minutes: (index * periodMs) / MINUTE_MS },
    after: { failures: total - first, minutes: ((periods.length - index) * periodMs) / MINUTE_MS },
    chanceIfSteady: binomialTail(countedAfter, counted, 1 - firstTime / allTime),
    chanceIfUnrelated: gains.filter((gain) => gain >= (gains[index] ?? 0) - 1e-9).length / gains.length,
    began: beganOf(periods, gains),
  };
}

/** The likeliest minutes of the rise, every minute being as likely before anything was seen. */
function beganOf(periods: readonly CountedPeriod[], gains: readonly number[]): RateRise['began'] {
  const highest = gains.reduce((left, right) => Math.max(left, right), 0);
  const masses = gains.map((gain, index) => ({ index, mass: Math.exp((gain - highest) / 2) }));
  const whole = masses.reduce((sum, { mass }) => sum + mass, 0);
  masses.sort((left, right) => right.mass - left.mass);
  let held = 0;
  let [earliest, latest] = [periods.length - 1, 0];
  for (const { index, mass } of masses) {
    earliest = Math.min(earliest, index);
    latest = Math.max(latest, index);
    held += mass;
    if (held >= CREDIBLE * whole) break;
  }
  return { earliestMs: periods[earliest]?.atMs ?? 0, latestMs: periods[latest]?.atMs ?? 0 };
}
