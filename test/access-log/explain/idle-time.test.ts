import { describe, expect, test } from 'vitest';
import { randomFrom } from '../../../lab/worlds/access-log/random.ts';
import { explain } from '../../../lambda/access-log/explain/explain.ts';
import type { Candidate, IdleTimeEstimate } from '../../../lambda/access-log/explain/explanation.ts';
import { explainByIdleTime, isSameIdleTime } from '../../../lambda/access-log/explain/idle-time.ts';
import { type Logged, viewOf } from '../requests.ts';
import { statedBy } from './said.ts';

type Last = (at: number, sent: number) => Partial<Logged> | null;

/** How long after an answer the last request of a period is sent. */
const IDLE_SECONDS = 5;
const letter = (at: number): string => 'abcdefghijklmnop'[at % 16] ?? '';

interface Periods {
  readonly count?: number;
  readonly seconds?: number;
  /** Without the second, the last request has one connection to take. */
  readonly hasSecond?: boolean;
}

/** Three requests in each period, none a fixed time after another, and a last one five seconds after the third. */
function periods(last: Last, { count = 80, seconds = 100, hasSecond = true }: Periods = {}): Logged[] {
  const random = randomFrom(11);
  return Array.from({ length: count }, (_, at): Logged[] => {
    const third = at * seconds + 0.37 * seconds + 0.3 * seconds * random.next();
    const sent = third + 0.01 + IDLE_SECONDS + (at % 8) / 2000;
    const job = { took: 0.01, path: `/job/${letter(at)}` };
    const changed = last(at, sent);
    const second = { ...job, sent: third - 19 - 9 * random.next(), client: 600 + at };
    return [
      { ...job, sent: at * seconds + 0.11 * seconds * random.next(), client: at },
      ...(hasSecond ? [second] : []),
      { sent: third, took: 0.01, client: 300 + at, path: `/shelf/${letter(at)}` },
      ...(changed === null ? [] : [{ sent, client: 125 + at, path: `/shelf/${letter(at + 5)}`, ...changed }]),
    ];
  }).flat();
}

/** Of every fourth period the last request fails. */
const failing =
  (failed: Last = () => ({}), others: Last = () => null): Last =>
  (at, sent) =>
    at % 4 === 0 ? { failed: 'cut', took: 0.01, ...failed(at, sent) } : others(at, sent);

function candidatesOf(requests: readonly Logged[]): readonly Candidate[] {
  const view = viewOf(requests);
  return explainByIdleTime(view, new Float64Array(view.failures.length).fill(1));
}

const idleOf = (requests: readonly Logged[]) =>
  candidatesOf(requests).filter(({ kind }) => kind === 'idle-time');
const factsOf = (requests: readonly Logged[]) => idleOf(requests).map((one) => statedBy(one).fact);
/** How much rarer than chance it is, of the failures for which it is rarest. */
const rarestOf = (requests: readonly Logged[]): number =>
  Math.max(...idleOf(requests).flatMap(({ ratios }) => [...ratios]));

describe('failures so long after an answer of their target', () => {
  test('are told with the seconds, to all answers, to the one that pairs, and to both', () => {
    const all = idleOf(periods(failing()));
    expect(all.map((one) => [one.idle?.place.paired, statedBy(one).of, statedBy(one).fact])).toEqual(
      [false, true, false].map((paired) => [
        paired,
        20,
        'came 5.01 s after an answer of the same target, which chance alone does less than once in a million times',
      ]),
    );
    // Any place and any of ten widths could have been it, in each way; the last is tried in two ways.
    const searched = all.map(({ idle }) => {
      const { low = 0, width = 0 } = idle?.place.pileUp.window ?? {};
      return Math.log(10 * 17 * ((low + width) / width));
    });
    const [first = 0, second = 0] = searched;
    expect(all.map(({ searchedNats }) => searchedNats)).toEqual([
      ...searched.slice(0, 2),
      Math.max(first, second) + Math.LN2,
    ]);
    expect(all.map(({ idle }) => idle?.estimate.failures)).toEqual([20, 20, 20]);
  });

  const several = (at: number, most: number, few: number) => (at >= 56 && at <= 68 ? few : most);
  test.each([
    ['at once', () => 0.001],
    ['after a while', () => 0.1],
    ['after a longer while', () => 0.2],
    ['mostly after a while, and later in the middle', (at: number) => several(at, 0.1, 0.14)],
    ['mostly after a while, and sooner in the middle', (at: number) => several(at, 0.1, 0.08)],
  ])(
    'prove nothing where they break off %s, and what is answered on their path is idle as long',
    (_, took) => {
      const poll = { path: '/poll' };
      const answered: Last = (at) => (at % 4 === 1 ? { ...poll, took: 0.01 } : null);
      const alone = rarestOf(periods(failing((at) => ({ took: took(at) }))));
      expect(alone).toBeGreaterThan(15);
      const alike = periods(
        failing((at) => ({ took: took(at), ...poll }), answered),
        { count: 120 },
      );
      expect(rarestOf(alike)).toBeLessThan(2);
      expect(idleOf(alike).length).toBeGreaterThan(0);
    },
  );

  test('are told of each group apart', () => {
    const billing = periods(failing((_, sent) => ({ sent: sent + 3 }))).map(
      (one): Logged => ({ ...one, group: 'billing', target: 2, node: 1 }),
    );
    const all = idleOf([...periods(failing()), ...billing]);
    expect(
      new Set(all.map(({ idle }) => `${idle?.group}: ${Math.round(idle?.estimate.seconds ?? 0)} s`)),
    ).toEqual(new Set(['0: 5 s', '1: 8 s']));
    expect(new Set(all.map((one) => statedBy(one).of))).toEqual(new Set([20]));
  });

  test('are not asked for it on a path that mostly fails, nor where they are few', () => {
    expect(factsOf(periods(failing((at) => (at % 8 === 0 ? {} : { path: '/lost' }))))).toHaveLength(3);
    expect(factsOf(periods(failing(() => ({ path: '/lost' }))))).toEqual([]);
    expect(factsOf(periods(failing(), { count: 8 }))).toEqual([]);
  });

  test('have another reason where they broke off after work', () => {
    expect(factsOf(periods(failing(() => ({ took: 0.25 }))))).not.toEqual([]);
    expect(factsOf(periods(failing(() => ({ took: 0.26 }))))).toEqual([]);
  });

  test('are told to both where a request that was sent meanwhile took the connection which would pair', () => {
    const between = periods(failing(), { count: 96 }).flatMap((one, at): Logged[] =>
      one.failed !== undefined && at % 3 === 0
        ? [{ sent: one.sent - 2, took: 0.2, client: 700 + at, path: `/between/${letter(at)}` }, one]
        : [one],
    );
    const [all, paired, both, ...more] = idleOf(between);
    expect(more).toEqual([]);
    expect(all && statedBy(all).of).toBe(24);
    expect(paired && statedBy(paired).of).toBe(16);
    expect(both?.idle?.place).toEqual(all?.idle?.place);
    for (const [at, ratio] of (both?.ratios ?? []).entries()) {
      const [one = 0, other = 0] = [all?.ratios[at], paired?.ratios[at]];
      expect(ratio).toBeGreaterThanOrEqual(Math.min(one, other));
      expect(ratio).toBeLessThanOrEqual(Math.max(one, other));
    }
    // It is mostly told by all answers, for these tell of all failures.
    expect(both?.ratios[0]).toBeGreaterThan(0.8 * (all?.ratios[0] ?? 0));
  });
});

describe('an idle time that explains what fails', () => {
  const explained = (requests: readonly Logged[]) => explain(viewOf(requests));

  test('is one explanation, and each way in which it shows is told with its keep-alive', () => {
    const { explanations, idle } = explained(periods(failing()));
    expect(explanations).toMatchObject([{ kind: 'idle-time', cause: 'keepalive-mismatch', failures: 20 }]);
    expect(idle.map(({ estimate }) => estimate.seconds)).toEqual([5.006]);
  });

  test('is left open where many answered requests on the path show it, and is then no keep-alive', () => {
    const poll = { path: '/poll' };
    const answered: Last = (at) => (at % 4 === 1 ? { ...poll, took: 0.01 } : null);
    const requests = periods(failing(() => poll, answered)).map(
      (one, at): Logged => (one.path?.startsWith('/job') && at % 2 === 0 ? { ...one, ...poll } : one),
    );
    const { explanations, idle } = explained(requests);
    expect(explanations).toMatchObject([
      { kind: 'idle-time', cause: null, fact: expect.stringContaining('many answered requests did as well') },
    ]);
    expect(idle).toEqual([]);
  });
});

describe('answers to requests that had no other connection to take', () => {
  /** So many of them, idle for so long, beside thirty failures. */
  const refuting = (count: number, idleSeconds = IDLE_SECONDS + 0.004, failed: Last = () => ({})) =>
    periods(
      failing(failed, (at, sent) =>
        at - Math.floor(at / 4) - 1 < count
          ? {
              sent: sent - (at % 8) / 2000 - IDLE_SECONDS + idleSeconds,
              ...{ path: `/other/${letter(at)}`, client: 500 + at },
            }
          : null,
      ),
      { count: 120, seconds: 200, hasSecond: false },
    );

  test('refute an idle time if they are more than the failures', () => {
    expect(factsOf(refuting(30))).not.toEqual([]);
    expect(candidatesOf(refuting(31))).toEqual([]);
    expect(factsOf(refuting(60, IDLE_SECONDS + 0.5))).not.toEqual([]);
  });

  test('are held against those failures alone that have the idle time', () => {
    // Every fifth of thirty fails later than that.
    const later: Last = (at, sent) => (at % 20 === 0 ? { sent: sent + 3 } : {});
    expect(factsOf(refuting(24, undefined, later))).not.toEqual([]);
    expect(factsOf(refuting(25, undefined, later))).toEqual([]);
  });
});

describe('a rhythm of the clients themselves', () => {
  const own: Last = (at) => ({ client: 300 + at });
  const rhythmsOf = (last: Last) => candidatesOf(periods(last)).filter(({ kind }) => kind === 'client');

  test('is told as a rival, at several spreads, without a cause', () => {
    const rhythms = rhythmsOf(failing(own));
    expect(rhythms.slice(0, 6).map((one) => [statedBy(one).fact, statedBy(one).of])).toEqual(
      [
        ['5 s to 5.02 s', 10],
        ['4.99 s to 5.03 s', 20],
        ['4.96 s to 5.06 s', 20],
        ['4.81 s to 5.21 s', 20],
        ['4.41 s to 5.61 s', 20],
        ['3.76 s to 6.26 s', 20],
      ].map(([range, of]) => [
        `came ${range} after an answer to the same client: a rhythm of the client, which may fall on an idle time by chance`,
        of,
      ]),
    );
    for (const one of rhythms) {
      const { where, odds } = statedBy(one);
      expect(where).toMatchObject({ target: '10.20.0.1:9000', node: null, path: null });
      expect(Object.keys(odds)).toEqual([]);
      expect(one.rhythm?.lowSeconds).toBeLessThan(IDLE_SECONDS + 0.01);
      expect(one.rhythm?.highSeconds).toBeGreaterThan(IDLE_SECONDS + 0.01);
      expect(one.searchedNats).toBeCloseTo(Math.log(10), 9);
    }
  });

  test('is as rare as answered requests show', () => {
    // None of 240 does, then 20 of 260.
    expect(rhythmsOf(failing(own))[1]?.ratios[0]).toBeCloseTo(242, 6);
    const answered: Last = (at) => (at % 4 === 1 ? { client: 300 + at } : null);
    expect(rhythmsOf(failing(own, answered))[1]?.ratios[0]).toBeCloseTo(262 / 21, 6);
  });

  test('is none where the answers before went to anybody', () => {
    expect(rhythmsOf(failing())).toEqual([]);
  });
});

/** Forty connections, a hundred seconds apart; each is opened by a request that takes its own time, and then busy. */
function connections(failedAt: (opened: number, took: number, at: number) => number): Logged[] {
  const random = randomFrom(7);
  return Array.from({ length: 40 }, (_, at): Logged[] => {
    const opened = at * 100 + 20 * random.next();
    const took = 0.05 + 0.1 * random.next();
    const of = (sent: number, which: number) => ({
      sent,
      took: 0.02,
      client: 10 * at + which,
      path: `/shelf/${letter(sent)}`,
    });
    return [
      { ...of(opened, 0), took },
      ...[1, 2, 3, 4].slice(at % 4).map((which) => of(opened + 10 * random.next(), which)),
      ...[5, 6, 7, 8].slice(at % 3).map((which) => of(opened + 15 + 60 * random.next(), which)),
      { ...of(failedAt(opened, took, at), 9), took: 0.01, failed: 'cut' as const },
    ];
  }).flat();
}

describe('connections that end ten seconds', () => {
  const jitter = (at: number) => ((at * 7) % 20) / 1000;
  const causesOf = (requests: readonly Logged[]) =>
    explain(viewOf(requests)).explanations.map(({ kind, cause }) => [kind, cause]);

  test('after a request had opened them have an age: the answers of those came sooner or later', () => {
    const requests = connections((opened, _, at) => opened + 9.98 + jitter(at));
    const [rival] = candidatesOf(requests).filter(({ kind }) => kind === 'connection-age');
    expect(rival?.ageSeconds).toBeCloseTo(9.99, 1);
    // In a window of half a round trip.
    expect(rival && statedBy(rival).of).toBeGreaterThan(30);
    expect(rival && statedBy(rival)).toMatchObject({
      fact: 'came 9.99 s after a request was sent that may have opened their connection',
      odds: { 'requests-per-connection-limit': 0.85, 'keepalive-mismatch': 0.1 },
    });
    expect(causesOf(requests)).toEqual([['connection-age', 'requests-per-connection-limit']]);
  });

  test('after the answer to it were idle', () => {
    const requests = connections((opened, took, at) => opened + took + 9.98 + jitter(at));
    expect(candidatesOf(requests).filter(({ kind }) => kind === 'connection-age')).toEqual([]);
    expect(causesOf(requests)).toEqual([['idle-time', 'keepalive-mismatch']]);
  });
});

describe('an idle time that was found before', () => {
  const requests = periods(failing((at) => ({ client: 300 + at })));
  const view = viewOf(requests);
  const all = new Float64Array(view.failures.length).fill(1);
  const [one] = explainByIdleTime(view, all);
  const kindsAfter = (found: Partial<Candidate>): ReadonlySet<string> => {
    if (one === undefined) throw new Error('nothing was found');
    const { idle: _, ...rest } = one;
    return new Set(explainByIdleTime(view, all, [{ ...rest, ...found }]).map(({ kind }) => kind));
  };
  const idleAt = (seconds: number, dispatched = true): Partial<Candidate> =>
    one?.idle === undefined
      ? {}
      : { idle: { ...one.idle, dispatched, estimate: { ...one.idle.estimate, seconds } } };
  const [isKept, isGone] = [new Set(['idle-time', 'client']), new Set(['client'])];

  test.each<readonly [string, Partial<Candidate>, ReadonlySet<string>]>([
    ['is not told again', idleAt(5.1), isGone],
    ['is another where it is of other seconds', idleAt(5.2), isKept],
    ['is another where the requests were not sent', idleAt(5.1, false), isKept],
    ['as the age of connections is that age', { ageSeconds: 5.2 }, isGone],
    ['as another age is not', { ageSeconds: 5.3 }, isKept],
    ['as neither is told', {}, isKept],
  ])('%s', (_, found, kinds) => {
    expect(kindsAfter(found)).toEqual(kinds);
  });

  test('is told in both ways, whatever rivals it has', () => {
    expect(idleOf(requests)).toHaveLength(3);
  });
});

test('failures a little beside the narrowest window are due to the idle time as well', () => {
  // Two of three within eight milliseconds, the others up to twenty before.
  const spread = (at: number) => (at % 3 === 0 ? -0.02 + (at % 12) / 1000 : (at % 8) / 1000);
  const requests = periods(
    failing((at, sent) => ({ sent: sent + spread(at / 4) })),
    { count: 160 },
  );
  const [found] = explain(viewOf(requests)).explanations;
  expect(found?.kind).toBe('idle-time');
  expect(found?.failures).toBe(40);
  const [narrowest] = idleOf(requests);
  expect(narrowest?.idle?.estimate.failures).toBeLessThan(40);
  expect(narrowest && statedBy(narrowest).of).toBe(40);
});

test.each([
  [5.14, 0, true],
  [4.86, 0, true],
  [5.16, 0, false],
  [4.84, 0, false],
  [5, 1, false],
])('%f s of group %i and five seconds of the first are one idle time: %s', (seconds, group, isSame) => {
  const idle = (seconds: number, group: number): IdleTimeEstimate => ({
    group,
    dispatched: true,
    place: { pileUp: { window: { low: seconds, width: 0.01 }, hits: 9, pValue: 1e-9 }, paired: false },
    estimate: { seconds, low: seconds, high: seconds, failures: 9, pValue: 1e-9 },
  });
  expect(isSameIdleTime(idle(seconds, group), idle(5, 0))).toBe(isSame);
});
