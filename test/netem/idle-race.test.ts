import { expect, test } from 'vitest';
import { labClock } from '../../lab/clock.ts';
import { accessLogOf } from '../../lab/embedded/evidence.ts';
import type { CompletedRequest } from '../../lab/load-balancer/completed-request.ts';
import { LoadBalancer } from '../../lab/load-balancer/load-balancer.ts';
import { startNodeServer } from '../../lab/servers/server-process.ts';
import { startCrowd } from '../../lab/traffic/crowd.ts';
import { aiming, aims, pageOf, pausing } from '../../lab/traffic/habits.ts';
import { delayedLink } from './link.ts';

const ONE_WAY_MS = 20;
const ROUND_TRIP_MS = 2 * ONE_WAY_MS;
/** Real time: a faster clock would make the latency longer too. */
const SCALE = 1;
/** Half of what Node waits by default, its 5 s and the second it adds, for a test that is quick. */
const KEEP_ALIVE_SECONDS = 3;
/** Enough for an estimate that luck does not explain, with as many visitors that it does not take long. */
const FAILURES = 60;
const VISITORS = 40;
const SEED = 502;

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

/** Lab seconds from writing the failed request to seeing the connection's end: what was under way meanwhile. */
function crossingSeconds({ truth: { wire } }: CompletedRequest): number {
  const written = wire.findLast(({ what, where }) => what === 'request' && where === 'node');
  const ended = wire.findLast(({ what, where }) => (what === 'fin' || what === 'rst') && where === 'node');
  return written && ended ? (ended.at - written.at) / 1000 : Number.NaN;
}

/** Traffic of which half aims at the close, until enough requests have failed. */
async function failuresOver(loadBalancer: LoadBalancer): Promise<readonly CompletedRequest[]> {
  const { clock, fronts } = loadBalancer;
  const roundTrip = clock.labSeconds(ROUND_TRIP_MS);
  // What the end of the test cuts off is no part of it.
  const enough = new Promise<readonly CompletedRequest[]>((resolve) => {
    const completed: CompletedRequest[] = [];
    let failures = 0;
    loadBalancer.onCompleted((request) => {
      completed.push(request);
      if (request.elbStatus === 502) failures += 1;
      if (failures === FAILURES) resolve([...completed]);
    });
  });
  const crowd = startCrowd({
    fronts,
    clock,
    seed: SEED,
    habits: (visitor) => ({
      // Failures at one moment count once.
      page: pageOf(1),
      pauseSeconds: aims(visitor)
        ? aiming(KEEP_ALIVE_SECONDS - 2 * roundTrip, KEEP_ALIVE_SECONDS)
        : pausing(0.3 * KEEP_ALIVE_SECONDS, 1.4 * KEEP_ALIVE_SECONDS),
    }),
    onResult: () => {},
  });
  try {
    return await enough;
  } finally {
    await crowd.stop();
  }
}

/** Runs it all: the server behind the delayed link, the load balancer before it. Leaves nothing behind. */
async function run(): Promise<{
  readonly loadBalancer: LoadBalancer;
  readonly completed: readonly CompletedRequest[];
}> {
  const clock = labClock(SCALE);
  const loadBalancer = new LoadBalancer({
    name: 'netem',
    clock,
    nodeCount: VISITORS,
    oneWayMs: 0,
    seed: SEED,
  });
  const link = await delayedLink(ONE_WAY_MS);
  try {
    const settings = { host: link.address, idleCloseMs: clock.realMs(KEEP_ALIVE_SECONDS) };
    const server = await startNodeServer('node-http', settings, link.within);
    try {
      const group = loadBalancer.addTargetGroup({ name: 'web' });
      await loadBalancer.start();
      await group.register(link.address, server.port);
      return { loadBalancer, completed: await failuresOver(loadBalancer) };
    } finally {
      await loadBalancer.close();
      await server.stop('SIGKILL');
    }
  } finally {
    link.remove();
  }
}

test('the idle race over a network: within a round trip of the close, and the log tells the keep-alive', async () => {
  const { loadBalancer, completed } = await run();
  const { clock } = loadBalancer;
  const roundTrip = clock.labSeconds(ROUND_TRIP_MS);
  const failed = completed.filter(({ elbStatus }) => elbStatus === 502);
  const answered = completed.filter(({ elbStatus }) => elbStatus === 200);

  // The kernel holds packets back for so long at least, however busy the machine is.
  const roundTrips = answered.map(({ targetSeconds }) => targetSeconds ?? Number.NaN);
  expect(Math.min(...roundTrips)).toBeGreaterThanOrEqual(0.95 * roundTrip);

  expect(new Set(failed.map(({ truth }) => truth.fault))).toEqual(new Set(['closed-before-response']));
  const gaps = failed.map(({ truth }) => truth.idleGapSeconds ?? Number.NaN);
  expect(gaps.filter(Number.isNaN)).toEqual([]);
  // A request fails that was written before the node could see the close, so less than a round trip before it.
  expect(median(failed.map(crossingSeconds))).toBeLessThan(median(roundTrips));
  expect(median(gaps)).toBeGreaterThan(KEEP_ALIVE_SECONDS - 2 * roundTrip);
  expect(
    median(gaps.map((gap, index) => gap + crossingSeconds(failed[index] ?? expect.fail()))),
  ).toBeGreaterThan(0.99 * KEEP_ALIVE_SECONDS);

  const end = Math.max(...completed.map(({ finishedAt }) => finishedAt));
  const span = { start: new Date(end - 3_600_000).toISOString(), end: new Date(end).toISOString() };
  const keepAlive = accessLogOf(loadBalancer, span)?.targetGroups[0]?.keepAlive;
  expect(keepAlive?.seconds).toBeGreaterThan(0.95 * KEEP_ALIVE_SECONDS);
  expect(keepAlive?.seconds).toBeLessThan(1.05 * KEEP_ALIVE_SECONDS);
});
