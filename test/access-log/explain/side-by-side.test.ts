import { describe, expect, test } from 'vitest';
import { type Random, randomFrom } from '../../../lab/worlds/access-log/random.ts';
import { bestFit } from '../../../lambda/access-log/explain/formula.ts';
import { schedules } from '../../../lambda/access-log/explain/schedule.ts';
import type { Explanation } from '../../../lambda/model/explanation.ts';
import { throughPools, traffic } from '../made-logs.ts';
import { type Logged, summaryOfRequests, viewOf } from '../requests.ts';

/** Two things that fail requests in one log, and one that only looks like two. */

const explained = (requests: readonly Logged[]): readonly Explanation[] =>
  summaryOfRequests([...requests].sort((one, other) => one.sent - other.sent)).explanations ?? [];

const shareOf = (explanations: readonly Explanation[], kind: Explanation['kind']): number =>
  explanations.filter((one) => one.kind === kind).reduce((sum, { share }) => sum + share, 0);

describe('a way from one node to its targets that is broken for two minutes', () => {
  const requests = (seed: number): Logged[] =>
    traffic({ seed, seconds: 3000, rate: 4, nodes: 3, targets: 2 }, (one, random) => {
      if (one.node === 1 && one.sent > 900 && one.sent < 1020) return { ...one, failed: 'refused' };
      return random.chance(0.004) ? { ...one, took: random.between(0.001, 0.3), failed: 'cut' } : one;
    });

  test.each([1, 2, 3, 4])(
    'is told of the node, not of the moment, though others fail by lot (%i)',
    (seed) => {
      const made = requests(seed);
      const broken = made.filter(({ failed }) => failed === 'refused').length;
      const failed = made.filter(({ failed: how }) => how !== undefined).length;
      const [first, ...more] = explained(made);
      expect(first?.kind).toBe('node');
      expect(first?.cause).toBe('network-path');
      expect(first?.share).toBeCloseTo(broken / failed, 1);
      expect(more.map(({ kind }) => kind)).toEqual([]);
    },
  );
});

describe('a way from one node to its targets that is broken several times', () => {
  const isBroken = (sent: number) => [900, 3000, 4800].some((from) => sent > from && sent < from + 120);
  const made = (share: number, failed: 'refused' | 'cut') =>
    traffic({ seed: 6, seconds: 9000, rate: 4, nodes: 3, targets: 4 }, (one, random) =>
      one.node === 1 && isBroken(one.sent) && random.chance(share) ? { ...one, took: 0.01, failed } : one,
    );

  test.each([
    [1, 'refused', 'network-path'],
    [0.6, 'cut', null],
  ] as const)('is one explanation, which says how often and when (%s, %s)', (share, failed, cause) => {
    const [first, ...more] = explained(made(share, failed));
    expect(more).toEqual([]);
    expect(first?.kind).toBe('node');
    expect(first?.cause).toBe(cause);
    expect(first?.share).toBeGreaterThan(0.98);
    expect(first?.fact).toMatch(
      /that answered other nodes, in 3 stretches of up to 119 s, at 06:15:0., 06:50:0. and 07:20:0. UTC; through it/,
    );
    expect(first?.fact).toMatch(
      new RegExp(
        `through it ${share === 1 ? 100 : '(59|6\\d)'} % of the requests to them failed meanwhile; node 192.0.2.2, targets `,
      ),
    );
    expect(first?.fact).toMatch(/targets 10.20.0.1:9000, 10.20.0.2:9000, 10.20.0.3:9000 and 1 more$/);
  });
});

describe('a target that refuses every node for two minutes', () => {
  test.each([1, 2, 3])('is not told of a node (%i)', (seed) => {
    const kinds = explained(
      traffic({ seed, seconds: 3000, rate: 4, nodes: 3, targets: 3 }, (one) =>
        one.target === 1 && one.sent > 900 && one.sent < 1020 ? { ...one, failed: 'refused' } : one,
      ),
    ).map(({ kind }) => kind);
    expect(kinds).toEqual(['target-stop']);
  });
});

describe('a limit of requests beside large bodies that are refused', () => {
  test.each([1, 2, 3])('leaves the bodies their own share (%i)', (seed) => {
    const plain = traffic({ seed, seconds: 1500, rate: 5, targets: 2, clients: 80 }, (one, random) => ({
      ...one,
      method: 'POST',
      received: random.chance(0.04) ? 60_000 + random.whole(9000) : 400 + random.whole(3000),
    }));
    const limited = throughPools(plain, { mostRequests: 40 });
    const made = limited.map(
      (one): Logged =>
        one.failed === undefined && (one.received ?? 0) > 50_000 ? { ...one, failed: 'cut' } : one,
    );
    const bodies = made.filter(({ failed, received }) => failed && (received ?? 0) > 50_000).length;
    const failed = made.filter(({ failed: how }) => how !== undefined).length;
    expect(shareOf(explained(made), 'request-body')).toBeCloseTo(bodies / failed, 1);
  });
});

describe('a limit of requests beside a keep-alive', () => {
  test.each([1, 2, 3])('is counted anew where an idle connection was closed (%i)', (seed) => {
    const plain = traffic({ seed, seconds: 9000, rate: 1.6, targets: 2, clients: 80 });
    const made = throughPools(plain, { mostRequests: 12, keepAlive: () => 2, roundTrip: 0.06 });
    const explanations = explained(made);
    expect(shareOf(explanations, 'connection-requests')).toBeGreaterThan(0.3);
    expect(shareOf(explanations, 'idle-time')).toBeGreaterThan(0.05);
    const whole = explanations.reduce((sum, { share }) => sum + share, 0);
    expect(whole).toBeGreaterThan(0.75);
  });
});

describe('a keep-alive beside very many failures by lot', () => {
  test('has the share of those that were looked at, not of all', () => {
    const plain = traffic({ seed: 5, seconds: 20_000, rate: 1, targets: 2, clients: 80 });
    const raced = throughPools(plain, { keepAlive: () => 2.5, roundTrip: 0.1 });
    const random = { at: 1 };
    const made = raced.map((one, at): Logged => {
      random.at = (Math.imul(random.at, 1_664_525) + 1_013_904_223 + at) >>> 0;
      return one.failed === undefined && random.at / 2 ** 32 < 0.04 ? { ...one, failed: 'cut' } : one;
    });
    const failed = made.filter(({ failed: how }) => how !== undefined).length;
    const races = raced.filter(({ failed: how }) => how !== undefined).length;
    expect(failed).toBeGreaterThan(500);
    const explanations = explained(made);
    const idle = explanations.filter(({ kind }) => kind === 'idle-time');
    expect(idle).toHaveLength(1);
    expect(Math.abs(shareOf(explanations, 'idle-time') - races / failed)).toBeLessThan(0.12);
  });
});

describe('a busy path that fails somewhat more often than others', () => {
  test.each([1, 2])('is told with its share of failures, and without a cause (%i)', (seed) => {
    const made = traffic(
      { seed, seconds: 4000, rate: 6, targets: 4, clients: 300, paths: 5 },
      (one, random) => (random.chance(one.path === '/shelf/a' ? 0.3 : 0.2) ? { ...one, failed: 'cut' } : one),
    );
    const path = explained(made).find(({ kind }) => kind === 'path');
    expect(path?.fact).toContain('GET /shelf/a');
    expect(path?.fact).toMatch(/\b([5-9]|1[0-5]) % of them fail/);
    expect(path?.cause).toBeNull();
  });
});

describe.each([0.45, 0.75])(
  'paths that fail as often as all others but one, which is %d of the requests',
  (never) => {
    test.each([1, 2, 3])('have no cause of their own (%i)', (seed) => {
      const made = traffic({ seed, seconds: 6000, rate: 6, targets: 3, clients: 300 }, (one, random) => {
        const isNeverCut = random.chance(never);
        const path = isNeverCut
          ? '/options'
          : `/shelf/${'abcdefg'.charAt(Math.floor(7 * random.next() ** 2))}`;
        return { ...one, path, ...(!isNeverCut && random.chance(0.03) ? { failed: 'cut', took: 0.02 } : {}) };
      });
      const paths = explained(made).filter(({ kind }) => kind === 'path');
      expect(paths.map(({ cause }) => cause)).not.toContain('malformed-response');
    });
  },
);

test('a path with most of the requests that always fails has a cause, though it has hardly more of the failures', () => {
  const made = traffic({ seed: 3, seconds: 2000, rate: 2, targets: 2, clients: 50 }, (one, random) => ({
    ...one,
    ...(random.chance(0.6) ? { path: '/most', failed: 'cut', took: 0.02 } : {}),
  }));
  const [first] = explained(made);
  expect(first).toMatchObject({ kind: 'path', cause: 'malformed-response', where: { path: 'GET /most' } });
});

describe('a job that asks for one path again and again at each of its runs', () => {
  const RUNS = 18;
  /** @param others - chance that what else is asked for during a run fails as well */
  const made = (seed: number, others: number): Logged[] => {
    const random = randomFrom(seed);
    const runs = Array.from({ length: RUNS }, (_, run) => 300 + run * 900 + 200 * random.next());
    const isDuringRun = (sent: number) => runs.some((begun) => sent >= begun && sent < begun + 6);
    return [
      ...traffic({ seed, seconds: 16_800, rate: 3, targets: 3, clients: 200, paths: 5 }, (one) =>
        isDuringRun(one.sent) && random.chance(others) ? { ...one, failed: 'cut', took: 0.02 } : one,
      ),
      ...runs.flatMap((begun, run) =>
        Array.from(
          { length: 20 },
          (_, call): Logged => ({
            sent: begun + call * 0.3,
            path: '/job',
            client: 900,
            target: 1 + ((run + call) % 3),
            took: 0.02,
            ...(random.chance(0.3) ? { failed: 'cut' } : {}),
          }),
        ),
      ),
    ];
  };

  test.each([1, 2])('is told as this path, for what else is asked for then is answered (%i)', (seed) => {
    const [first, ...further] = explained(made(seed, 0));
    expect(first).toMatchObject({ kind: 'path', share: 1, where: { path: 'GET /job' } });
    expect(further).toEqual([]);
  });

  test.each([1, 2])('is not told as this path where the rest fails then as well (%i)', (seed) => {
    const explanations = explained(made(seed, 0.3));
    const ofJob = explanations.filter(({ where }) => where.path === 'GET /job');
    expect(ofJob.reduce((sum, { share }) => sum + share, 0)).toBeLessThan(0.5);
  });
});

describe('what an explanation says of causes', () => {
  const world = { seed: 1, seconds: 3000, rate: 4, targets: 3, nodes: 3 };
  const cut = (one: Logged): Logged => ({ ...one, failed: 'cut' });
  const refused = (one: Logged): Logged => ({ ...one, failed: 'refused' });
  const onPath =
    (share: number, fail: (one: Logged, random: Random) => Logged) => (one: Logged, random: Random) =>
      one.path?.endsWith('/a') && random.chance(share) ? fail(one, random) : one;
  const onTarget = (share: number, fail: (one: Logged) => Logged) => (one: Logged, random: Random) =>
    one.target === 1 && random.chance(share) ? fail(one) : one;

  test.each<
    readonly [
      name: string,
      kind: Explanation['kind'],
      paths: number,
      change: (one: Logged, random: Random) => Logged,
      odds: Readonly<Record<string, number>>,
    ]
  >([
    [
      'a path whose requests break off',
      ...(['path', 12, onPath(0.3, cut)] as const),
      {
        'malformed-response': 0.79,
        'response-header-too-large': 0.15,
        'target-crash': 0.02,
        'worker-timeout': 0.01,
      },
    ],
    [
      'a path whose requests find nobody',
      ...(['path', 12, onPath(0.3, refused)] as const),
      { 'connection-refused': 0.3, 'network-path': 0.15 },
    ],
    [
      'a busy path that rarely fails',
      ...(['path', 2, onPath(0.01, cut)] as const),
      { 'malformed-response': 0.55, 'keepalive-mismatch': 0.15, 'response-header-too-large': 0.08 },
    ],
    [
      'a path that breaks off after long work of many lengths',
      ...(['path', 12, onPath(0.3, (one, random) => cut({ ...one, took: random.between(25, 32) }))] as const),
      { 'worker-timeout': 0.42, 'malformed-response': 0.38, 'response-header-too-large': 0.1 },
    ],
    [
      'a path that breaks off after one time of work, and answers much sooner',
      ...([
        'target-time',
        12,
        onPath(0.3, (one, random) => cut({ ...one, took: random.between(29.9, 30.1) })),
      ] as const),
      { 'worker-timeout': 0.95, 'malformed-response': 0.03, 'target-crash': 0.02 },
    ],
    [
      'a path that breaks off after one time of work each time',
      ...([
        'target-time',
        12,
        onPath(1, (one, random) => cut({ ...one, took: random.between(29.9, 30.1) })),
      ] as const),
      { 'worker-timeout': 0.5, 'malformed-response': 0.35, 'response-header-too-large': 0.08 },
    ],
    [
      'a target that never answers',
      ...(['target', 12, onTarget(1, cut)] as const),
      {
        ...{ 'protocol-mismatch': 0.55, 'tls-failure': 0.15, 'malformed-response': 0.12 },
        'response-header-too-large': 0.02,
      },
    ],
    [
      'a target that takes no connection',
      ...(['target', 12, onTarget(1, refused)] as const),
      { 'connection-refused': 0.78, 'network-path': 0.09, 'tls-failure': 0.06, 'target-crash': 0.04 },
    ],
    [
      'a target that takes some connections',
      ...(['target', 12, onTarget(0.1, refused)] as const),
      { 'connection-refused': 0.62, 'network-path': 0.12, 'tls-failure': 0.08, 'target-crash': 0.06 },
    ],
    [
      'a target that breaks off some',
      ...(['target', 12, onTarget(0.1, (one) => cut({ ...one, took: 0.4 }))] as const),
      { 'malformed-response': 0.18, 'target-crash': 0.15, 'requests-per-connection-limit': 0.01 },
    ],
    [
      'a target that breaks off some at once',
      ...(['target', 12, onTarget(0.1, (one) => cut({ ...one, took: 0.001 }))] as const),
      {
        ...{ 'malformed-response': 0.18, 'target-crash': 0.15, 'requests-per-connection-limit': 0.12 },
        'keepalive-mismatch': 0.1,
      },
    ],
  ])('%s', (_, kind, paths, change, odds) => {
    const [first] = explained(traffic({ ...world, paths }, change));
    expect(first?.kind).toBe(kind);
    expect(
      Object.fromEntries(first?.causes.map(({ cause, probability }) => [cause, probability]) ?? []),
    ).toEqual(odds);
  });
});

describe('a path to which large bodies are sent', () => {
  /** Of the bodies sent there this share is large, and of these this share fails. */
  const madeOf = (seed: number, large: number, failing: number) =>
    traffic({ seed, seconds: 1500, rate: 5, clients: 80 }, (one, random): Logged => {
      if (!random.chance(0.04)) return one;
      const isLarge = random.chance(large);
      const received = isLarge ? 50_000 + random.whole(90_000) : 3000;
      const sent = { ...one, method: 'POST', path: '/photo', received };
      return isLarge && random.chance(failing) ? { ...sent, took: 0.001, failed: 'cut' } : sent;
    });

  test.each([1, 2, 3])('fails by itself where most of these bodies are answered (%i)', (seed) => {
    expect(explained(madeOf(seed, 0.9, 0.2))[0]?.kind).toBe('path');
  });

  test.each([1, 2, 3])('fails for the bodies where few as large are answered (%i)', (seed) => {
    expect(explained(madeOf(seed, 0.4, 0.8))[0]?.kind).toBe('request-body');
  });
});

describe('busy paths that fail now and then, where nothing else does', () => {
  test.each([1, 2, 3, 4])('are told once each, whichever way they are told apart (%i)', (seed) => {
    const made = traffic({ seed, seconds: 4000, rate: 4, nodes: 2, targets: 2 }, (one, random) => {
      const place = random.whole(100);
      const path = place < 47 ? (place < 24 ? '/' : '/events') : place < 73 ? '/sessions' : `/${place}x`;
      const isBroken = place < 73 && random.chance(place < 47 ? 0.04 : 0.03);
      return { ...one, path, ...(isBroken ? { failed: 'cut', took: 0.01 + random.between(0, 0.04) } : {}) };
    });
    const explanations = explained(made);
    const paths = explanations.filter(({ kind }) => kind === 'path').map(({ fact }) => fact.split(',')[0]);
    expect(new Set(paths).size).toBe(paths.length);
    expect(shareOf(explanations, 'path')).toBeGreaterThan(0.9);
  });
});

test.each([1, 2])(
  'connections that end at an age are told once, whichever way the age is counted (%i)',
  (seed) => {
    const plain = traffic({ seed, seconds: 12_000, rate: 2, targets: 2, nodes: 2, clients: 60 });
    const explanations = explained(throughPools(plain, { oldestSeconds: 20, roundTrip: 0.02 }));
    expect(explanations.map(({ kind }) => kind)).toEqual(['connection-age']);
    expect(shareOf(explanations, 'connection-age')).toBeGreaterThan(0.97);
  },
);

describe('a job that fails at its runs', () => {
  const LASTS = 14_400;
  /** Calls to one path on one connection at a time, and failures among them of a client that comes but once. */
  const among = (times: readonly number[], rate = 0.2, targets = 1): Logged[] => [
    ...traffic({ seed: 5, seconds: LASTS, rate, targets, clients: 40 }, (one) => ({ ...one, path: '/rpc' })),
    ...times.map(
      (sent, run): Logged => ({
        ...{ sent, took: 0.02, failed: 'cut', path: '/rpc', client: 900 + run },
        target: 1 + (run % targets),
      }),
    ),
  ];
  const random = randomFrom(31);
  const each = (period: number, within: number, count = Math.floor((LASTS - 100) / period)): number[] =>
    Array.from({ length: count }, (_, run) => 50 + run * period + random.next() * within);
  const afterEach = (pause: number, within: number): number[] =>
    each(pause, 0).map((at, run) => at + within * run * 0.5 + random.next() * within);

  test.each<readonly [string, readonly Logged[], RegExp]>([
    ['by the clock', among(each(300, 0.3)), /^came at one time of every 5 min, within 0\.\d+ s/],
    ['by the clock, give or take', among(each(600, 25), 0.1), /^came at one time of every 10 min/],
    ['a while after the last run', among(afterEach(143, 0.4)), /^came 143 s after the failure before/],
    [
      'by the clock, every other time',
      among(
        each(180, 0.3).filter(() => random.chance(0.5)),
        0.1,
      ),
      /^came at one time of every 3 min/,
    ],
    ['on either target', among(each(300, 0.3), 0.4, 2), /^came at one time of every 5 min/],
  ])('%s is not told of the age of connections', (_, requests, fact) => {
    const explanations = explained(requests);
    expect(explanations.map(({ kind, cause }) => [kind, cause])).toEqual([['client', null]]);
    expect(explanations[0]?.fact).toMatch(fact);
    expect(explanations[0]?.share).toBeGreaterThan(0.95);
  });

  test('among calls that come evenly is not told of a number of requests', () => {
    const calls = Array.from({ length: LASTS / 5 }, (_, at): Logged => {
      const [client, sent] = [at % 40, 3 + 5 * at + 0.4 * random.next()];
      return { sent, took: 0.02, path: '/rpc', client };
    });
    const runs = each(600, 8).map(
      (sent, run): Logged => ({ sent, took: 0.02, failed: 'cut', path: '/rpc', client: 900 + run }),
    );
    const [first] = explained([...calls, ...runs]);
    expect(first?.cause).toBeNull();
    expect(first?.fact).toMatch(/one time of every 10 min/);
  });

  test('is none where a limit of requests is met by calls that come evenly', () => {
    const calls = Array.from({ length: (3 * LASTS) / 5 }, (_, at): Logged => {
      const [client, sent] = [at % 40, 3 + 5 * at + 0.4 * random.next()];
      return { sent, took: 0.02, path: '/rpc', client, node: 0, target: 1 };
    });
    const [first] = explained(throughPools(calls, { mostRequests: 37 }));
    expect(first?.kind).toBe('connection-requests');
    expect(first?.cause).toBe('requests-per-connection-limit');
  });

  test('is none where failures come together at one time alone', () => {
    const together = Array.from({ length: 12 }, () => 700 + 30 * random.next());
    const view = viewOf([
      ...traffic({ seed: 9, seconds: 1500, rate: 2 }),
      ...together.map((sent): Logged => ({ sent, took: 0.01, failed: 'cut' })),
    ]);
    const all = new Float64Array(12).fill(1);
    const gains = schedules(view, all, 0).map(
      ({ ratios, weights }) => bestFit(ratios, weights?.(all) ?? all).gainNats,
    );
    expect(gains.length).toBeGreaterThan(3);
    expect(Math.max(...gains)).toBeLessThan(9);
  });

  test.each([
    ['whose requests come by lot', undefined],
    ['that one client asks every five seconds', 5],
  ] as const)('is none where connections end at an age, of a service %s', (_, every) => {
    const plain =
      every === undefined
        ? traffic({ seed: 6, seconds: LASTS, rate: 0.2 })
        : Array.from(
            { length: LASTS / every },
            (_, at): Logged => ({ sent: at * every + random.next() * 0.3, target: 1, node: 0 }),
          );
    const explanations = explained(throughPools(plain, { oldestSeconds: 300 }));
    expect(explanations.map(({ kind, cause }) => [kind, cause])).toEqual([
      ['connection-age', 'requests-per-connection-limit'],
    ]);
  });
});

describe('batches whose last call fails', () => {
  /** By night a batch every few minutes, each with a client of its own; by day single calls on the same connections. */
  const requests = (rate: number): Logged[] => {
    const random = randomFrom(7);
    const nights = Array.from({ length: 60 }, (_, batch) => {
      const begin = batch * 211 + random.next() * 90;
      return Array.from(
        { length: 37 },
        (_, call): Logged => ({
          ...{ sent: begin + call * 0.5 + random.next() * 0.2, target: 1, node: 0, client: 700 + batch },
          ...(call === 36 ? { took: 0.02, failed: 'cut' } : {}),
        }),
      );
    });
    const day = traffic({ seed: 8, seconds: 20_000, rate, clients: 50 }).map((one) => ({
      ...one,
      sent: one.sent + 14_000,
    }));
    return [...nights.flat(), ...day];
  };

  test('are no age of connections where older ones answer again and again', () => {
    const [first] = explained(requests(0.5));
    expect(first?.cause).toBe(null);
    expect(first?.fact).toMatch(/others lived that long [\d,]+ times over, and were answered$/);
  });

  test('may be one where no connection gets so old', () => {
    const [first] = explained(requests(0.001));
    expect(first?.cause).toBe('requests-per-connection-limit');
  });
});
