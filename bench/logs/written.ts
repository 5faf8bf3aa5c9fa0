import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { LOAD_BALANCER } from '../../lab/worlds/access-log/line.ts';
import { randomFrom } from '../../lab/worlds/access-log/random.ts';
import type { GroupSpec, Scenario } from '../../lab/worlds/access-log/scenario.ts';
import { simulate } from '../../lab/worlds/access-log/simulate.ts';
import { linesOf } from '../../lab/worlds/access-log/write.ts';

const DAY_SECONDS = 86_400;

const service = (seed: number, lines: number, groups: readonly Partial<GroupSpec>[]): Scenario => ({
  seed,
  durationSeconds: DAY_SECONDS,
  nodes: 3,
  idleTimeoutSeconds: 60,
  traffic: [{ kind: 'poisson', rate: lines / DAY_SECONDS, paths: 400 }],
  groups: groups.map((group, at) => ({
    name: `group-${at}`,
    targets: 4,
    share: 1,
    keepAliveSeconds: [null],
    roundTripSeconds: 0.01,
    pool: 'lifo',
    serviceSeconds: 0.04,
    ...group,
  })),
});

const written = (path: string, lines: Iterable<string>): Promise<void> =>
  pipeline(Readable.from(lines), createGzip(), createWriteStream(path));

/** A day of a shop with three groups, one of which has the idle race. Returns its lines. */
export async function writeShop(path: string, lines: number): Promise<number> {
  const simulated = simulate(
    service(
      20_260_301,
      lines,
      [0, 1, 2].map((group) => ({
        share: group === 0 ? 0.2 : 1,
        keepAliveSeconds: [group === 0 ? 5 : 75],
        roundTripSeconds: 0.002,
      })),
    ),
  );
  await written(path, linesOf(simulated));
  return simulated.exchanges.length;
}

const TROUBLES: readonly Partial<GroupSpec>[] = [
  { keepAliveSeconds: [5] },
  { malformedPath: { share: 0.005 } },
  { hangs: { share: 0.005, killedAfterSeconds: 30, slackSeconds: 1 } },
  { requestsPerConnection: 100 },
  { keepAliveSeconds: [3], malformedPath: { share: 0.003 } },
];

/** A day of a service with every trouble. */
export const failing = (lines: number): Scenario => service(20_261_128, lines, TROUBLES);

/** Many load balancers in one file, each with hundreds of failures. Returns its lines. */
export async function writeFleet(path: string, loadBalancers: number, linesOfEach: number): Promise<number> {
  let lines = 0;
  function* all(): Generator<string> {
    for (let at = 0; at < loadBalancers; at++) {
      const simulated = simulate(service(at + 1, linesOfEach, [TROUBLES[at % TROUBLES.length] ?? {}]));
      lines += simulated.exchanges.length;
      const name = LOAD_BALANCER.replace(/^app\/[^/]*/, `app/shop-${at}`);
      for (const chunk of linesOf(simulated))
        yield chunk.replaceAll(LOAD_BALANCER, name).replaceAll('targetgroup/', `targetgroup/s${at}-`);
    }
  }
  await written(path, all());
  return lines;
}

/** A storm: this share of the requests fails, each for itself. Returns its lines. */
export async function writeStorm(path: string, lines: number, failing: number): Promise<number> {
  const random = randomFrom(502);
  const simulated = simulate(service(7, lines, [{}]));
  const exchanges = simulated.exchanges.map((exchange) =>
    random.chance(failing)
      ? {
          ...exchange,
          elbStatus: 502,
          targetStatus: null,
          targetSeconds: exchange.targetSeconds * random.next(),
          responseSeconds: -1,
        }
      : exchange,
  );
  await written(path, linesOf({ ...simulated, exchanges }));
  return exchanges.length;
}
