import type { Exchange, Scenario } from './scenario.ts';

/** Milliseconds are what the log has; a gap is the difference of two such times. */
const CLOCK_SECONDS = 0.002;

function countBetween(sorted: readonly number[], low: number, high: number): number {
  const firstAbove = (value: number): number => {
    let [from, to] = [0, sorted.length];
    while (from < to) {
      const middle = (from + to) >> 1;
      if ((sorted[middle] ?? 0) < value) from = middle + 1;
      else to = middle;
    }
    return from;
  };
  return firstAbove(high) - firstAbove(low);
}

const placeOf = ({ group, target, node }: Exchange): string => `${group} ${target} ${node}`;

/**
 * How many nats the gaps of the races speak for the true keep-alive, against that an answer ended so long before by
 * chance: who looked only there could not learn more from them.
 */
export function raceGain({ groups }: Scenario, exchanges: readonly Exchange[]): number {
  const ends = new Map<string, number[]>();
  for (const exchange of exchanges) {
    if (exchange.cause !== null) continue;
    const own = ends.get(placeOf(exchange));
    if (own) own.push(exchange.end);
    else ends.set(placeOf(exchange), [exchange.end]);
  }
  for (const own of ends.values()) own.sort((a, b) => a - b);
  let gain = 0;
  for (const failure of exchanges) {
    if (failure.cause !== 'keepalive-mismatch') continue;
    const spec = groups[failure.group];
    const own = ends.get(placeOf(failure)) ?? [];
    const keepAlives = (spec?.keepAliveSeconds ?? []).filter((seconds) => seconds !== null);
    const sent = failure.end - failure.targetSeconds;
    const width =
      (spec?.roundTripSeconds ?? 0) + (spec?.sweepSeconds ?? spec?.granularitySeconds ?? 0) + CLOCK_SECONDS;
    const gains = keepAlives.map((seconds) => {
      const from = sent - seconds - (spec?.sweepSeconds ?? spec?.granularitySeconds ?? 0) - CLOCK_SECONDS / 2;
      if (countBetween(own, from, from + width + CLOCK_SECONDS) === 0) return 0;
      const span = 4 * seconds;
      const density = countBetween(own, sent - span, sent) / span;
      return Math.max(0, -Math.log(1 - Math.exp(-density * width)));
    });
    gain += Math.max(0, ...gains);
  }
  return gain;
}

/** Failures at a limit of requests, of which so many must lie one limit after another to show it. */
const LEAST_COUNTED = 0.4;

/**
 * Whether the limit of requests shows in the counts: where a pool is more than one connection, its requests do not
 * tell which of them met the limit.
 */
export function limitShows({ groups }: Scenario, exchanges: readonly Exchange[]): boolean {
  const since = new Map<string, number>();
  let [counted, all] = [0, 0];
  for (const exchange of [...exchanges].sort((a, b) => a.end - b.end)) {
    const place = placeOf(exchange);
    const count = since.get(place) ?? 0;
    const isAtLimit = exchange.kind === 'connection-requests';
    if (isAtLimit) {
      all++;
      if (count === groups[exchange.group]?.requestsPerConnection) counted++;
    }
    since.set(place, isAtLimit ? 0 : count + 1);
  }
  return counted >= LEAST_COUNTED * all;
}
