import { describe, expect, test } from 'vitest';
import { explainByClient } from '../../../lambda/access-log/explain/client.ts';
import { explainByConnection } from '../../../lambda/access-log/explain/connection.ts';
import type { Explain } from '../../../lambda/access-log/explain/explanation.ts';
import {
  clockTimes,
  counted,
  percent,
  rarity,
  seconds,
} from '../../../lambda/access-log/explain/fact-text.ts';
import { explainByLambdaReason } from '../../../lambda/access-log/explain/lambda-reason.ts';
import { explainByMoment } from '../../../lambda/access-log/explain/moment.ts';
import { explainByNewTargets } from '../../../lambda/access-log/explain/new-targets.ts';
import { explainByNode } from '../../../lambda/access-log/explain/node.ts';
import { explainByPath } from '../../../lambda/access-log/explain/path.ts';
import { explainByRequestBody } from '../../../lambda/access-log/explain/request-body.ts';
import { explainByTarget } from '../../../lambda/access-log/explain/target.ts';
import { addressOf, groupArnOf, type Logged, summaryOfRequests, viewOf } from '../requests.ts';
import { saidBy, statedBy } from './said.ts';

/** What each kind of explanation says by itself, on either side of what it takes to say it. */

type Change = (at: number) => Partial<Logged>;

/** A request each second, of twenty clients for eight paths. */
const answered = (count: number, change: Change = () => ({})): Logged[] =>
  Array.from({ length: count }, (_, at) => ({
    ...{ sent: at + 0.25, client: 100 + (at % 20), path: `/shelf/${'abcdefgh'[at % 8]}` },
    ...change(at),
  }));

/** Failures of other clients among them. */
const failing = (count: number, change: Change): Logged[] =>
  Array.from({ length: count }, (_, at) => ({
    ...{ sent: 10.5 + at * 9, took: 0.001, failed: 'cut' as const, client: 200 + at, path: '/lost' },
    ...change(at),
  }));

type Odds = Readonly<Record<string, number>>;

/** The first of what is said; null where nothing is. */
function first(explain: Explain, requests: readonly Logged[]) {
  const [said] = saidBy(explain, requests);
  return said === undefined ? null : { kind: said.kind, of: said.of, fact: said.fact, odds: said.odds };
}

describe('clients', () => {
  /** So many failures of some clients on some routes. */
  const of = (failures: number, routes: number, clients = 1, change: Partial<Logged> = {}) =>
    first(explainByClient, [
      ...answered(400),
      ...failing(failures, (at) => ({
        ...{ client: 7 + (at % clients), path: `/r/${'abcdef'[Math.floor(at / clients) % routes]}` },
        ...change,
      })),
    ]);
  const said = (count: number, clients: string, share: number, oversized: number) => ({
    kind: 'client',
    of: count,
    fact: `are of ${clients} with ${share} % of all requests, on more than one path`,
    odds: { 'response-header-too-large': oversized, 'malformed-response': 0.12 },
  });

  test.each([
    [6, 2, 1, said(6, '1 client', 6, 0.6)],
    [15, 3, 1, said(15, '1 client', 8, 0.78)],
    [14, 3, 1, said(14, '1 client', 8, 0.6)],
    [15, 2, 1, said(15, '1 client', 8, 0.6)],
    [12, 2, 2, said(12, '2 clients', 8, 0.6)],
    [12, 2, 3, said(12, '3 clients', 8, 0.78)],
    // One failure of a client is nobody's.
    [1, 1, 1, null],
    // It may be the route that fails, whoever asks.
    [12, 1, 1, null],
  ])('with %i failures on %i routes, %i of them', (failures, routes, clients, expected) => {
    expect(of(failures, routes, clients)).toEqual(expected);
  });

  test('that are refused have another reason', () => {
    expect(of(6, 2, 1, { failed: 'refused' })?.odds).toEqual({ 'connection-refused': 0.2 });
  });

  test.each([
    ['most', 399, 12],
    ['less than half', 190, 0],
  ])('on one route are told of where %s of what is asked is on it', (_, onRoute, count) => {
    const requests = [
      ...answered(400, (at) => (at < onRoute ? { path: '/r' } : {})),
      ...failing(12, () => ({ client: 7, path: '/r' })),
    ];
    expect(first(explainByClient, requests)?.of ?? 0).toBe(count);
  });

  test('fail once while their target group answers nothing', () => {
    const late: Change = (at) => ({ sent: 500 + at, client: 7, path: `/r/${'ab'[at % 2]}` });
    expect(first(explainByClient, [...answered(400), ...failing(12, late)])).toBeNull();
    const between: Change = (at) => ({ sent: 500.5 + at });
    expect(
      first(explainByClient, [...answered(400), ...failing(12, late), ...answered(12, between)])?.of,
    ).toBe(12);
  });
});

describe('connections', () => {
  /** One request after the other, of which each that is one too many for its connection fails; some come late. */
  const limited = (most: number, count: number, change: Change = () => ({})): Logged[] =>
    Array.from({ length: count }, (_, at) => ({
      ...{ sent: at + 0.4 * Math.sin(at * at), took: 0.01, client: at % 7, target: 1 },
      ...(at % (most + 1) === most ? { failed: 'cut', took: 0.001 } : {}),
      ...change(at),
    }));
  const factsOf = (requests: readonly Logged[]) =>
    saidBy(explainByConnection, requests).map(({ fact }) => fact);
  const ofLimit = (request: number) => `are about request ${request} of their connection, on 1 target`;

  test.each<readonly [limit: number, odds: Odds]>([
    [1, { 'requests-per-connection-limit': 0.5, 'keepalive-mismatch': 0.42 }],
    [2, { 'requests-per-connection-limit': 0.96, 'keepalive-mismatch': 0.02 }],
    [12, { 'requests-per-connection-limit': 0.96, 'keepalive-mismatch': 0.02 }],
  ])('that end after %i requests', (limit, odds) => {
    const said = first(explainByConnection, limited(limit, 8 * (limit + 1)));
    expect(said).toEqual({ kind: 'connection-requests', of: 7, fact: ofLimit(limit + 1), odds });
  });

  test('of some targets are told with how many they are', () => {
    const both = [...limited(12, 80), ...limited(12, 80, () => ({ target: 2, client: 30 }))];
    expect(factsOf(both)[0]).toBe('are about request 13 of their connection, on 2 targets');
  });

  /**
   * One connection after the other, one request a second: so many that are answered, then one that fails, at once or
   * after work.
   */
  const chain = (
    lengths: readonly number[],
    isAtOnce: (connection: number) => boolean = () => true,
  ): Logged[] => {
    const fails = [0, ...lengths].flatMap((length, connection) => [
      ...Array.from({ length }, () => null),
      connection - 1,
    ]);
    return fails.map((connection, at): Logged => {
      const one = { sent: at + 0.25, took: 0.01, client: at % 9 };
      if (connection === null) return one;
      return { ...one, failed: 'cut', took: isAtOnce(connection) ? 0.001 : 0.26 };
    });
  };
  const limits = (lengths: readonly number[], isAtOnce?: (connection: number) => boolean) =>
    factsOf(chain(lengths, isAtOnce)).filter((fact) => fact.startsWith('are about request'));
  /** In both orders of a pool. */
  const inBoth = (first: number) => [ofLimit(first), ofLimit(first)];

  test.each<readonly [string, readonly number[], readonly string[]]>([
    ['at a limit that is missed by two in a hundred', [100, 101, 102], inBoth(101)],
    ['at one that is missed by more', [100, 101, 103], []],
    ['at a multiple of ten', [10, 10, 20], inBoth(11)],
    ['at a multiple of less', [9, 9, 18], []],
    ['at a multiple, missed by one', [40, 40, 81], inBoth(41)],
    ['before a multiple', [40, 40, 78], []],
  ])('%s', (_, lengths, expected) => {
    expect(limits(lengths)).toEqual(expected);
  });

  test('are at no limit that most requests get over', () => {
    const over = (count: number) =>
      limits([4, 4, 4, ...Array.from({ length: count }, () => 6)], (connection) => connection < 3);
    expect(over(8)).toEqual(inBoth(5));
    expect(over(9)).toEqual([]);
  });

  test('are miscounted as often as requests get over their limit, and some always', () => {
    /** Of a failure that is not at the limit. */
    const unlike = (...over: readonly number[]): number => {
      const lengths = [...Array.from({ length: 8 }, () => 4), ...over, 2];
      const view = viewOf(
        chain(lengths, (connection) => connection < 8 || connection === lengths.length - 1),
      );
      const [said] = explainByConnection(view, new Float64Array(view.failures.length).fill(1));
      expect(said && statedBy(said).fact).toMatch(/^are about request 5 /);
      return Math.min(...(said?.ratios ?? []).filter((ratio) => ratio > 0));
    };
    expect(unlike()).toBeCloseTo(0.03, 6);
    expect(unlike(5)).toBeCloseTo(1 / 9, 6);
    expect(unlike(6, 6)).toBeCloseTo(0.25, 6);
  });

  test.each<readonly [string, readonly number[], number, string]>([
    ['older than none that was answered', [30, 30, 30], 9, 'older than 30 s'],
    ['of about one age, where others get older', [30, 30, 30, 60, 60], 3, 'that are 30 s to 31.6 s old'],
  ])('are on connections %s', (_, seconds, closes, fact) => {
    // As many seconds each, but not as many requests: the pauses are a third as long in the next one.
    let sent = 0;
    const requests = [0, ...seconds].flatMap((age, connection): Logged[] => {
      const pause = [1, 2, 3, 5, 6][connection % 5] ?? 1;
      const answered = Array.from(
        { length: age / pause },
        (_, at): Logged => ({ sent: sent + at * pause, took: 0.01, client: at % 9 }),
      );
      sent += age + 1;
      const isAtOnce = connection <= closes;
      return [
        ...answered,
        { sent: sent - 1, took: isAtOnce ? 0.001 : 0.26, failed: 'cut', client: 10 + connection },
      ];
    });
    expect(factsOf(requests)).toContain(`are on connections ${fact}, on 1 target`);
  });

  test('of an age are not those that fail at once', () => {
    const fresh = chain([30, 30, 30, 0, 0]);
    const view = viewOf(fresh);
    const [ofAge] = explainByConnection(view, new Float64Array(view.failures.length).fill(1)).filter(
      ({ kind }) => kind === 'connection-age',
    );
    const [first = 0, ...others] = ofAge?.ratios ?? [];
    // Of the first connection nothing is known.
    expect(first).toBe(1);
    expect(others.map((ratio) => ratio > 1)).toEqual([true, true, true, false, false]);
    expect(others.slice(3)).toEqual([0.03, 0.03]);
  });

  test('say nothing by two failures, nor by requests that found nobody or had long been at work', () => {
    expect(factsOf(limited(12, 39))).toEqual([]);
    expect(factsOf(limited(12, 52))).toContain(ofLimit(13));
    const each =
      (changed: Partial<Logged>): Change =>
      (at) =>
        at % 13 === 12 ? changed : {};
    expect(factsOf(limited(12, 104, each({ took: 0.24 })))).toContain(ofLimit(13));
    expect(factsOf(limited(12, 104, each({ took: 0.26 })))).toEqual([]);
    expect(factsOf(limited(12, 104, each({ failed: 'refused' })))).toEqual([]);
  });
});

describe('paths', () => {
  const ofAll = (change: Change, count = 12) => [...answered(400), ...failing(count, change)];
  const said = (change: Change, count?: number) => saidBy(explainByPath, ofAll(change, count));

  test.each<readonly [name: string, change: Change, fact: string, path: string | null]>([
    [
      'one',
      () => ({ path: '/report' }),
      'GET /report, 3 % of all requests; 100 % of them fail',
      'GET /report',
    ],
    [
      'three',
      (at) => ({ path: `/${'abc'[at % 3]}` }),
      'GET /a, GET /b, GET /c, 3 % of all requests; 100 % of them fail',
      null,
    ],
    [
      'more than are named',
      (at) => ({ path: `/${'abcd'[at % 4]}` }),
      'GET /a, GET /b, GET /c and 1 more path, 3 % of all requests; 100 % of them fail',
      null,
    ],
    [
      'all of one client',
      () => ({ path: '/report', client: 77 }),
      'GET /report, 3 % of all requests; 100 % of them fail; all are of one client',
      'GET /report',
    ],
    [
      'the one that fails most first',
      (at) => ({ path: `/${'aaabbbbbcccc'[at]}` }),
      'GET /b, GET /c, GET /a, 3 % of all requests; 100 % of them fail',
      null,
    ],
    [
      'with work of one',
      (at) => ({ path: '/report', took: at === 6 ? 3 : 0.05 }),
      'GET /report, 3 % of all requests; 100 % of them fail',
      'GET /report',
    ],
    [
      'with work',
      () => ({ path: '/report', took: 0.1 }),
      'GET /report, 3 % of all requests; 100 % of them fail, after 0.1 s of work (median)',
      'GET /report',
    ],
    [
      'with hardly any work',
      (at) => ({ path: '/report', took: at < 7 ? 0.099 : 3 }),
      'GET /report, 3 % of all requests; 100 % of them fail',
      'GET /report',
    ],
  ])('%s', (_, change, fact, path) => {
    const [exact] = said(change);
    expect(exact?.fact).toBe(`are requests for ${fact}`);
    expect(exact?.where).toEqual({
      ...{ targetGroupArn: groupArnOf('storefront'), target: addressOf(1), node: null, path },
    });
  });

  test('are told by their route where ids differ, but for versions', () => {
    const [route, ...more] = said((at) => ({ path: `/v2/v21/order/${at}x/v123` }));
    expect(more).toEqual([]);
    expect(route?.where.path).toBe('GET /v2/v21/order/*/*');
  });

  test('are told as they are where others of their route are answered', () => {
    const orders = answered(400, (at) => (at % 9 === 0 ? { path: `/order/${at}` } : {}));
    const all = saidBy(explainByPath, [...orders, ...failing(12, () => ({ path: '/order/7' }))]);
    expect(all.map(({ where }) => where.path)).toEqual(['GET /order/7', 'GET /order/*']);
  });

  test('that fail twice are none', () => {
    expect(said(() => ({ path: '/report' }), 2)).toEqual([]);
    expect(said(() => ({ path: '/report' }), 3)).not.toEqual([]);
  });

  test.each<readonly [name: string, change: Change, odds: Odds]>([
    ['are refused', () => ({ failed: 'refused' }), { 'connection-refused': 0.3, 'network-path': 0.15 }],
    [
      'break off after any work',
      (at) => ({ took: 0.5 + at }),
      {
        ...{ 'malformed-response': 0.79, 'response-header-too-large': 0.12 },
        ...{ 'worker-timeout': 0.05, 'target-crash': 0.02 },
      },
    ],
  ])('that %s', (_, change, odds) => {
    expect(said((at) => ({ path: '/report', ...change(at) }))[0]?.odds).toEqual(odds);
  });

  test('that no failure is mostly due to are told by all their failures, as what hardly fails more than others', () => {
    const view = viewOf([
      ...ofAll(() => ({ path: '/report', target: 2 })),
      ...failing(2, (at) => ({ path: `/other/${'ab'[at]}`, target: 3 })),
    ]);
    const ones = new Float64Array(view.failures.length).fill(1);
    const statement = explainByPath(view, ones)[0]?.statement(ones.fill(0.4));
    expect(statement?.fact).toMatch(/^are requests for GET \/report, 3 % of all requests; /);
    expect(statement?.where).toMatchObject({ target: addressOf(2), path: 'GET /report' });
    expect(statement?.causes.map(({ cause }) => cause)).toContain('keepalive-mismatch');
  });

  test('that are asked for most when anything fails gain less', () => {
    /** As many requests for the path, around the failures or at any other time. */
    const rarest = (isRush: boolean): number => {
      const requests = Array.from({ length: 5 }, (_, at): Logged[] => [
        { sent: at * 200, took: 0.001, failed: 'cut', path: '/rush' },
        ...[-50, 0].flatMap((later) =>
          Array.from(
            { length: 16 },
            (_, which): Logged => ({
              sent: at * 200 + 0.5 * (which - 7.5) + later,
              path: (later === 0) === isRush ? '/rush' : '/other',
            }),
          ),
        ),
      ]);
      const view = viewOf(requests.flat());
      const [path] = explainByPath(view, new Float64Array(5).fill(1));
      return Math.max(0, ...(path?.ratios ?? []));
    };
    expect(rarest(false)).toBeCloseTo(165 / 85, 6);
    expect(rarest(true)).toBeLessThan(1.1);
  });

  test.each([
    [12, 'GET /report'],
    [13, null],
  ])('that fail at a timeout are told apart where there are %i of them', (count, path) => {
    // The first of them fails twice as often.
    const which = (at: number) => (at % (count + 1)) % count;
    const name = (at: number) => (at === 0 ? '/report' : `/soon/${'abcdefghijklmn'[at]}`);
    const all = saidBy(explainByPath, [
      ...answered(400),
      ...answered(4, () => ({ path: name(0), took: 1 })),
      ...failing(4 * (count + 1), (at) => ({
        ...{ sent: 10.5 + at * 4, path: name(which(at)) },
        took: which(at) === 0 ? 30 : 0.001,
      })),
    ]);
    expect(all[0]?.where.path).toBe(path);
  });

  test('that are busy and rarely fail may be where most pauses are', () => {
    const busy = answered(2000, (at) => (at % 10 < 3 ? { path: '/busy' } : {}));
    const odds = (failures: number) =>
      first(explainByPath, [...busy, ...failing(failures, () => ({ path: '/busy' }))])?.odds;
    expect(odds(12)).toEqual({
      ...{ 'malformed-response': 0.55, 'keepalive-mismatch': 0.15, 'response-header-too-large': 0.08 },
    });
    expect(odds(13)?.['malformed-response']).toBe(0.79);
  });

  /** A path that has 4 % of the requests, and so many failures among them. */
  const seldom = (failures: number, requests: number, change: Change = () => ({})) => [
    ...answered(25 * requests, (at) => (at % 25 === 0 ? { path: '/quiet' } : {})),
    ...failing(failures, (at) => ({ path: '/quiet', ...change(at) })),
  ];
  const RARE: Odds = {
    ...{ 'malformed-response': 0.55, 'keepalive-mismatch': 0.15, 'response-header-too-large': 0.08 },
  };
  test.each<readonly [name: string, requests: readonly Logged[], isOpen: boolean]>([
    ['few fail, in under 2 % of its requests', seldom(4, 200), true],
    ['few fail, in more than 2 %', seldom(5, 200), false],
    ['nine fail', seldom(9, 500), true],
    ['ten fail', seldom(10, 550), false],
    ['ten fail at nine moments', seldom(10, 550, (at) => ({ sent: 50.5 + 9 * Math.max(1, at) })), true],
  ])('that hardly ever fail have their cause left open where %s', (_, requests, isOpen) => {
    const odds = first(explainByPath, requests)?.odds;
    if (isOpen) expect(odds).toEqual(RARE);
    else expect(odds?.['malformed-response']).toBe(0.79);
  });

  test('that fail at a timeout are told apart from those that fail at once', () => {
    const requests = [
      ...answered(400),
      ...answered(4, () => ({ path: '/report', took: 1 })),
      ...failing(10, () => ({ path: '/report', took: 30 })),
      ...failing(10, () => ({ path: '/broken' })),
    ];
    const byPath = saidBy(explainByPath, requests).filter(({ fact }) => /GET/.test(fact));
    expect(byPath.slice(0, 2).map(({ where, odds }) => [where.path, odds])).toEqual([
      [
        'GET /report',
        { 'worker-timeout': 0.78, 'malformed-response': 0.12, 'response-header-too-large': 0.04 },
      ],
      [
        'GET /broken',
        {
          ...{ 'malformed-response': 0.79, 'response-header-too-large': 0.15 },
          ...{ 'target-crash': 0.02, 'worker-timeout': 0.01 },
        },
      ],
    ]);
  });
});

describe('large bodies', () => {
  const upload = (received: number): Partial<Logged> => ({ method: 'POST', path: '/upload', received });
  const said = (received: (at: number) => number, count = 6, smaller = 4, change: Partial<Logged> = {}) => {
    const view = [
      ...answered(200),
      ...answered(smaller, () => upload(300)),
      ...failing(count, (at) => ({ ...upload(received(at)), ...change })),
    ];
    return first(explainByRequestBody, view);
  };
  const fact = (size: string, share: string) =>
    `have a body of ${size} or more, as ${share} of all requests have; 100 % of those as large fail, and smaller ones on the same paths are answered`;

  test.each([
    [60_000, '60 kB'],
    [2000, '2 kB'],
    [999_000, '1000 kB'],
    [1_000_000, '1 MB'],
    [2_560_000, '2.6 MB'],
  ])('of %i bytes', (bytes, size) => {
    expect(said(() => bytes)).toEqual({
      kind: 'request-body',
      of: 6,
      fact: fact(size, '3 %'),
      odds: { 'request-body-refused': 0.93, 'malformed-response': 0.03, 'worker-timeout': 0.02 },
    });
  });

  test('are none below what arrives with the head of a request, or of two requests', () => {
    expect(said(() => 1999)).toBeNull();
    expect(said(() => 60_000, 2)).toBeNull();
    expect(said(() => 60_000, 3)?.of).toBe(3);
  });

  test('are tried by their own sizes, the smallest first', () => {
    expect(said((at) => 60_000 - 1000 * at)?.fact).toBe(fact('55 kB', '3 %'));
  });

  describe('say the more,', () => {
    /** Six large bodies failed, of so many; of answered ones on their route some were smaller, and some as large. */
    const of = (smaller: number, asLarge: number, change: Change = () => ({})) => {
      const view = viewOf([
        ...answered(200, () => ({ method: 'POST', received: 0 })),
        ...answered(smaller, () => upload(300)),
        ...answered(asLarge, () => upload(60_000)),
        ...failing(6, (at) => ({ ...upload(60_000), took: 0, ...change(at) })),
      ]);
      return (weights = new Float64Array(view.failures.length).fill(1)) =>
        explainByRequestBody(view, weights);
    };
    test.each([
      ['the fewer bodies are as large', 4, 0, 210 / 6],
      ['if two on the route are smaller', 2, 0, 208 / 6],
      ['not if one is', 1, 0, 0.5 / (7 / 207)],
      ['not if none is', 0, 0, 0.5 / (6 / 206)],
      ['if no more were answered that are as large', 4, 4, 214 / 10],
      ['not if more were', 4, 5, 0.5 / (15 / 215)],
    ])('%s', (_, smaller, asLarge, ratio) => {
      const [candidate, ...more] = of(smaller, asLarge)();
      expect(more).toEqual([]);
      expect([...(candidate?.ratios ?? [])]).toEqual(Array(6).fill(expect.closeTo(ratio, 6)));
      // Nine routes, in each direction, and what it must say beyond one of them.
      expect(candidate?.searchedNats).toBeCloseTo(Math.log(2 * 9) + 3, 9);
    });

    test('the fewer sizes were tried, of those that are still to be explained', () => {
      const sizes = of(4, 0, (at) => ({ received: 60_000 + 10_000 * at }));
      expect(sizes().map(({ searchedNats }) => searchedNats - Math.log(2 * 9) - 3)).toEqual(
        Array(6).fill(expect.closeTo(Math.log(6), 9)),
      );
      expect(sizes(Float64Array.of(1, 0.31, 0.4, 0.2, 0, 0))).toHaveLength(3);
      expect(sizes(Float64Array.of(1, 0.31, 0.2, 0.2, 0, 0))).toEqual([]);
    });
  });

  test.each([
    [60, 60],
    [61, 31],
    [121, 41],
  ])('of %i sizes are tried by %i of them', (count, tried) => {
    const requests = [...answered(20), ...failing(count, (at) => upload(3000 + 100 * at))];
    expect(saidBy(explainByRequestBody, requests)).toHaveLength(tried);
  });

  test('that nothing else was sent to, and break off after one long time, may have met a timeout', () => {
    expect(said(() => 60_000, 6, 0, { took: 30 })?.odds).toEqual({
      ...{ 'worker-timeout': 0.5, 'request-body-refused': 0.4, 'malformed-response': 0.03 },
    });
  });

  // What is answered took a moment, so that these took longer than anything.
  test.each<readonly [name: string, took: (at: number) => number, odds: Odds]>([
    ['one long time', (at) => 30 + at / 200, { 'worker-timeout': 0.78, 'request-body-refused': 0.15 }],
    ['any time', (at) => 0.5 + at, { 'request-body-refused': 0.93, 'worker-timeout': 0.02 }],
  ])('that break off after %s', (_, took, odds) => {
    const view = [
      ...answered(200),
      ...answered(4, () => upload(300)),
      ...failing(6, (at) => ({ ...upload(60_000), took: took(at) })),
    ];
    expect(first(explainByRequestBody, view)?.odds).toMatchObject(odds);
  });

  test.each([
    ['none', 0, 0.93],
    ['one of ten', 1, 0.93],
    ['one of five', 2, 0.75],
  ])('are less surely refused where smaller ones on the path fail as well: %s', (_, smaller, refused) => {
    const view = [
      ...answered(200),
      ...answered(9, () => upload(300)),
      ...failing(9, () => upload(60_000)),
      ...failing(smaller, (at) => ({ ...upload(900), sent: 150.5 + 9 * at })),
      // With no body, or elsewhere, they are no smaller ones.
      ...failing(3, (at) => ({ ...upload(900), sent: 250.5 + 9 * at, path: '/elsewhere' })),
    ];
    const ofBodies = saidBy(explainByRequestBody, view).filter(({ of }) => of === 9);
    expect(ofBodies.map(({ odds }) => odds['request-body-refused'])).toEqual([refused]);
  });

  test.each([
    ['as many', 4, 0.93],
    ['one more', 5, 0.465],
  ])('are left open where, against smaller ones, %s as large are answered', (_, asLarge, refused) => {
    const view = [
      ...answered(200, () => ({ method: 'POST', received: 0 })),
      ...answered(4, () => upload(300)),
      ...answered(asLarge, () => upload(60_000)),
      ...failing(6, () => upload(60_000)),
    ];
    expect(first(explainByRequestBody, view)?.odds['request-body-refused']).toBe(refused);
  });

  test.each([
    ['of one client', 60_000, { client: 7 }, 12, 0.291],
    ['of many', 60_000, {}, 12, 0.93],
    ['of many, that are there at once', 9000, {}, 12, 0.744],
    ['of one client, at another time', 60_000, { client: 7 }, 100, 0.93],
  ])('are refused the less surely the more as large are answered: %s', (_, bytes, of, from, refused) => {
    const view = [
      ...answered(200, () => ({ method: 'POST', received: 0 })),
      ...answered(30, () => upload(300)),
      ...answered(18, (at) => ({ ...upload(bytes), sent: from + at })),
      ...failing(6, () => ({ ...upload(bytes), ...of })),
    ];
    expect(first(explainByRequestBody, view)?.odds['request-body-refused']).toBe(refused);
  });

  describe('tell how many as large fail, and', () => {
    /** Six failed, the later ones with so many bytes more; so many as large, and no larger, were answered. */
    const among = (more: number, asLarge: number, smallerFailed = 0) =>
      first(explainByRequestBody, [
        ...answered(200, () => ({ method: 'POST', received: 0 })),
        ...answered(30, () => upload(300)),
        ...answered(asLarge, (at) => ({ ...upload(60_000), sent: 12 + at })),
        ...failing(6, (at) => upload(60_000 + more * at)),
        ...failing(smallerFailed, (at) => ({ ...upload(900), sent: 150.5 + 9 * at })),
      ]);

    test.each([
      ['all fail', 100, 0, '100 %', 0.93],
      ['half of them do', 100, 6, '50 %', 0.93],
      ['one more is answered, and the largest fail', 100, 7, '46 %', 0.68],
      ['most are answered, and the largest fail', 100, 18, '25 %', 0.581],
      ['most are answered, and some of any size fail', 0, 18, '25 %', 0.93],
    ])('are a limit for sure only where they fail alike: %s', (_, more, asLarge, fails, refused) => {
      const one = among(more, asLarge);
      expect(one?.fact).toContain(`; ${fails} of those as large fail, and smaller ones on`);
      expect(one?.odds['request-body-refused']).toBe(refused);
    });

    test('are the less a limit where smaller ones fail as well', () => {
      const one = among(100, 18, 2);
      expect(one?.fact).toContain('; 25 % of those as large fail, and most smaller ones on the same paths');
      expect(one?.odds['request-body-refused']).toBe(0.469);
    });

    test.each([
      [413, 0.93],
      [200, 0.581],
    ])('are not held against a limit where they are answered with it (%i)', (status, refused) => {
      const bodies = [...failing(6, (at) => upload(60_000 + 100 * at))];
      const view = [...answered(30, () => upload(300)), ...bodies];
      const others = answered(18, (at) => ({ ...upload(60_000), sent: 12 + at, status }));
      const one = first(explainByRequestBody, [...view, ...others, ...answered(200)]);
      expect(one?.odds['request-body-refused']).toBe(refused);
    });
  });

  /** Eight visits in an hour, in each of which ten small bodies are sent after one another; six times a large one fails. */
  test.each([
    ['with the rest of the traffic', 45, 481 / 6],
    ['while little else is asked for', 0.5, 481 / 6 / 5],
  ])('say the less the more often bodies are sent at the time: %s', (_, pauseSeconds, most) => {
    const view = viewOf([
      ...answered(400, (at) => ({ sent: at * 9 })),
      ...Array.from(
        { length: 80 },
        (_, at): Logged => ({
          ...{ sent: Math.floor(at / 10) * 450 + (at % 10) * pauseSeconds + 1, client: at },
          ...upload(300),
        }),
      ),
      ...failing(6, (at) => ({ ...upload(60_000), sent: at * 450 + 3.2 })),
    ]);
    const [candidate] = explainByRequestBody(view, new Float64Array(6).fill(1));
    const ratio = candidate?.ratios[0] ?? 0;
    expect(ratio).toBeLessThan(most * 1.1);
    expect(ratio).toBeGreaterThan(most * 0.9);
  });

  test('hold for nothing that was refused', () => {
    expect(said(() => 60_000, 6, 4, { failed: 'refused' })?.of).toBe(0);
  });
});

test('a Lambda function failed where a line says so, whatever else does, and however many at once', () => {
  const lambda: Change = (at) => ({ failed: 'badly', lambdaReason: `Lambda${'FEDCBAAA'[at]}` });
  const requests = [...failing(8, lambda), ...failing(3, () => ({ sent: 200 }))];
  expect(saidBy(explainByLambdaReason, requests)).toEqual([
    {
      ...{ kind: 'lambda-reason', of: 8, odds: { 'lambda-target-error': 0.99 } },
      fact: 'name a failure of the Lambda function: LambdaA, LambdaB, LambdaC, LambdaD, LambdaE',
      where: { targetGroupArn: groupArnOf('storefront'), target: addressOf(1), node: null, path: null },
    },
  ]);
  const view = viewOf(requests);
  const [candidate] = explainByLambdaReason(view, new Float64Array(11));
  expect(candidate?.weights?.(new Float64Array(11).fill(0.7))).toEqual(new Float64Array(11).fill(0.7));
});

describe('targets', () => {
  /** Three targets, of which the second is changed. */
  const among = (change: Change) =>
    first(
      explainByTarget,
      answered(300, (at) => (at % 3 === 1 ? { target: 0, ...change(at) } : { target: 1 + (at % 3) })),
    );
  const REFUSED: Odds = {
    'connection-refused': 0.78,
    'network-path': 0.09,
    'tls-failure': 0.06,
    'target-crash': 0.04,
  };
  const REFUSED_OR_TLS: Odds = {
    'connection-refused': 0.5,
    'tls-failure': 0.25,
    'network-path': 0.12,
    'target-crash': 0.02,
  };
  const never = 'keep to 1 target with 33 % of all requests, which never answered';

  test.each<readonly [port: number, odds: Odds]>([
    [9000, REFUSED],
    [443, REFUSED_OR_TLS],
    [8443, REFUSED_OR_TLS],
    [4430, REFUSED],
  ])('that refuse on port %i', (port, odds) => {
    expect(among(() => ({ failed: 'refused', port }))).toEqual({
      kind: 'target',
      of: 100,
      fact: never,
      odds,
    });
  });

  test.each<readonly [string, Change, Odds]>([
    [
      'that always break off',
      () => ({ failed: 'cut' }),
      {
        ...{ 'protocol-mismatch': 0.55, 'tls-failure': 0.15, 'malformed-response': 0.12 },
        'response-header-too-large': 0.02,
      },
    ],
    [
      'that break off some work',
      (at) => (at % 9 === 1 ? { failed: 'cut', took: 0.4 } : {}),
      { 'malformed-response': 0.18, 'target-crash': 0.15, 'requests-per-connection-limit': 0.01 },
    ],
    [
      'that break off some at once',
      (at) => (at % 9 === 1 ? { failed: 'cut', took: 0.001 } : {}),
      {
        ...{ 'malformed-response': 0.18, 'target-crash': 0.15, 'requests-per-connection-limit': 0.12 },
        'keepalive-mismatch': 0.1,
      },
    ],
  ])('%s', (_, change, odds) => {
    expect(among(change)?.odds).toEqual(odds);
  });

  test('that fail now and then', () => {
    expect(among((at) => (at % 9 === 1 ? { failed: 'refused' } : {}))).toEqual({
      kind: 'target',
      of: 34,
      fact: 'keep to 1 target with 33 % of all requests',
      odds: { 'connection-refused': 0.62, 'network-path': 0.12, 'tls-failure': 0.08, 'target-crash': 0.06 },
    });
  });

  test('of a group that never answered may fail the handshake', () => {
    const said = saidBy(
      explainByTarget,
      answered(300, (at) =>
        at % 3 === 1 ? { group: 'billing', target: 2, failed: 'refused' } : { target: 1 + (at % 3) },
      ),
    );
    expect(said.map(({ fact, odds }) => [fact, odds])).toEqual([
      ['keep to 1 target group with 33 % of all requests, which never answered', REFUSED_OR_TLS],
      [never, REFUSED_OR_TLS],
    ]);
  });

  test('tell nothing where there is but one, or by two failures', () => {
    expect(first(explainByTarget, [...answered(100), ...failing(9, () => ({}))])).toBeNull();
    const rare = (failures: number) => [...answered(300), ...failing(failures, () => ({ target: 2 }))];
    expect(first(explainByTarget, rare(2))).toBeNull();
    expect(first(explainByTarget, rare(3))?.of).toBe(3);
  });
});

describe('nodes', () => {
  /** Three nodes and two targets; through the second node some requests are changed. */
  const through = (change: Change, nodes = 3, targets = 2) =>
    first(
      explainByNode,
      answered(360, (at) => ({
        ...{ node: at % nodes, target: 1 + (Math.floor(at / nodes) % targets) },
        ...(at % nodes === 1 && at >= 120 && at < 240 ? change(at) : {}),
      })),
    );
  const fact =
    'came through 1 load balancer node to targets that answered other nodes, within 117 s from 06:02:01 UTC; through it 100 % of the requests to them failed meanwhile; targets 10.20.0.1:9000, 10.20.0.2:9000';

  test('whose requests find no target, though these answer others', () => {
    expect(through(() => ({ failed: 'refused' }))).toEqual({
      ...{
        kind: 'node',
        of: 40,
        fact,
        odds: { 'network-path': 0.95, 'connection-refused': 0.01, 'tls-failure': 0.01 },
      },
    });
  });

  test('some of whose requests find one', () => {
    const some = through((at) => (Math.floor(at / 3) % 5 === 0 ? {} : { failed: 'refused' }));
    expect(some?.odds).toEqual({
      ...{ 'network-path': 0.65, 'connection-refused': 0.01, 'tls-failure': 0.01 },
    });
    expect(some?.fact).toBe(
      fact.replace('100 %', '82 %').replace('117 s from 06:02:01', '114 s from 06:02:04'),
    );
  });

  test('whose requests break off', () => {
    expect(through(() => ({ failed: 'cut' }))).toEqual({
      kind: 'node',
      of: 40,
      fact,
      odds: { 'network-path': 0.1 },
    });
  });

  test('are named where the log has their address, with the target if it is one', () => {
    const requests = answered(360, (at): Partial<Logged> => {
      const [node, target] = [at % 3, 1 + (Math.floor(at / 3) % 2)];
      return node === 1 && target === 2 && at >= 120 && at < 240
        ? { node, target, failed: 'refused' }
        : { node, target };
    });
    const saidOf = (nodeAddress: (node: number) => string | null) => {
      const view = { ...viewOf(requests), nodeAddress };
      const [candidate] = explainByNode(view, new Float64Array(view.failures.length).fill(1));
      return candidate?.statement(new Float64Array(view.failures.length).fill(1));
    };
    const named = saidOf((node) => `10.0.1.${node}`);
    expect(named?.where).toMatchObject({ node: '10.0.1.1', target: expect.stringMatching(/^10\./) });
    expect(named?.fact).toBe(
      'came through 1 load balancer node to a target that answered other nodes, within 114 s from 06:02:04 UTC; through it 100 % of the requests to it failed meanwhile; node 10.0.1.1, target 10.20.0.2:9000',
    );
    expect(saidOf(() => null)?.fact).toMatch(/; target 10.20.0.2:9000$/);
    expect(saidOf(() => null)?.where.node).toBeNull();
  });

  test('are asked for where there are several', () => {
    expect(through(() => ({ failed: 'cut' }), 1, 1)).toBeNull();
  });

  describe('and their pairs with targets', () => {
    type Said = readonly [of: number, timesRarer: number, searchedNats: number];
    /** Twelve minutes, in which so many nodes and targets take turns. */
    const taking = (isRefused: (at: number) => boolean, nodes: number, targets: number): Logged[] =>
      answered(720, (at) => ({
        ...{ node: at % nodes, target: 1 + (Math.floor(at / nodes) % targets) },
        ...(isRefused(at) ? { failed: 'refused' as const } : {}),
      }));
    const all = (requests: readonly Logged[], isLeft = true) => {
      const view = viewOf(requests);
      return explainByNode(view, new Float64Array(view.failures.length).fill(isLeft ? 1 : 0.05));
    };
    const saidOf = (requests: readonly Logged[]): Said[] =>
      all(requests).map((one) => [
        statedBy(one).of,
        Math.round(Math.max(...one.ratios) * 10) / 10,
        Math.round(one.searchedNats * 10) / 10,
      ]);
    const isLate = (at: number) => at >= 120 && at < 240;
    const byLot = (at: number) => at % 67 === 5;

    test.each<readonly [string, (at: number) => boolean, number, number, readonly Said[]]>([
      [
        'of a node',
        (at) => at % 3 === 1 && isLate(at),
        3,
        2,
        [
          [40, 3, 5.2],
          [22, 32.7, 15.4],
          [40, 3, 1.8],
        ],
      ],
      [
        'of a pair',
        (at) => at % 6 === 1 && isLate(at),
        3,
        2,
        [
          [20, 6, 2.5],
          [11, 65.5, 6.9],
          [20, 3, 1.8],
        ],
      ],
      [
        'of a pair, while others fail by lot',
        (at) => (at % 6 === 1 && isLate(at)) || byLot(at),
        ...([3, 2] as const),
        [
          [21, 6, 2.5],
          [11, 65.5, 7.3],
          [22, 3, 1.8],
        ],
      ],
      [
        'of one of two nodes',
        (at) => (at % 4 === 1 && isLate(at)) || byLot(at),
        ...([2, 2] as const),
        [
          [33, 4, 2.1],
          [16, 45, 7.2],
          [36, 2, 1.4],
        ],
      ],
      [
        'of one of two nodes, to one target',
        (at) => (at % 2 === 1 && isLate(at)) || byLot(at),
        ...([2, 1] as const),
        [
          [65, 2, 1.4],
          [31, 23.2, 7],
          [65, 2, 1.4],
        ],
      ],
      // At the time at which the pair fails most, its target fails all nodes.
      [
        'of a pair whose target is down for a minute',
        (at) => (at >= 300 && at < 360) || at % 30 === 1,
        ...([3, 2] as const),
        [
          [32, 6, 2.5],
          [42, 3, 1.8],
        ],
      ],
      ['by lot', byLot, 3, 2, []],
    ])(
      'are told at any time, in the stretch in which most fail, and of all targets: %s',
      (_, isRefused, nodes, targets, expected) => {
        expect(saidOf(taking(isRefused, nodes, targets))).toEqual(expected);
      },
    );

    test('are none of a target that fails most of its nodes in one stretch', () => {
      const isWithin = (at: number) => at >= 120 && at < 240 && at % 8 < 4;
      expect(saidOf(taking((at) => isWithin(at) && at % 4 < 2, 4, 1))).not.toEqual([]);
      expect(saidOf(taking((at) => isWithin(at) && at % 4 < 3, 4, 1))).toEqual([]);
    });

    test('are not told of what is explained', () => {
      const pair = taking((at) => at % 6 === 1 && isLate(at), 3, 2);
      expect(all(pair)).toHaveLength(3);
      expect(all(pair, false).map((one) => statedBy(one).of)).not.toContain(11);
    });
  });
});

describe('moments', () => {
  /** For three seconds of ten minutes, what is sent to some of three targets is changed. */
  const moment = (change: Partial<Logged>, targets = 3): Logged[] => [
    ...answered(600, (second) => ({ target: second % 3 })),
    ...Array.from(
      { length: 12 },
      (_, which): Logged => ({
        ...{ sent: 300 + which / 4, client: which, path: `/m/${which}`, target: which % targets },
        ...change,
      }),
    ),
  ];
  const at = (change: Partial<Logged>, targets?: number) => first(explainByMoment, moment(change, targets));

  /** Moments at such times, a second apart from target to target. */
  const moments = (times: readonly number[], change: Partial<Logged>) => [
    ...answered(7800, (second) => ({ target: second % 3 })),
    ...times.flatMap((sent, turn) =>
      Array.from(
        { length: 6 },
        (_, which): Logged => ({
          ...{ sent: sent + which / 4, client: 10 * turn + which, path: `/m/${which}`, target: which % 3 },
          ...change,
        }),
      ),
    ),
  ];
  const CLOCK = ', always at the same minutes of the hour';
  test.each<readonly [name: string, times: readonly number[], Partial<Logged>, fact: string, odds: object]>([
    [
      'at any time, at which all targets refuse',
      [700, 2900, 3100, 6200],
      { failed: 'refused' },
      'came in 4 bursts of up to 1.25 s on 3 targets, the first three at 06:11:40, 06:48:20 and 06:51:40 UTC, in which under 1 % of all requests came',
      { 'connection-refused': 0.45, deployment: 0.2, 'network-path': 0.15, 'tls-failure': 0.08 },
    ],
    [
      'each half hour, at which all targets refuse',
      [600, 2401, 4200, 6000],
      { failed: 'refused' },
      `came in 4 bursts of up to 1.25 s on 3 targets, the first three at 06:10:00, 06:40:01 and 07:10:00 UTC, in which under 1 % of all requests came${CLOCK}`,
      { deployment: 0.5, 'connection-refused': 0.1, 'target-crash': 0.1, 'network-path': 0.1 },
    ],
    [
      'each half hour, at which all targets break off',
      [600, 2401, 4200, 6000],
      { failed: 'cut', took: 0.3 },
      `came in 4 bursts of up to 1.25 s on 3 targets, the first three at 06:10:00, 06:40:01 and 07:10:00 UTC, in which under 1 % of all requests came${CLOCK}`,
      { deployment: 0.5, 'connection-refused': 0.02, 'target-crash': 0.1, 'network-path': 0.1 },
    ],
  ])('that come %s', (_, times, change, fact, odds) => {
    const said = saidBy(explainByMoment, moments(times, change)).filter((one) => one.fact === fact);
    expect(said[0]?.odds).toEqual(odds);
  });

  /** A visit of two minutes at each of four times: requests on all targets, all of which break off. */
  const visits = (clientOf: (turn: number, which: number) => number): Logged[] =>
    [700, 2900, 3100, 6200].flatMap((sent, turn) =>
      Array.from(
        { length: 12 },
        (_, which): Logged => ({
          ...{ sent: sent + 11 * which, took: 0.03, failed: 'cut', client: clientOf(turn, which) },
          ...{ path: `/m/${which}`, target: which % 3 },
        }),
      ),
    );
  const each = (turn: number) => turn;
  const others = answered(7800, (second) => ({ target: second % 3 }));
  test.each<readonly [name: string, told: boolean, requests: readonly Logged[]]>([
    ['of a client that always fails, others are answered', false, [...others, ...visits(each)]],
    [
      'of a client that is answered at other times',
      true,
      [...others, ...visits(each), ...answered(32, (at) => ({ sent: 4000 + 5 * at, client: at % 4 }))],
    ],
    ['of a client each', true, [...others, ...visits((turn, which) => 12 * turn + which)]],
    [
      'of a client and as many others',
      true,
      [...others, ...visits((turn, which) => (which % 2 === 0 ? turn : 12 * turn + which))],
    ],
    [
      'of a client that always fails, others are not answered either',
      true,
      [
        ...others.filter(({ sent }) => ![700, 2900, 3100, 6200].some((at) => sent > at && sent < at + 122)),
        ...visits(each),
      ],
    ],
  ])('%s are told of the time: %s', (_, told, requests) => {
    const gained = saidBy(explainByMoment, requests).filter(({ of }) => of > 12);
    expect(gained.length > 0).toBe(told);
  });

  test('at which all targets break off', () => {
    expect(at({ failed: 'cut', took: 0.001 })).toEqual({
      kind: 'moment',
      of: 12,
      fact: 'came within 2.75 s at 06:05:00 UTC on 3 targets, in which 3 % of all requests came',
      odds: { deployment: 0.4, 'target-crash': 0.2 },
    });
  });

  test('at which all targets refuse', () => {
    expect(at({ failed: 'refused' }, 2)).toEqual({
      kind: 'moment',
      of: 12,
      fact: 'came within 2.75 s at 06:05:00 UTC on 2 targets, in which 3 % of all requests came',
      odds: { 'connection-refused': 0.45, deployment: 0.2, 'network-path': 0.15, 'tls-failure': 0.08 },
    });
  });

  test('count what one client fails then for less, and what is explained not at all', () => {
    const weightsOf = (change: Partial<Logged>, left: number) => {
      const view = viewOf(moment({ failed: 'cut', took: 0.001, ...change }));
      const ones = new Float64Array(view.failures.length).fill(1);
      const [said] = explainByMoment(view, ones);
      return [...new Set(said?.weights?.(ones.fill(left)))];
    };
    expect(weightsOf({}, 1)).toEqual([1]);
    expect(weightsOf({}, 0)).toEqual([0]);
    expect(weightsOf({ client: 77 }, 1)).toEqual([expect.closeTo(1 / Math.sqrt(12), 9)]);
  });

  test('are the same through whatever nodes they came', () => {
    const through = moment({ failed: 'cut', took: 0.001 }).map(
      (one, at): Logged => (one.failed === undefined ? one : { ...one, node: at % 2 }),
    );
    expect(first(explainByMoment, through)).toEqual(at({ failed: 'cut', took: 0.001 }));
  });

  const HOUR = 3600;
  /** For so many hours a request each 5 s, of which this share fails by lot. */
  const failingByLot = (hours: number, shareAt: (hour: number) => number): Logged[] =>
    answered(hours * 720, (turn) => {
      const [sent, lot] = [5 * turn, Math.abs(Math.sin(turn * 12.9898) * 43_758.5453) % 1];
      const fails = lot < shareAt(sent / HOUR);
      return {
        sent,
        target: turn % 4,
        ...(fails ? { failed: 'cut', took: 0.001, client: 5000 + turn } : {}),
      };
    });
  const inHours = (hour: number) => (hour % 24 >= 9 && hour % 24 < 17 ? 0.02 : 0);
  /** For twelve minutes at noon. */
  const atNoon = (usual: number) => (hour: number) => (hour >= 12 && hour < 12.2 ? 0.3 : usual);
  test.each<readonly [name: string, requests: readonly Logged[], told: boolean]>([
    ['while failures get slowly more', failingByLot(8, (hour) => 0.0075 * hour), false],
    ['in the hours of work of two days', failingByLot(48, inHours), false],
    ['in which it fails far more often than right before and after', failingByLot(24, atNoon(0.01)), true],
  ])('are no part of something longer: %s', (_, requests, told) => {
    expect(saidBy(explainByMoment, requests).length > 0).toBe(told);
  });

  test('are told with both times where there are two', () => {
    const [said] = saidBy(explainByMoment, moments([700, 2900], { failed: 'refused' }));
    expect(said?.fact).toBe(
      'came in 2 bursts of up to 1.25 s on 3 targets, at 06:11:40 and 06:48:20 UTC, in which under 1 % of all requests came',
    );
  });

  test('at which one target fails are its own, whatever fails at other times', () => {
    const others = failing(4, (which) => ({ sent: 40.5 + which * 90, target: which % 3 }));
    expect(first(explainByMoment, [...moment({ failed: 'cut', took: 0.001 }, 1), ...others])).toBeNull();
  });

  test('at which one target fails alone are its own', () => {
    expect(at({ failed: 'cut', took: 0.001 }, 1)).toBeNull();
  });
});

describe('targets that have just taken up work', () => {
  /** New targets take every second request from some time on; what one of such an age answers. */
  const coming = (begins: readonly number[], change: (age: number) => Partial<Logged>, each = 2): Logged[] =>
    answered(1500, (at) => {
      const which = begins.findLastIndex((begin) => at >= begin);
      if (which === -1 || at % each > 0) return { target: 1 };
      return { target: 10 + which, ...change(at - (begins[which] ?? 0)) };
    });
  const failsAt = (low: number, high: number, how: Partial<Logged> = { failed: 'cut', took: 0.01 }) => {
    return (age: number): Partial<Logged> => (age >= low && age < high && age % 6 < 2 ? how : {});
  };
  const said = (length: number, odds: Odds, share = 4) => ({
    kind: 'moment',
    of: length,
    fact: `came in the first 54 s of 2 targets that had just taken up work, in which ${share} % of all requests came`,
    odds,
  });
  const NOT_READY = { deployment: 0.35, 'malformed-response': 0.15, 'target-crash': 0.15 };
  const NOT_LISTENING = { 'connection-refused': 0.4, deployment: 0.35, 'network-path': 0.08 };
  const mostOf = (requests: readonly Logged[]) =>
    saidBy(explainByNewTargets, requests)
      .map(({ kind, of, fact, odds }) => ({ kind, of, fact, odds }))
      .sort((one, other) => other.of - one.of)[0] ?? null;

  test.each([
    ['fail in their first minute', coming([400, 900], failsAt(0, 60)), said(20, NOT_READY)],
    [
      'refuse in their first minute',
      coming([400, 900], failsAt(0, 60, { failed: 'refused' })),
      said(20, NOT_LISTENING),
    ],
    ['fail later', coming([400, 900], failsAt(240, 300)), null],
    ['are one', coming([400], failsAt(0, 60)), null],
    // As long as the log has been they would not have been asked.
    ['may have been there, unasked', coming([4, 10], failsAt(0, 60)), null],
  ])('that %s', (_, requests, expected) => {
    expect(mostOf(requests)).toEqual(expected);
  });

  test('are told of, not the connections that are as new', () => {
    const { explanations } = summaryOfRequests(coming([400, 900], failsAt(0, 60)));
    expect(explanations?.map(({ kind, share }) => [kind, share])).toEqual([['moment', 1]]);
  });
});

const TO_NOON = { firstLineSeconds: 0, lastLineSeconds: 43_200 };

describe('figures in words', () => {
  test.each([
    [percent(0), '0 %'],
    [percent(0.004), 'under 1 %'],
    [percent(0.01), '1 %'],
    [percent(0.555), '56 %'],
    [seconds(0.1234), '0.12 s'],
    [seconds(1), '1 s'],
    [seconds(5.0012), '5 s'],
    [seconds(61.74), '61.7 s'],
    [counted(1, 'client'), '1 client'],
    [counted(2, 'client'), '2 clients'],
    [counted(2, 'query', 'queries'), '2 queries'],
    [rarity(0.9e-6), 'less than once in a million times'],
    [rarity(1e-6), 'less than once in a thousand times'],
    [rarity(1e-3), 'about once in 1,000 times'],
    [rarity(0.02), 'about once in 50 times'],
    [rarity(1), 'about once in 1 times'],
    [clockTimes([18_187.9], TO_NOON), '05:03:07 UTC'],
    [clockTimes([7200, 3600], TO_NOON), '01:00:00 and 02:00:00 UTC'],
    [clockTimes([9, 8, 7, 6], TO_NOON), '00:00:06, 00:00:07 and 00:00:08 UTC'],
    [clockTimes([86_400], { firstLineSeconds: 86_399, lastLineSeconds: 86_400 }), '1970-01-02 00:00:00 UTC'],
  ])('%s', (text, expected) => {
    expect(text).toBe(expected);
  });
});
