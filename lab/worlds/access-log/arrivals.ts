import type { Arrival } from './arrival.ts';
import { startsOf } from './choreography.ts';
import { clientAddress } from './client-address.ts';
import type { Random } from './random.ts';
import type { Scenario } from './scenario.ts';
import type { Bursty, Traffic } from './traffic.ts';
import { visits } from './users.ts';

function* poisson(random: Random, duration: number, rate: number, paths: number): Generator<Arrival> {
  for (let at = random.exponential(1 / rate); at < duration; at += random.exponential(1 / rate))
    yield {
      at,
      client: clientAddress(random.whole(400)),
      path: `/p${random.whole(paths).toString(26)}/${random.whole(9999)}`,
      retry: false,
    };
}

function* bursts(
  random: Random,
  duration: number,
  { rate, burst, burstSeconds, paths }: Bursty,
): Generator<Arrival> {
  const pause = burst / rate;
  for (let begin = random.exponential(pause); begin < duration; begin += random.exponential(pause)) {
    const client = clientAddress(random.whole(400));
    const count = 1 + Math.floor(random.exponential(burst - 0.5));
    for (let request = 0; request < count; request++)
      yield {
        at: begin + random.between(0, burstSeconds),
        client,
        path: `/p${random.whole(paths ?? 20).toString(26)}/${random.whole(9999)}`,
        retry: false,
      };
  }
}

function* ofTraffic(random: Random, duration: number, traffic: Traffic): Generator<Arrival> {
  switch (traffic.kind) {
    case 'poisson':
      yield* poisson(random, duration, traffic.rate, traffic.paths ?? 20);
      return;
    case 'bursty':
      yield* bursts(random, duration, traffic);
      return;
    case 'periodic':
      for (let tick = random.next(); tick * traffic.periodSeconds < duration; tick++) {
        const at = tick * traffic.periodSeconds + random.normal(0, traffic.jitterSeconds);
        if (at > 0) yield { at, client: '203.0.113.9', path: '/poll', retry: false };
      }
      return;
    case 'paired':
      for (const first of poisson(random, duration, traffic.rate, 20)) {
        yield first;
        const pause = traffic.pauseSeconds + random.normal(0, traffic.jitterSeconds);
        yield { ...first, at: first.at + Math.max(0.01, pause), path: '/second' };
      }
      return;
    case 'users':
      yield* visits(random, duration, traffic);
      return;
    case 'choreography':
      yield* startsOf(random, duration, traffic);
  }
}

/** All requests of a scenario that do not follow from answers, in order of time. */
export function arrivalsOf(scenario: Scenario, random: Random): Arrival[] {
  const all = scenario.traffic.flatMap((traffic) => {
    const own = [...ofTraffic(random, scenario.durationSeconds, traffic)];
    const { group } = traffic;
    return group === undefined ? own : own.map((arrival) => ({ ...arrival, group }));
  });
  return all.sort((a, b) => a.at - b.at);
}
