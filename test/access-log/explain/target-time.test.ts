import { describe, expect, test } from 'vitest';
import { explainByTargetTime } from '../../../lambda/access-log/explain/target-time.ts';
import { timeoutSignOf, timeoutSignOfRoutes } from '../../../lambda/access-log/explain/timeout-sign.ts';
import { type Logged, viewOf } from '../requests.ts';
import { saidBy } from './said.ts';

type Change = (at: number) => Partial<Logged>;

const each = (times: readonly number[], change: Change): Logged[] =>
  times.map((took, at) => ({ sent: 100 + 40 * at, took, path: '/report', client: at, ...change(at) }));

/** Requests that broke off after so many seconds. */
const broken = (times: readonly number[], change: Change = () => ({})): Logged[] =>
  each(times, (at) => ({ failed: 'cut', ...change(at) }));

const answered = (times: readonly number[], change: Change = () => ({})): Logged[] =>
  each(times, (at) => ({ sent: 107 + 40 * at, ...change(at) }));

const times = (count: number, took: (at: number) => number): number[] =>
  Array.from({ length: count }, (_, at) => took(at));

const other: Change = () => ({ path: '/shelf' });

describe('failures of one route look like those of a timeout', () => {
  const soon = answered([1, 2, 3]);
  /** Half of them, or so, end with others that had been worked on for any time. */
  const along = (share: number, later: number, work = 13): Logged[] => {
    const late = broken(times(10 * share, () => work));
    const taken = times(10 - 10 * share, (at) => 2 + 1.6 * at).map((took, at): Logged => {
      const end = 100 + work + 40 * (at % late.length) + later;
      return { sent: end - took, took, path: '/report', client: 50 + at, failed: 'cut' };
    });
    return [...late, ...taken];
  };

  test.each<readonly [sign: string, name: string, requests: readonly Logged[]]>([
    ['likely', 'after one time, where others took less', [...broken([30, 30, 30]), ...soon]],
    ['likely', 'after two seconds', [...broken([2, 2, 2]), ...answered([1, 1, 1])]],
    ['none', 'not after less', [...broken([1.99, 1.99, 1.99]), ...answered([1, 1, 1])]],
    ['possible', 'where hardly any took less', [...broken([30, 30, 30]), ...answered([1, 2])]],
    ['possible', 'where all fail so', broken([30, 30, 30])],
    [
      'possible',
      'after long work of about one length, where other routes are answered',
      [...broken(times(20, (at) => 16 + at * 0.12)), ...answered([1, 1, 1], other)],
    ],
    ['none', 'not by two of them, of less than twenty seconds', broken([15, 15])],
    ['likely', 'at a limit that is looked at once a second', [...broken([6, 6.4, 6.9]), ...soon]],
    ['likely', 'at such a limit of five seconds', [...broken([5, 5.4, 5.9]), ...soon]],
    ['possible', 'where that may be ordinary work', [...broken([3, 3.4, 3.9]), ...answered([1, 1, 2])]],
    ['none', 'not where that is all there is', broken([6, 6.4, 6.9])],
    ['likely', 'where four in five do', [...broken([30, 30, 30, 30, 4]), ...soon]],
    ['none', 'not where fewer do', [...broken([13, 13, 13, 4, 7]), ...soon]],
    ['likely', 'where what ends with them does', [...along(0.5, 0.03), ...soon]],
    ['likely', 'where what ends just before them does', [...along(0.5, -0.03), ...soon]],
    ['likely', 'where what ends just after them does', [...along(0.5, 0.03, 13.03), ...soon]],
    ['likely', 'where four in five end so', [...along(0.5, 0).slice(0, 8), ...broken([3, 4.4]), ...soon]],
    ['none', 'not where fewer end so', [...along(0.5, 0).slice(0, 7), ...broken([3, 4.4, 6.1]), ...soon]],
    ['likely', 'where two in five take others along', [...along(0.4, 0), ...soon]],
    ['none', 'not where it ends later', [...along(0.5, 0.3), ...soon]],
    ['none', 'not where it ends sooner', [...along(0.5, -0.3), ...soon]],
    ['none', 'not where three in ten take others along', [...along(0.3, 0), ...soon]],
    [
      'none',
      'not where a tenth of the answers took as long',
      [...broken([13, 13, 13]), ...answered(times(20, (at) => (at < 2 ? 13 : 1)))],
    ],
    [
      'likely',
      'where hardly any answer took as long',
      [...broken([13, 13, 13]), ...answered(times(21, (at) => (at < 2 ? 13 : 1)))],
    ],
    [
      'likely',
      'where answers at once do not count',
      [...broken([13, 13, 13]), ...answered(times(40, (at) => (at < 2 ? 13 : at < 22 ? 1 : 0.09)))],
    ],
    [
      'none',
      'not where a tenth of all answers took as long',
      [
        ...broken([13, 13, 13]),
        ...soon,
        ...answered(
          times(20, (at) => (at < 3 ? 13 : 1)),
          other,
        ),
      ],
    ],
    [
      'possible',
      'after long work of about one length, of which nothing was answered',
      broken(times(20, (at) => 16 + at * 0.12)),
    ],
    ['possible', 'after such work, thrice', broken([16, 17, 17.8])],
    ['none', 'not where something was', [...broken(times(20, (at) => 16 + at * 0.12)), ...answered([1])]],
    ['possible', 'where others fail at once', broken(times(10, (at) => (at < 5 ? 5.1 + at / 20 : 0.01)))],
    ['none', 'not after less than five seconds', broken(times(10, (at) => (at < 5 ? 4.6 + at / 20 : 0.01)))],
    [
      'none',
      'not where a tenth of what took any time took as long',
      [...broken([13, 13, 13]), ...answered(times(60, (at) => (at < 3 ? 13 : at < 20 ? 1 : 0.09)))],
    ],
    [
      'none',
      'not where a tenth of the answers on its route took as long',
      [
        ...broken([13, 13, 13]),
        ...answered(times(20, (at) => (at < 3 ? 13 : 1))),
        ...answered(
          times(100, () => 1),
          other,
        ),
      ],
    ],
    ['possible', 'where all answers took longer', [...broken([30, 30, 30]), ...answered([31, 32, 33])]],
    ['none', 'not where its length is any', broken(times(20, (at) => 16 + at * 0.16))],
    ['possible', 'after very long work of any length', broken([12, 16, 20, 44, 70])],
    ['none', 'not after work of less', broken([12, 16, 19.9, 44, 70])],
    ['possible', 'where most break off so', broken([12, 20, 44, 70, 0.05])],
    ['none', 'not where fewer do', broken([20, 44, 70, 0.05])],
  ])('%s: %s', (sign, _, requests) => {
    const view = viewOf(requests);
    expect(timeoutSignOf(view, view.failures)).toBe(sign);
  });
});

describe('a time of work after which requests break off', () => {
  const ordinary = answered(
    times(25, (at) => 0.3 + at * 0.02),
    other,
  );
  const routes: Change = (at) => ({ path: `/r/${'abcde'[at % 5]}` });
  const said = (requests: readonly Logged[]) => saidBy(explainByTargetTime, requests);
  const TIMEOUT = { 'worker-timeout': 0.95, 'malformed-response': 0.03, 'target-crash': 0.02 };
  const VAGUE = { 'worker-timeout': 0.6, 'malformed-response': 0.2, 'target-crash': 0.02 };
  const ALL_OF_A_ROUTE = {
    ...{ 'worker-timeout': 0.5, 'malformed-response': 0.35, 'response-header-too-large': 0.08 },
  };
  /** About as long each time: between six seconds and seven. */
  const wide = (count: number) => times(count, (at) => 6 + ((at * 7) % 11) / 12);

  test.each<
    readonly [name: string, requests: readonly Logged[], fact: string, odds: Readonly<Record<string, number>>]
  >([
    [
      'on any route',
      [...broken([30, 30.05, 30.1, 30.1], routes), ...ordinary],
      '30.1 s of work (30 s to 30.1 s)',
      TIMEOUT,
    ],
    [
      'on one that is answered sooner',
      [...broken([30, 30, 30]), ...answered([1, 1, 1])],
      '30 s of work',
      TIMEOUT,
    ],
    ['on one that is not', [...broken([30, 30, 30]), ...answered([1, 1])], '30 s of work', ALL_OF_A_ROUTE],
    [
      'more or less, by many on any route',
      [...broken(wide(10), routes), ...ordinary],
      '6.5 s of work (6 s to 6.83 s)',
      TIMEOUT,
    ],
    [
      'more or less, by few on any route',
      [...broken(wide(9), routes), ...ordinary],
      '6.42 s of work (6 s to 6.83 s)',
      VAGUE,
    ],
    [
      'more or less, by few callers of one route',
      [...broken(wide(12), (at) => ({ client: at % 2 })), ...ordinary, ...answered([1, 1, 1])],
      '6.42 s of work (6 s to 6.83 s)',
      VAGUE,
    ],
    [
      'more or less, by several callers of one route',
      [...broken(wide(12), (at) => ({ client: at % 3 })), ...ordinary, ...answered([1, 1, 1])],
      '6.42 s of work (6 s to 6.83 s)',
      TIMEOUT,
    ],
    [
      'more or less, as some do sooner',
      [...broken([...wide(10), 5.1, 5.2], routes), ...ordinary],
      '6.5 s of work (6 s to 6.83 s)',
      VAGUE,
    ],
    [
      'more or less, as one does sooner',
      [...broken([...wide(10), 5.1], routes), ...ordinary],
      '6.5 s of work (6 s to 6.83 s)',
      TIMEOUT,
    ],
    [
      'more or less, as some do later',
      [...broken([...wide(10), 7.6, 7.9], routes), ...ordinary],
      '6.5 s of work (6 s to 6.83 s)',
      VAGUE,
    ],
  ])('%s', (_, requests, fact, odds) => {
    const all = said(requests);
    expect(all.map((one) => one.fact)).toContain(`broke off after ${fact}`);
    expect(all.find((one) => one.fact.endsWith(fact))?.odds).toEqual(odds);
  });

  describe('is the rarer', () => {
    /** How much rarer than by chance, of the narrowest window. */
    const rarest = (requests: readonly Logged[], weights?: readonly number[]): number => {
      const view = viewOf(requests);
      const all = new Float64Array(view.failures.length).fill(1);
      const [said] = explainByTargetTime(view, weights === undefined ? all : Float64Array.from(weights));
      return Math.max(0, ...(said?.ratios ?? []));
    };
    const at30 = (count: number, ...more: readonly number[]) =>
      broken([...times(count, (at) => 30 + 0.015 * at), ...more], routes);

    test.each<readonly [string, readonly Logged[], number]>([
      ['the more took as long', at30(9), 10 / 0.5],
      ['the fewer took longer', at30(9, 40, 50, 60), 13 / 0.5],
      ['not where as many took a little longer', at30(9, 30.2, 30.24, 30.3), 13 / 2.5],
      ['not where as many took a little less', at30(9, 29.88, 29.9, 29.91), 13 / 3.5],
      ['of both sides by the one on which more did', at30(9, 29.9, 30.2, 30.24), 13 / 2.5],
      ['the fewer answers took as long', [...at30(9), ...answered(times(40, (at) => (at < 8 ? 30 : 1)))], 5],
    ])('%s', (_, requests, expected) => {
      expect(rarest(requests)).toBeCloseTo(expected, 6);
    });

    test('the narrower the window is against all times that work may take', () => {
      const said = explainByTargetTime(
        ...([viewOf([...broken(wide(40), routes), ...ordinary]), new Float64Array(40).fill(1)] as const),
      );
      expect(Math.max(...(said.at(-1)?.ratios ?? []))).toBeCloseTo(
        (6 * Math.log(4000 / 0.1)) / (6 * 0.005 + 1.05),
        6,
      );
    });

    test('of those that are still to be explained, whatever else fails', () => {
      const [one, other] = [times(9, () => 30), times(3, () => 50)];
      const requests = [
        ...broken([...one, ...other], routes),
        ...broken(
          times(9, () => 0.01),
          () => ({ path: '/x' }),
        ),
      ];
      const view = viewOf(requests);
      const saidOf = (left: (seconds: number) => number) =>
        explainByTargetTime(
          view,
          Float64Array.from(view.failures, ({ targetSeconds }) => left(targetSeconds)),
        );
      const [first, ...more] = saidOf((seconds) => (seconds === 50 ? 0.4 : 0.6));
      expect(more).toHaveLength(2);
      expect(first?.searchedNats).toBeCloseTo(Math.log(9 * 3), 9);
      expect(saidOf((seconds) => (seconds === 50 ? 0.6 : 0.4))[0]?.searchedNats).toBeCloseTo(
        Math.log(3 * 3),
        9,
      );
      expect(saidOf((seconds) => (seconds < 1 ? 1 : 0))).toEqual([]);
    });
  });

  test('is told of three at least, and not of what hardly took any time', () => {
    expect(said([...broken([30, 30]), ...ordinary])).toEqual([]);
    expect(said([...broken([0.89, 0.89, 0.89]), ...ordinary])).toEqual([]);
    expect(said([...broken([0.9, 0.9, 0.9]), ...ordinary])).not.toEqual([]);
  });

  test('is wide only where answers tell how long work takes', () => {
    const failed = broken([6, 6.4, 6.9], routes);
    expect(said([...failed, ...ordinary.slice(0, 20)])).toHaveLength(1);
    expect(said([...failed, ...ordinary.slice(0, 19)])).toEqual([]);
  });
});

describe('failures of several routes look like those of timeouts', () => {
  const ofRoute = (route: number, took: number, count: number, sooner = 3): Logged[] => [
    ...broken(
      times(count, () => took),
      (at) => ({ path: `/r/${'abcdefghijklmn'[route]}`, sent: 100 + 40 * at + route }),
    ),
    ...answered(
      times(sooner, () => 1),
      () => ({ path: `/r/${'abcdefghijklmn'[route]}` }),
    ),
  ];
  const signOf = (requests: readonly Logged[]) => {
    const view = viewOf(requests);
    return [timeoutSignOf(view, view.failures), timeoutSignOfRoutes(view, view.failures)];
  };
  const routes = (count: number): Logged[] =>
    Array.from({ length: count }, (_, route) => ofRoute(route, 5 + 3 * route, 3)).flat();

  test('where each has its own', () => {
    expect(signOf(routes(2))).toEqual(['none', 'likely']);
    expect(signOf(routes(12))[1]).toBe('likely');
    // Of more, each has too few to say so.
    expect(signOf(routes(13))[1]).not.toBe('likely');
  });

  test('as those of one do', () => {
    expect(signOf(ofRoute(0, 10, 3))).toEqual(['likely', 'likely']);
  });

  test('where most of them are at one', () => {
    const at = (rest: number) => [
      ...routes(2),
      ...ofRoute(2, 10, 2),
      ...broken(
        times(rest, (which) => 0.5 + which),
        (which) => ({ path: '/r/z', sent: 103 + 40 * which }),
      ),
    ];
    expect(signOf([...at(0), ...ofRoute(3, 17, 6)])[1]).toBe('likely');
    expect(signOf(at(2))[1]).toBe('none');
  });
});
