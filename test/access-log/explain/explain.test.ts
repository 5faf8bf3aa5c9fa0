import { describe, expect, test } from 'vitest';
import { burstWeights } from '../../../lambda/access-log/explain/client-burst.ts';
import { closeTogether } from '../../../lambda/access-log/explain/close-together.ts';
import { withTimer } from '../../../lambda/access-log/explain/coarse-timer.ts';
import { explainByConnection } from '../../../lambda/access-log/explain/connection.ts';
import { explain } from '../../../lambda/access-log/explain/explain.ts';
import type { Candidate, IdleTimeEstimate } from '../../../lambda/access-log/explain/explanation.ts';
import { explainByIdleTime } from '../../../lambda/access-log/explain/idle-time.ts';
import { traffic } from '../made-logs.ts';
import { type Logged, viewOf } from '../requests.ts';
import { statedBy } from './said.ts';

type Change = (at: number) => Partial<Logged>;

/** A request each second, of twenty clients for eight paths. */
const answered = (count: number, change: Change = () => ({})): Logged[] =>
  Array.from({ length: count }, (_, at) => ({
    ...{ sent: at + 0.25, client: 100 + (at % 20), path: `/shelf/${'abcdefgh'[at % 8]}` },
    ...change(at),
  }));

const cut = (count: number, change: Change): Logged[] =>
  Array.from({ length: count }, (_, at) => ({
    ...{ sent: 10.5 + at * 9, took: 0.001, failed: 'cut' as const, client: 200 + at, path: '/lost' },
    ...change(at),
  }));

const weightsOf = (requests: readonly Logged[]): Float64Array =>
  new Float64Array(viewOf(requests).failures.length).fill(1);

describe('idle times of one group', () => {
  const idle = (low: number, high: number): IdleTimeEstimate => {
    const pileUp = { window: { low, width: high - low }, hits: 30, pValue: 1e-12 };
    const estimate = { seconds: low, low, high, failures: 30, pValue: 1e-12 };
    return { group: 0, dispatched: true, place: { pileUp, paired: false }, estimate };
  };
  const timersOf = (...all: readonly IdleTimeEstimate[]) => all.reduce(withTimer, []);

  test.each<readonly [name: string, other: readonly [low: number, high: number], told: readonly number[][]]>([
    ['within a second, one of which is wide', [5.1, 5.2], [[5.1, 5.9]]],
    ['that end a second and a round trip after the first begins', [4.81, 4.85], [[4.81, 5.9]]],
    [
      'that end later',
      [4.75, 4.78],
      [
        [5.4, 5.9],
        [4.75, 4.78],
      ],
    ],
  ])('are those of one timer: %s', (_, [low, high], told) => {
    const timers = timersOf(idle(5.4, 5.9), idle(low, high));
    expect(timers.map(({ estimate }) => [estimate.low, estimate.high])).toEqual(told);
    expect(timers.map(({ estimate }) => estimate.seconds)).toEqual(told.map(([from]) => from));
  });

  test('are two where none is wider than a round trip, or below a second', () => {
    expect(timersOf(idle(5.4, 5.45), idle(5.1, 5.15))).toHaveLength(2);
    expect(timersOf(idle(0.9, 1.4), idle(1.3, 1.5))).toHaveLength(2);
  });

  test('are two where one is of requests that could not be sent, and none where it is left open', () => {
    const one = idle(5.4, 5.9);
    expect(timersOf(one, { ...idle(5.1, 5.2), dispatched: false })).toHaveLength(2);
    expect(timersOf(one, { ...one, isOpen: true })).toEqual([one]);
  });
});

describe('failures that are close together', () => {
  /** Failures of keys at times, as pairs. */
  const groups = (...list: readonly (readonly [client: number, sent: number])[]) => {
    const { failures } = viewOf(list.map(([client, sent]) => ({ sent, client, took: 0.001, failed: 'cut' })));
    const first = failures[0]?.endSeconds ?? 0;
    return closeTogether(failures, ({ client }) => client, 10).map((group) =>
      group.map((at) => Math.round((failures[at]?.endSeconds ?? 0) - first)),
    );
  };

  test('have one key, and follow one another within the time, in whatever order they are', () => {
    expect(groups([1, 0], [1, 20], [1, 9])).toEqual([[0, 9], [20]]);
    expect(groups([1, 0], [1, 9.9], [1, 19.8], [1, 40])).toEqual([[0, 10, 20], [40]]);
    expect(groups([1, 0], [2, 1], [1, 2], [2, 3]).map((group) => group.length)).toEqual([2, 2]);
    expect(closeTogether([], ({ client }) => client, 10)).toEqual([]);
  });

  test('of one target and moment count once together', () => {
    const at = (sent: number, target: number): Logged => ({ sent, target, took: 0.001, failed: 'cut' });
    const view = viewOf([at(0, 1), at(0.09, 1), at(0.3, 1), at(0.05, 2)]);
    const weights = view.failures.map(({ target }, which) => [target, view.momentWeights[which]]);
    expect(weights).toEqual([
      ...[
        [1, 0.5],
        [2, 1],
        [1, 0.5],
        [1, 1],
      ],
    ]);
  });

  test('of one client say less in a burst, unless it has a fifth of all requests', () => {
    const burst = (requests: number) => {
      const all = [...answered(requests), ...cut(4, (at) => ({ sent: 10 + at * 9.9, client: 8 }))];
      return [...burstWeights(viewOf(all), weightsOf(all))];
    };
    expect(burst(17)).toEqual([0.5, 0.5, 0.5, 0.5]);
    expect(burst(16)).toEqual([1, 1, 1, 1]);
    const apart = [...answered(90), ...cut(3, (at) => ({ sent: 10 + at * 10.1, client: 8 }))];
    expect([...burstWeights(viewOf(apart), new Float64Array(3).fill(0.5))]).toEqual([0.5, 0.5, 0.5]);
  });
});

describe('the failures of a load balancer', () => {
  const found = (requests: readonly Logged[]) => explain(viewOf(requests));
  const lost = (count: number) => cut(count, () => ({}));

  test('are none where nothing failed', () => {
    expect(found(answered(40))).toEqual({ explanations: [], unexplained: null, idle: [] });
  });

  test('are explained by what they have in common, and its cause is named', () => {
    const { explanations, unexplained } = found([...answered(400), ...lost(12)]);
    expect(explanations).toMatchObject([
      { kind: 'path', cause: 'malformed-response', failures: 12, share: 1, where: { path: 'GET /lost' } },
    ]);
    // Twelve times the logarithm of one in thirty-four, less what the search costs.
    expect(explanations[0]?.gainNats).toBeCloseTo(12 * Math.log(412 / 12) - Math.log(9) - Math.LN2, 1);
    expect(unexplained).toEqual({ failures: 0, share: 0 });
  });

  test('are explained by two causes, the larger first, and the rest is told', () => {
    const plain = traffic({ seed: 3, seconds: 400, rate: 1.2 });
    const made = plain.map((one, at): Logged => {
      if (at % 18 === 3) return { ...one, took: 0.001, failed: 'cut', path: '/lost' };
      if (at % 56 === 5) return { ...one, took: 0.001, failed: 'cut', client: 207 };
      return at % 47 === 7 ? { ...one, took: 0.001, failed: 'cut' } : one;
    });
    const failed = made.filter(({ failed: how }) => how !== undefined);
    const lost = failed.filter(({ path }) => path === '/lost').length / failed.length;
    const few = failed.filter(({ client }) => client === 207).length / failed.length;
    const { explanations, unexplained } = found(made);
    expect(explanations).toMatchObject([
      { kind: 'path', cause: 'malformed-response', share: expect.closeTo(lost, 1) },
      // Few failures of one client do not say what is wrong with it.
      { kind: 'client', cause: null, share: expect.closeTo(few, 1) },
    ]);
    expect(unexplained?.share).toBeCloseTo(1 - lost - few, 1);
    expect(unexplained?.failures).toBe(Math.round((unexplained?.share ?? 0) * failed.length));
  });

  const kindsOf = (requests: readonly Logged[]) => found(requests).explanations.map(({ kind }) => kind);

  test('are explained by the strongest first', () => {
    // Half of what fails for one client is all that is asked of a path.
    const of = (at: number): Partial<Logged> =>
      at % 2 === 0
        ? { client: 7, took: 0.3, path: '/rare' }
        : { client: 7, took: 0.3, path: `/shelf/${'abcdefgh'[at % 8]}` };
    expect(kindsOf([...answered(400), ...cut(24, of)])).toEqual(['client']);
  });

  test('are told by how many there are, whatever is stronger', () => {
    const busy = answered(400, (at) => (at % 4 === 3 ? { client: 7 } : {}));
    const all = [
      ...cut(26, (at) => ({ client: 7, took: 0.3, path: `/shelf/${'abcdefgh'[at % 8]}` })),
      ...cut(14, (at) => ({ sent: 13.5 + at * 17, took: 0.3 })),
    ];
    expect(found([...busy, ...all]).explanations).toMatchObject([
      { kind: 'client', share: 0.65 },
      { kind: 'path', share: 0.35 },
    ]);
  });

  test('are explained by where they are only if nothing else is found', () => {
    const others = answered(400, (at) => ({ target: 1 + (at % 2) }));
    const lost = (change: Change) =>
      cut(24, (at) => ({ path: `/shelf/${'abcdefgh'[at % 8]}`, target: 3, ...change(at) }));
    expect(kindsOf([...others, ...lost(() => ({}))])).toEqual(['target']);
    // The client has nothing but these failures, the target has answers as well.
    const known = others.map((one, at): Logged => (at % 25 === 0 ? { ...one, target: 3 } : one));
    expect(kindsOf([...known, ...lost(() => ({ client: 99 }))])).toEqual(['client']);
  });

  test('are of the target, not of its group, where others of the group answer', () => {
    const group = { group: 'billing' };
    const requests = [
      ...answered(300),
      ...answered(100, (at) => ({ ...group, sent: 3 * at + 0.6, target: 3 })),
      ...cut(24, (at) => ({ ...group, path: `/shelf/${'abcdefgh'[at % 8]}`, target: 2 })),
    ];
    const [first, ...more] = found(requests).explanations;
    expect(more).toEqual([]);
    expect(first).toMatchObject({
      kind: 'target',
      share: 1,
      fact: expect.stringContaining('1 target with 6 %'),
    });
  });

  test('stay unexplained where they are too few to say', () => {
    const { explanations, unexplained } = found([...answered(400), ...lost(2)]);
    expect(explanations).toEqual([]);
    expect(unexplained).toEqual({ failures: 2, share: 1 });
  });

  test('count once where one thing may have ended them all', () => {
    const together = cut(6, (at) => ({ sent: 100 + at * 0.01 }));
    expect(found([...answered(400), ...together]).explanations.map(({ kind }) => kind)).not.toContain('path');
  });
});

describe('an idle time', () => {
  /** A request and another five seconds after its answer, every 100 s; some of the second fail, in one way or two. */
  const pairs = (second: Change): Logged[] =>
    Array.from({ length: 80 }, (_, at): Logged[] => [
      { sent: at * 100 + 11 * ((at * 0.7) % 1), took: 0.01, client: at, path: `/job/${'abcde'[at % 5]}` },
      {
        sent: at * 100 + 37 + 30 * ((at * 0.618) % 1),
        took: 0.01,
        client: 300 + at,
        path: `/shelf/${'abcdefg'[at % 7]}`,
      },
      ...(at % 4 === 0
        ? [
            {
              ...{
                sent: at * 100 + 42.008 + 30 * ((at * 0.618) % 1) + (at % 8) / 2000,
                took: 0.002,
                failed: 'cut' as const,
              },
              ...{ client: 125 + at, path: `/shelf/${'abcdefg'[at % 7]}`, ...second(at) },
            },
          ]
        : []),
    ]).flat();
  const race = pairs(() => ({}));
  const said = (requests: readonly Logged[], before: readonly Candidate[] = []) =>
    explainByIdleTime(viewOf(requests), weightsOf(requests), before);

  test('is told with its seconds and how rarely chance does that', () => {
    const [first] = said(race).map(statedBy);
    expect(first).toMatchObject({
      kind: 'idle-time',
      of: 20,
      odds: { 'keepalive-mismatch': 0.98, 'requests-per-connection-limit': 0.01 },
    });
    expect(first?.fact).toMatch(
      /^came 5 s after an answer of the same target, which chance alone does less than once in a million times$/,
    );
  });

  test('is not told again, nor as an age that was found', () => {
    const found = said(race);
    expect(said(race, found).filter(({ kind }) => kind === 'idle-time')).toEqual([]);
    const age = (seconds: number): Candidate[] =>
      found
        .slice(0, 1)
        .map(({ idle: _, ...rest }) => ({ ...rest, kind: 'connection-age', ageSeconds: seconds }));
    const idleBeside = (seconds: number) => said(race, age(seconds)).some(({ kind }) => kind === 'idle-time');
    expect([5, 5.2, 4.8, 5.4, 4.6].map(idleBeside)).toEqual([false, false, false, true, true]);
  });

  test('shows in requests that could not be sent for want of the connection as well', () => {
    const both = pairs((at) => (at % 8 === 0 ? { failed: 'refused' } : {}));
    const { explanations, idle } = explain(viewOf(both));
    expect(explanations).toMatchObject([
      { kind: 'idle-time', cause: 'keepalive-mismatch', failures: 20, share: 1 },
    ]);
    expect(new Set(idle.map(({ dispatched }) => dispatched))).toEqual(new Set([true, false]));
    for (const { estimate } of idle) expect(estimate.seconds).toBeCloseTo(5, 1);
  });

  test('has connections counted anew, and their age is not asked for', () => {
    const limited = Array.from(
      { length: 104 },
      (_, at): Logged => ({
        ...{ sent: at + 0.4 * Math.sin(at * at), took: 0.01, client: at % 9 },
        ...(at % 13 === 12 ? { failed: 'cut', took: 0.001 } : {}),
      }),
    );
    const [idle] = said(race);
    const kinds = (before: readonly Candidate[]) =>
      new Set(explainByConnection(viewOf(limited), weightsOf(limited), before).map(({ kind }) => kind));
    expect(kinds([])).toEqual(new Set(['connection-requests', 'connection-age']));
    expect(kinds(idle === undefined ? [] : [idle])).toEqual(new Set(['connection-requests']));
  });
});
