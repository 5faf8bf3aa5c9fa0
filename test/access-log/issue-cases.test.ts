import { describe, expect, test } from 'vitest';
import { type Random, randomFrom } from '../../lab/worlds/access-log/random.ts';
import type { Cause } from '../../lambda/model/cause.ts';
import { throughPools, traffic } from './made-logs.ts';
import { groupArnOf, type Logged, resultOf } from './requests.ts';

const cut = (request: Logged, took = 0.001): Logged => ({ ...request, took, failed: 'cut' });

type Result = ReturnType<typeof resultOf>;

const kindsOf = ({ explanations }: Result) => explanations.map(({ kind }) => kind);
const estimatesOf = ({ summary }: Result) => summary.targetGroups.flatMap(({ keepAlive }) => keepAlive ?? []);
const chanceOf = ({ diagnosis }: Result, cause: Cause): number =>
  diagnosis.hypotheses.find((one) => one.cause === cause)?.probability ?? 0;
const leaders = ({ diagnosis }: Result): string =>
  diagnosis.hypotheses
    .slice(0, 3)
    .map(({ cause, probability }) => `${cause} ${probability}`)
    .join(', ');

describe('failures that have nothing in common', () => {
  test.each([
    ['one in a hundred, on any target and path', { seed: 1, seconds: 3000, rate: 2 }, 0.01],
    ['three in ten, on 250 targets', { seed: 2, seconds: 3000, rate: 2, targets: 250 }, 0.3],
    ['one in fifty, through six nodes', { seed: 3, seconds: 4000, rate: 2, nodes: 6 }, 0.02],
  ])('are told as that: %s', (_, of, share) => {
    const result = resultOf(
      traffic(of, (request, random) => (random.chance(share) ? cut(request) : request)),
    );
    expect(kindsOf(result)).toEqual([]);
    expect(result.diagnosis.unexplained).toEqual({ failures: result.summary.elb502, share: 1 });
    expect(result.diagnosis.verdict, leaders(result)).toBe('undetermined');
    expect(estimatesOf(result)).toEqual([]);
  });

  test('are no timeout where they break off after times that spread as they like', () => {
    const result = resultOf(
      traffic({ seed: 3, seconds: 6000, rate: 2 }, (request, random) =>
        random.chance(0.02) ? cut(request, 0.1 + random.exponential(2)) : request,
      ),
    );
    expect(result.diagnosis.unexplained?.share).toBeGreaterThan(0.8);
    expect(['undetermined', 'malformed-response', 'target-crash'], leaders(result)).toContain(
      result.diagnosis.verdict,
    );
    expect(chanceOf(result, 'worker-timeout')).toBeLessThan(0.2);
  });
});

describe('a path that was never answered and always breaks off after long work', () => {
  const report = (took: (random: Random) => number) =>
    resultOf(
      traffic({ seed: 21, seconds: 4000, rate: 1 }, (request, random) =>
        random.chance(0.03) ? cut({ ...request, path: '/report' }, took(random)) : request,
      ),
    );

  test('may meet a timeout that a busy machine keeps late', () => {
    const result = report((random) => random.between(30.4, 33));
    expect(result.diagnosis.probability, leaders(result)).toBeLessThan(0.7);
    expect(chanceOf(result, 'worker-timeout'), leaders(result)).toBeGreaterThan(
      chanceOf(result, 'malformed-response'),
    );
  });

  test('may be cut short where the work is long, of whatever length', () => {
    const result = report((random) => random.between(22, 70));
    expect(result.diagnosis.verdict, leaders(result)).toBe('undetermined');
    expect(chanceOf(result, 'worker-timeout'), leaders(result)).toBeGreaterThan(0.1);
  });

  test('is the path where the work is shorter, and of any length', () => {
    const result = report((random) => random.between(3, 18));
    expect(result.diagnosis.verdict, leaders(result)).toBe('malformed-response');
  });
});

describe('long work that a timeout ends', () => {
  const causesOf = ({ explanations }: Result) => explanations.map(({ cause }) => cause);
  /** A report takes half a minute or less, or is cut off at half a minute, as often as not. */
  const report = (request: Logged, random: Random, longest = 50): Logged => {
    const took = random.between(12, longest);
    const asked = { ...request, path: '/report' };
    return took > 30 ? cut(asked, 30) : { ...asked, took };
  };

  test('is told apart from a path that fails at once', () => {
    const result = resultOf(
      traffic({ seed: 31, seconds: 4000, rate: 2 }, (request, random) => {
        if (random.chance(0.006)) return report(request, random);
        return random.chance(0.006) ? cut({ ...request, path: '/broken' }) : request;
      }),
    );
    expect(new Set(causesOf(result)), leaders(result)).toEqual(
      new Set(['worker-timeout', 'malformed-response']),
    );
  });

  test('is told where hardly any of its answers is in a sample of all', () => {
    const result = resultOf(
      traffic({ seed: 32, seconds: 30_000, rate: 2 }, (request, random) =>
        random.chance(0.0008) ? report(request, random, 90) : request,
      ),
    );
    expect(result.diagnosis.verdict, leaders(result)).toBe('worker-timeout');
  });

  test('is told where the process that is killed takes half as much other work along', () => {
    const killed: Logged[] = [];
    const others = traffic({ seed: 33, seconds: 8000, rate: 1 }, (request, random) => {
      const one = random.chance(0.01) ? report(request, random) : request;
      if (one.failed !== undefined && random.chance(0.6)) {
        const took = random.between(3, 28);
        killed.push({ ...cut(one, took), sent: one.sent + 30 - took, client: 7 });
      }
      return one;
    });
    const result = resultOf([...others, ...killed]);
    expect(result.diagnosis.verdict, leaders(result)).toBe('worker-timeout');
  });
});

test('a server that kills its process at a timeout, with all that it works on, has a timeout', () => {
  const ends = Array.from({ length: 12 }, (_, turn) => 400 + turn * 290);
  const reports = ends.map((end) => cut({ sent: end - 30, target: 1, path: '/report', client: 3 }, 30));
  const others = traffic({ seed: 38, seconds: 4000, rate: 2, targets: 2 }, (request, random) => {
    const long = { ...request, took: 12 * random.next() };
    const end = ends.find((one) => request.sent < one && request.sent + long.took > one);
    return request.target === 1 && end !== undefined ? cut(long, end - request.sent) : long;
  });
  const result = resultOf([...others, ...reports]);
  expect(result.diagnosis.verdict, leaders(result)).toBe('worker-timeout');
  expect(chanceOf(result, 'target-crash')).toBeLessThan(0.2);
});

test('what is asked when a service has more than it can do is no path that fails', () => {
  const isRush = ({ sent }: Logged) => sent % 600 < 12;
  const result = resultOf(
    [
      ...traffic({ seed: 39, seconds: 6000, rate: 1 }),
      ...traffic({ seed: 40, seconds: 6000, rate: 15 }, (one) => ({ ...one, path: '/rush' })).filter(isRush),
    ].map((one, at) => (isRush(one) && at % 7 === 0 ? cut(one) : one)),
  );
  expect(result.summary.elb502).toBeGreaterThan(150);
  expect(kindsOf(result)).not.toContain('path');
  expect(chanceOf(result, 'malformed-response'), leaders(result)).toBeLessThan(0.5);
});

describe('what fails for itself among others that are answered', () => {
  test('is one caller, where all that it asks fails half the time', () => {
    const result = resultOf(
      traffic({ seed: 34, seconds: 4000, rate: 1 }, (request, random) =>
        request.client === 7 && random.chance(0.5) ? cut(request) : request,
      ),
    );
    expect(kindsOf(result)).toEqual(['client']);
    expect(result.diagnosis.verdict, leaders(result)).toBe('response-header-too-large');
  });

  test.each([
    [9000, 'connection-refused'],
    [8443, 'undetermined'],
  ])('is one target that refuses, on port %i', (port, verdict) => {
    const result = resultOf(
      traffic({ seed: 35, seconds: 2000, rate: 1, targets: 4 }, (request) =>
        request.target === 2 ? { ...request, port, failed: 'refused' } : { ...request, port },
      ),
    );
    expect(kindsOf(result)).toEqual(['target']);
    expect(result.diagnosis.verdict, leaders(result)).toBe(verdict);
  });

  /** Each of four targets refuses for eight seconds, once. */
  const stopped = (begins: readonly number[]): Result =>
    resultOf(
      traffic({ seed: 36, seconds: 6000, rate: 4, targets: 4 }, (request) => {
        const begin = begins[(request.target ?? 1) - 1] ?? 0;
        return request.sent >= begin && request.sent < begin + 8
          ? { ...request, failed: 'refused' }
          : request;
      }),
    );

  test('are targets that stop one after the other, as somebody restarts them', () => {
    const result = stopped([3000, 3045, 3090, 3135]);
    expect(kindsOf(result)).toEqual(['target-stop']);
    expect(result.diagnosis.verdict, leaders(result)).toBe('deployment');
  });

  test.each([
    ['at any time', [700, 2300, 3700, 5400]],
    ['at once', [3000, 3001, 3002, 3001]],
  ])('are no rollout where they stop %s', (_, begins) => {
    expect(chanceOf(stopped(begins), 'deployment')).toBeLessThan(0.5);
  });
});

describe('a path that fails is named', () => {
  const busy = { seed: 4, seconds: 4000, rate: 1.5 };
  const isOne = ({ path }: Logged) => path === '/shelf/c';

  test.each<[string, string, (request: Logged, random: Random) => Logged]>([
    [
      'where each of its requests fails after ordinary work of 0.25 to 6 s',
      'GET /basket/print',
      (request, random) =>
        isOne(request) ? cut({ ...request, path: '/basket/print' }, random.between(0.25, 6)) : request,
    ],
    [
      'where one in four fails',
      'GET /shelf/c',
      (request, random) => (isOne(request) && random.chance(0.25) ? cut(request) : request),
    ],
    [
      'where one in thirty fails',
      'GET /shelf/c',
      (request, random) => (isOne(request) && random.chance(0.035) ? cut(request) : request),
    ],
    [
      'where it has a quarter of the traffic',
      'GET /ledger',
      (request, random) => (random.chance(0.25) ? cut({ ...request, path: '/ledger' }) : request),
    ],
    [
      'with its id, where it is one of many that are answered',
      'GET /item/3',
      (request, random) => {
        if ((request.path ?? '') >= '/shelf/f') return request;
        const id = random.whole(12);
        return id === 3 ? cut({ ...request, path: '/item/3' }) : { ...request, path: `/item/${id}` };
      },
    ],
    [
      'where fifteen callers ask for nothing else',
      'GET /quote',
      (request, random) =>
        random.chance(0.03) ? { ...cut(request), path: '/quote', client: 200 + random.whole(15) } : request,
    ],
    [
      'by its method, where another method of it is answered',
      'DELETE /shelf/c',
      (request, random) =>
        isOne(request) && random.chance(0.2) ? cut({ ...request, method: 'DELETE' }) : request,
    ],
  ])('%s', (_, path, change) => {
    const result = resultOf(traffic(busy, change));
    expect(kindsOf(result)).toEqual(['path']);
    expect(result.explanations[0]).toMatchObject({
      share: 1,
      failures: result.summary.elb502,
      where: { path },
    });
    expect(['malformed-response', 'response-header-too-large'], leaders(result)).toContain(
      result.diagnosis.verdict,
    );
    // The log does not tell one of these from the other.
    expect(result.diagnosis.probability).toBeLessThan(0.9);
    for (const cause of ['worker-timeout', 'requests-per-connection-limit', 'keepalive-mismatch'] as const)
      expect(chanceOf(result, cause)).toBeLessThan(0.1);
    expect(estimatesOf(result)).toEqual([]);
  });

  test('as a route, where all its ids fail', () => {
    const result = resultOf(
      traffic(busy, (request, random) =>
        isOne(request) ? cut({ ...request, path: `/invoice/${random.whole(500)}/pdf` }) : request,
      ),
    );
    expect(kindsOf(result)).toEqual(['path']);
    expect(result.explanations[0]?.where.path).toBe('GET /invoice/*/pdf');
  });
});

describe('a group that never answered', () => {
  const beside = (change: (request: Logged) => Logged) =>
    resultOf(
      traffic({ seed: 9, seconds: 900, rate: 0.4 }, (request, random) =>
        random.chance(0.4)
          ? change({ ...request, group: 'billing', target: 50 + (request.target ?? 0) })
          : request,
      ),
    );

  test('and closes at once speaks another protocol, or nobody knows; a limit of requests is impossible', () => {
    const result = beside((request) => cut(request, 0.002));
    expect(kindsOf(result)).toEqual(['target']);
    expect(result.explanations[0]?.where.targetGroupArn).toBe(groupArnOf('billing'));
    expect(['protocol-mismatch', 'tls-failure', 'undetermined'], leaders(result)).toContain(
      result.diagnosis.verdict,
    );
    expect(result.explanations[0]?.causes[0]?.cause).toBe('protocol-mismatch');
    expect(chanceOf(result, 'requests-per-connection-limit')).toBeLessThan(0.01);
  });

  test('and is never reached refuses or fails the handshake: both are told, neither surely', () => {
    const result = beside((request) => ({ ...request, failed: 'refused' }));
    expect(kindsOf(result)).toEqual(['target']);
    const causes = result.explanations[0]?.causes.map(({ cause }) => cause) ?? [];
    expect(causes.slice(0, 2)).toEqual(['connection-refused', 'tls-failure']);
    for (const { cause, probability } of result.diagnosis.hypotheses)
      if (cause !== 'undetermined') expect(probability, leaders(result)).toBeLessThan(0.7);
  });

  test('is the one that is told of, where two others are healthy', () => {
    const result = resultOf(
      traffic({ seed: 15, seconds: 900, rate: 0.3 }, (request, random) => {
        const part = random.whole(3);
        const own = { ...request, group: `part${part}`, target: 10 * part + (request.target ?? 0) };
        return part === 0 ? { ...own, failed: 'refused' } : own;
      }),
    );
    expect(result.explanations.map(({ where }) => where.targetGroupArn)).toEqual([groupArnOf('part0')]);
    const text = JSON.stringify(result.actions);
    expect(text).not.toContain('part1');
    expect(text).not.toContain('part2');
  });
});

describe('a race with the idle timeout of the target', () => {
  const race = throughPools(traffic({ seed: 11, seconds: 20_000, rate: 0.7 }), {
    keepAlive: () => 5,
    roundTrip: 0.04,
  });

  test('is read out of the whole log', () => {
    const result = resultOf(race);
    expect(kindsOf(result)[0]).toBe('idle-time');
    expect(result.explanations[0]?.share).toBeGreaterThan(0.7);
    expect(result.diagnosis.verdict, leaders(result)).toBe('keepalive-mismatch');
    expect(estimatesOf(result)[0]?.seconds).toBeCloseTo(5, 1);
  });

  test('of one poller alone is read where its pauses spread beyond those that fail', () => {
    const random = randomFrom(37);
    const polls: Logged[] = [];
    for (let sent = 1; sent < 40_000; sent += 5 + random.between(-0.2, 0.2))
      polls.push({ sent, took: 0.004, path: '/poll' });
    const result = resultOf(throughPools(polls, { keepAlive: () => 5, roundTrip: 0.03 }));
    expect(result.diagnosis.verdict, leaders(result)).toBe('keepalive-mismatch');
    expect(estimatesOf(result)[0]?.seconds).toBeCloseTo(5, 1);
  });

  test('is not told by failing lines alone, and neither is anything else', () => {
    const result = resultOf(race.filter(({ failed }) => failed !== undefined));
    expect(kindsOf(result)).toEqual([]);
    expect(result.diagnosis.verdict, leaders(result)).toBe('undetermined');
    expect(estimatesOf(result)).toEqual([]);
  });

  test.each([5, 20])('names no other cause where one in %i of the answered requests is left', (every) => {
    let answered = 0;
    const result = resultOf(race.filter(({ failed }) => failed !== undefined || answered++ % every === 0));
    expect(['undetermined', 'keepalive-mismatch'], leaders(result)).toContain(result.diagnosis.verdict);
    expect(kindsOf(result).filter((kind) => kind !== 'idle-time')).toEqual([]);
  });

  test('with a timer that looks once a second, in dense traffic, is no limit of requests', () => {
    const result = resultOf(
      throughPools(traffic({ seed: 12, seconds: 1500, rate: 6 }), {
        keepAlive: (random) => 2 + random.next(),
        roundTrip: 0.1,
      }),
    );
    expect(result.summary.elb502).toBeGreaterThan(5);
    expect(['undetermined', 'keepalive-mismatch'], leaders(result)).toContain(result.diagnosis.verdict);
    expect(kindsOf(result)).not.toContain('connection-requests');
  });

  test('at 75 s is one though nobody said the idle timeout: the reuse proves it to be longer', () => {
    const result = resultOf(
      throughPools(
        traffic({ seed: 14, seconds: 120_000, rate: 0.04, targets: 2 }),
        { keepAlive: () => 75, roundTrip: 0.2 },
        300,
      ),
      null,
    );
    expect(kindsOf(result)[0]).toBe('idle-time');
    expect(result.diagnosis.verdict, leaders(result)).toBe('keepalive-mismatch');
    expect(estimatesOf(result)[0]?.seconds).toBeGreaterThan(74);
    expect(estimatesOf(result)[0]?.seconds).toBeLessThan(76);
  });
});

describe('limits that a server does not announce', () => {
  test('of request bodies: large ones fail, small ones on the same paths do not', () => {
    const result = resultOf(
      traffic({ seed: 16, seconds: 3000, rate: 1 }, (request, random) => {
        if (!random.chance(0.3)) return request;
        const received = Math.round(500 * 10 ** (4 * random.next()));
        const upload = { ...request, method: 'POST', received };
        return received > 100_000 ? cut(upload, 0.02) : upload;
      }),
    );
    expect(kindsOf(result)).toEqual(['request-body']);
    expect(result.explanations[0]?.share).toBe(1);
    expect(result.explanations[0]?.fact).toContain('100 kB or more');
    expect(result.diagnosis.verdict, leaders(result)).toBe('request-body-refused');
    expect(JSON.stringify(result.actions)).toContain('client_max_body_size');
  });

  test('of bodies is none where all bodies of the path fail: it is the path', () => {
    const result = resultOf(
      traffic({ seed: 16, seconds: 3000, rate: 1 }, (request, random) => {
        if (!random.chance(0.1)) return request;
        return cut({
          ...request,
          method: 'POST',
          path: '/upload',
          received: Math.round(20_000 * 10 ** (2 * random.next())),
        });
      }),
    );
    expect(kindsOf(result)).toEqual(['path']);
    expect(result.diagnosis.verdict, leaders(result)).not.toBe('request-body-refused');
  });

  test('of the age of a connection, and it says that it is age', () => {
    const result = resultOf(
      throughPools(traffic({ seed: 17, seconds: 9000, rate: 0.8, targets: 2 }), { oldestSeconds: 300 }),
    );
    expect(new Set(kindsOf(result))).toEqual(new Set(['connection-age']));
    expect(result.explanations[0]?.fact).toMatch(/connections (that are|older than) 300 s/);
    expect(result.diagnosis.verdict, leaders(result)).toBe('requests-per-connection-limit');
    expect(JSON.stringify(result.actions)).toContain('lift the maximum age of connections');
    expect(JSON.stringify(result.actions)).not.toMatch(/requests per connection|keepalive_requests/);
  });

  test('of the requests of a connection, and it says which one', () => {
    const result = resultOf(
      throughPools(traffic({ seed: 18, seconds: 3000, rate: 2, targets: 2 }), { mostRequests: 40 }),
    );
    expect(kindsOf(result)).toEqual(['connection-requests']);
    expect(result.explanations[0]?.fact).toContain('request 41 of their connection');
    expect(result.diagnosis.verdict, leaders(result)).toBe('requests-per-connection-limit');
  });
});

describe('traffic with a rhythm of its own, and no race, gives no keep-alive', () => {
  type Follow = (request: Logged, random: Random) => readonly Logged[];
  const followed = (seed: number, follow: Follow): Result => {
    const random = randomFrom(seed + 500);
    const requests = traffic({ seed, seconds: 12_000, rate: 1 }).flatMap((one) => follow(one, random));
    return resultOf(requests.sort((one, other) => one.sent - other.sent));
  };
  const maybeCut = (request: Logged, random: Random, share: number) =>
    random.chance(share) ? cut(request) : request;

  test.each<[string, Follow]>([
    [
      'a retry five seconds after',
      (one, random) =>
        random.chance(0.02)
          ? [
              one,
              maybeCut({ ...one, sent: one.sent + 5 + (one.took ?? 0) + 0.004 * random.next() }, random, 0.4),
            ]
          : [one],
    ],
    [
      'the result of a job ten seconds after it',
      (one, random) =>
        random.chance(0.03)
          ? [
              { ...one, method: 'POST', path: '/job' },
              maybeCut({ ...one, sent: one.sent + 10 + 0.01 * random.next(), path: '/result' }, random, 0.3),
            ]
          : [one],
    ],
    [
      'a preflight before a POST',
      (one, random) => {
        if (!random.chance(0.05)) return [one];
        const sent = one.sent + (one.took ?? 0) + 0.43 + 0.002 * random.next();
        return [
          { ...one, method: 'OPTIONS', path: '/pay' },
          maybeCut({ ...one, sent, method: 'POST', path: '/pay' }, random, 0.3),
        ];
      },
    ],
    [
      'a session that expires',
      (one, random) =>
        random.chance(0.02)
          ? [one, maybeCut({ ...one, sent: one.sent + 30 + random.between(-1.2, 1.2) }, random, 0.4)]
          : [one],
    ],
    [
      'a tick of four clients every twenty seconds',
      (one, random) =>
        Math.floor(one.sent / 20) > Math.floor((one.sent - 0.9) / 20)
          ? [
              one,
              maybeCut(
                { ...one, sent: Math.ceil(one.sent / 20) * 20 + 0.05 * random.next(), path: '/tick' },
                random,
                0.1,
              ),
            ]
          : [one],
    ],
  ])('%s', (_, follow) => {
    const result = followed(20, follow);
    expect(result.summary.elb502).toBeGreaterThan(20);
    expect(estimatesOf(result)).toEqual([]);
    expect(kindsOf(result)).not.toContain('idle-time');
    expect(result.diagnosis.verdict, leaders(result)).not.toBe('keepalive-mismatch');
  });
});
