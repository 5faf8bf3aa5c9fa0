import { describe, expect, test } from 'vitest';
import { drawOther, drawRace, drawRaceAndMore } from '../../lab/worlds/access-log/families.ts';
import { groupArn } from '../../lab/worlds/access-log/line.ts';
import type { GroupSpec, Scenario } from '../../lab/worlds/access-log/scenario.ts';
import { type Simulated, simulate } from '../../lab/worlds/access-log/simulate.ts';
import { filesOf, linesOf } from '../../lab/worlds/access-log/write.ts';
import { LogAnalysis } from '../../lambda/access-log/analysis.ts';
import { inReadingOrder } from '../../lambda/access-log/reading/file-name.ts';
import type { AccessLogSummary } from '../../lambda/model/access-log-summary.ts';

const utf8 = new TextEncoder();

interface Named {
  readonly name: string;
  readonly text: string;
}

function summaryOf(files: readonly Named[]): AccessLogSummary {
  const analysis = new LogAnalysis();
  for (const { name, text } of files) {
    analysis.startFile(name);
    analysis.feed(utf8.encode(text));
    analysis.endFile();
  }
  const summary = analysis.reading().loadBalancers[0];
  if (!summary) throw new Error('nothing was read');
  return summary;
}

const delivered = (simulated: Simulated): Named[] => inReadingOrder(filesOf(simulated), ({ name }) => name);

const groupOf = (summary: AccessLogSummary, group = 0) =>
  summary.targetGroups.find(({ targetGroupArn }) => targetGroupArn === groupArn(group));

/** Kinds and causes of what explains the failures, the largest share first. */
const result = ({ explanations }: AccessLogSummary) => explanations?.map(({ kind, cause }) => [kind, cause]);

const SERVERS: GroupSpec = {
  name: 'web',
  targets: 2,
  share: 1,
  keepAliveSeconds: [5],
  roundTripSeconds: 0.005,
  pool: 'lifo',
  serviceSeconds: 0.02,
};

const SHOP: Scenario = {
  seed: 1,
  durationSeconds: 40_000,
  nodes: 2,
  idleTimeoutSeconds: 60,
  traffic: [{ kind: 'poisson', rate: 0.7 }],
  groups: [SERVERS],
};

const play = (changes: Partial<Scenario>, servers: Partial<GroupSpec> = {}) =>
  simulate({ ...SHOP, ...changes, groups: [{ ...SERVERS, ...servers }] });

describe('the keep-alive is read out of the failures', () => {
  test.each([
    [0.4, 6, 4000],
    [1, 2.5, 8000],
    [2.5, 1.2, 20_000],
    [7.3, 0.4, 80_000],
    [61.7, 0.06, 400_000],
  ])('a keep-alive of %f s in traffic of %f a second', (keepAlive, rate, durationSeconds) => {
    const simulated = play(
      { durationSeconds, traffic: [{ kind: 'poisson', rate }], idleTimeoutSeconds: 300 },
      { keepAliveSeconds: [keepAlive], roundTripSeconds: 0.01 },
    );
    expect(simulated.raceFailures[0]).toBeGreaterThanOrEqual(3);
    const estimate = groupOf(summaryOf(delivered(simulated)))?.keepAlive;
    expect(estimate?.seconds).toBeGreaterThan(keepAlive * 0.99);
    expect(estimate?.seconds).toBeLessThan(keepAlive * 1.01);
    expect(estimate?.pValue).toBeLessThan(1e-4);
  });

  test('three failures of a quiet service are enough', () => {
    const simulated = play(
      { durationSeconds: 200_000, traffic: [{ kind: 'poisson', rate: 0.15 }], seed: 41 },
      { roundTripSeconds: 0.01 },
    );
    const exchanges: (typeof simulated.exchanges)[number][] = [];
    let races = 0;
    for (const exchange of simulated.exchanges) {
      if (races === 3) break;
      exchanges.push(exchange);
      if (exchange.cause !== null) races++;
    }
    expect(races).toBe(3);
    expect(groupOf(summaryOf(delivered({ ...simulated, exchanges })))?.keepAlive).toMatchObject({
      seconds: expect.closeTo(5, 1),
      failures: 3,
    });
  });

  test('two failures are not', () => {
    const simulated = play({});
    let races = 0;
    const exchanges = simulated.exchanges.filter(({ cause }) => cause === null || races++ < 2);
    const group = groupOf(summaryOf(delivered({ ...simulated, exchanges })));
    expect(group?.elb502).toBe(2);
    expect(group?.keepAlive).toBeNull();
  });

  test('also where the names of the files are lost, from one stream of all nodes', () => {
    const simulated = play({});
    const text = [...linesOf(simulated)].join('');
    expect(groupOf(summaryOf([{ name: '-', text }]))?.keepAlive?.seconds).toBeCloseTo(5, 1);
  });

  test('of each target where they differ', () => {
    const simulated = play({ durationSeconds: 80_000 }, { keepAliveSeconds: [3, null] });
    const targets = groupOf(summaryOf(delivered(simulated)))?.targets ?? [];
    const wrong = targets.find(({ elb502 }) => elb502 > 0);
    expect(wrong?.keepAlive?.seconds).toBeCloseTo(3, 1);
    expect(targets.filter(({ keepAlive }) => keepAlive !== null)).toHaveLength(1);
  });

  test('of the one group that is wrong, and of no other', () => {
    const groups = [SERVERS, { ...SERVERS, name: 'api', keepAliveSeconds: [null] }];
    const summary = summaryOf(
      delivered(
        simulate({ ...SHOP, durationSeconds: 60_000, traffic: [{ kind: 'poisson', rate: 1.4 }], groups }),
      ),
    );
    expect(groupOf(summary, 0)?.keepAlive?.seconds).toBeCloseTo(5, 1);
    expect(groupOf(summary, 1)?.keepAlive).toBeNull();
  });

  test('past a client that calls with a period of its own', () => {
    const periodic = { kind: 'periodic', periodSeconds: 2, jitterSeconds: 0.02 } as const;
    const simulated = play({ durationSeconds: 60_000, traffic: [{ kind: 'poisson', rate: 0.5 }, periodic] });
    expect(groupOf(summaryOf(delivered(simulated)))?.keepAlive?.seconds).toBeCloseTo(5, 1);
  });
});

describe('no keep-alive is read where there is no race', () => {
  test('a client with a period that meets a path that fails', () => {
    const periodic = { kind: 'periodic', periodSeconds: 5, jitterSeconds: 0.002 } as const;
    const simulated = play(
      { traffic: [periodic, { kind: 'poisson', rate: 0.2 }] },
      { keepAliveSeconds: [null], malformedPath: { share: 0.01 } },
    );
    const group = groupOf(summaryOf(delivered(simulated)));
    expect(group?.elb502).toBeGreaterThan(20);
    expect(group?.keepAlive).toBeNull();
  });

  test('a limit of requests where all targets reach it in turn, and retries shift the turns', () => {
    const visits = { kind: 'bursty', rate: 0.06, burst: 10, burstSeconds: 1.5 } as const;
    const periodic = { kind: 'periodic', periodSeconds: 5, jitterSeconds: 0.008 } as const;
    const simulated = play(
      {
        durationSeconds: 15_000,
        nodes: 1,
        traffic: [visits, periodic],
        retries: { share: 0.8, afterSeconds: 0.2 },
      },
      { keepAliveSeconds: [null], targets: 4, pool: 'random', requestsPerConnection: 50 },
    );
    const summary = summaryOf(delivered(simulated));
    expect(groupOf(summary)?.keepAlive).toBeNull();
    expect(result(summary)).toEqual([['connection-requests', 'requests-per-connection-limit']]);
    expect(summary.explanations?.[0]?.fact).toContain('request 51 of their connection');
  });

  test.each(Array.from({ length: 16 }, (_, at) => 90_000 + at))('a log of another cause, seed %i', (seed) => {
    const summary = summaryOf(delivered(simulate(drawOther(seed).scenario)));
    for (const { keepAlive } of summary.targetGroups) expect(keepAlive).toBeNull();
  });
});

test.each(Array.from({ length: 8 }, (_, at) => 91_000 + at))(
  'whatever is estimated of a drawn race is right, seed %i',
  (seed) => {
    const { scenario } = drawRace(seed);
    const keepAlive = scenario.groups[0]?.keepAliveSeconds[0] ?? 0;
    const summary = summaryOf(delivered(simulate(scenario)));
    const estimate = groupOf(summary)?.keepAlive ?? null;
    expect(Math.abs((estimate?.seconds ?? keepAlive) / keepAlive - 1)).toBeLessThan(0.01);
    expect(groupOf(summary, 1)?.keepAlive ?? null).toBeNull();
  },
);

test('a pile-up that luck made wide is read where most of its failures agree', () => {
  const { scenario } = drawRaceAndMore(65_102);
  const keepAlive = scenario.groups[0]?.keepAliveSeconds[0] ?? 0;
  const estimate = groupOf(summaryOf(delivered(simulate(scenario))))?.keepAlive;
  expect(Math.abs((estimate?.seconds ?? 0) / keepAlive - 1)).toBeLessThan(0.01);
  expect((estimate?.high ?? 0) - (estimate?.low ?? 0)).toBeLessThan(0.02);
});

describe('causes that are not the race are told by statements of their own', () => {
  const explanationsOf = (simulated: Simulated) => {
    const summary = summaryOf(delivered(simulated));
    expect(summary.targetGroups.map(({ keepAlive }) => keepAlive)).toEqual(
      summary.targetGroups.map(() => null),
    );
    expect(summary.unexplained?.share).toBeLessThan(0.05);
    return summary;
  };

  test('a server that allows a number of requests fails at that number', () => {
    const summary = explanationsOf(
      play({ durationSeconds: 20_000 }, { keepAliveSeconds: [null], requestsPerConnection: 50 }),
    );
    expect(result(summary)).toEqual([['connection-requests', 'requests-per-connection-limit']]);
    expect(summary.explanations?.[0]).toMatchObject({ failures: summary.elb502, share: 1 });
    expect(summary.explanations?.[0]?.fact).toContain('request 51 of their connection, on 2 targets');
  });

  test('failures at the first reuse of a connection may be its idle close as well as a limit of one request', () => {
    const of = (requestsPerConnection: number) => {
      const group = { keepAliveSeconds: [null], requestsPerConnection };
      return summaryOf(delivered(play({ durationSeconds: 20_000 }, group))).explanations?.[0];
    };
    expect(of(1)).toMatchObject({
      fact: expect.stringContaining('request 2 of their connection'),
      causes: [
        { cause: 'requests-per-connection-limit', probability: 0.5 },
        { cause: 'keepalive-mismatch', probability: 0.42 },
      ],
    });
    expect(of(2)).toMatchObject({
      fact: expect.stringContaining('request 3 of their connection'),
      causes: [{ probability: 0.96 }, {}],
    });
  });

  test('a worker timeout shows as one time of work, at whatever value', () => {
    for (const killedAfterSeconds of [3.7, 30, 47]) {
      const hangs = { share: 0.002, killedAfterSeconds, slackSeconds: 0.5 };
      const summary = explanationsOf(play({}, { keepAliveSeconds: [null], hangs }));
      expect(result(summary)).toEqual([['target-time', 'worker-timeout']]);
      const [, low, high] =
        /work \(([\d.]+) s to ([\d.]+) s\)/.exec(summary.explanations?.[0]?.fact ?? '') ?? [];
      expect(Number(low)).toBeGreaterThanOrEqual(killedAfterSeconds - 0.06);
      expect(Number(high)).toBeLessThanOrEqual(killedAfterSeconds + 0.56);
    }
  });

  test('a path whose response is malformed has the failures', () => {
    const summary = explanationsOf(play({}, { keepAliveSeconds: [null], malformedPath: { share: 0.005 } }));
    expect(result(summary)).toEqual([['path', 'malformed-response']]);
    expect(summary.explanations?.[0]).toMatchObject({
      share: 1,
      where: { path: 'GET /report/broken', target: null },
    });
    expect(summary.explanations?.[0]?.fact).toContain('100 % of them fail');
  });

  test('large cookies show as clients that fail', () => {
    const summary = explanationsOf(
      play({}, { keepAliveSeconds: [null], largeHeaderClients: { clients: 3, share: 0.8 } }),
    );
    expect(result(summary)).toEqual([['client', 'response-header-too-large']]);
    expect(summary.explanations?.[0]?.share).toBeGreaterThan(0.9);
    expect(summary.explanations?.[0]?.where.path).toBeNull();
  });

  test('a crash shows as a target that stopped', () => {
    const crashes = [{ atSeconds: 5000, target: 0, downSeconds: 30 }];
    const summary = explanationsOf(
      play(
        { traffic: [{ kind: 'poisson', rate: 5 }], durationSeconds: 10_000 },
        { keepAliveSeconds: [null], serviceSeconds: 0.5, crashes },
      ),
    );
    expect(result(summary)).toEqual([['target-stop', 'target-crash']]);
    expect(summary.explanations?.[0]?.share).toBeGreaterThan(0.9);
    const failing = groupOf(summary)?.targets.find(({ elb502 }) => elb502 > 0)?.target;
    expect(summary.explanations?.[0]?.where.target).toBe(failing);
  });
});

describe('two causes in one log', () => {
  test.each([
    ['a race and a path', { malformedPath: { share: 0.004 } }, 'path'],
    [
      'a race and a worker timeout',
      { hangs: { share: 0.004, killedAfterSeconds: 30, slackSeconds: 0.5 } },
      'target-time',
    ],
    ['a race and clients', { largeHeaderClients: { clients: 3, share: 0.5 } }, 'client'],
  ] as const)('are two explanations with the shares they have: %s', (_, servers, kind) => {
    const simulated = play({ durationSeconds: 40_000, seed: 11 }, { roundTripSeconds: 0.02, ...servers });
    const failed = simulated.exchanges.filter(({ cause }) => cause !== null);
    const races = failed.filter(({ cause }) => cause === 'keepalive-mismatch').length / failed.length;
    const summary = summaryOf(delivered(simulated));
    const shareOf = (of: string) => summary.explanations?.find((one) => one.kind === of)?.share ?? 0;
    expect(races).toBeGreaterThan(0.1);
    expect(races).toBeLessThan(0.9);
    expect(summary.explanations?.map((one) => one.kind).sort()).toEqual(['idle-time', kind].sort());
    expect(shareOf('idle-time')).toBeGreaterThan(races - 0.1);
    expect(shareOf('idle-time')).toBeLessThan(races + 0.1);
    expect(shareOf(kind)).toBeGreaterThan(0.9 - races);
    expect(shareOf(kind)).toBeLessThan(1.1 - races);
    expect(groupOf(summary)?.keepAlive?.seconds).toBeCloseTo(5, 1);
  });
});
