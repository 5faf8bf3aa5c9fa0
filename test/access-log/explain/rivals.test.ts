import { describe, expect, test } from 'vitest';
import { ageRivals } from '../../../lambda/access-log/explain/age-rival.ts';
import type { Candidate, Statement } from '../../../lambda/access-log/explain/explanation.ts';
import { membersOf } from '../../../lambda/access-log/explain/idle-members.ts';
import { type Found, settled } from '../../../lambda/access-log/explain/rivals.ts';
import { type Logged, viewOf } from '../requests.ts';

const FAILURES = 50;
const left = new Float64Array(FAILURES).fill(1);

/** An explanation that holds for the first so many of the failures. */
function found(kind: Candidate['kind'], gain: number, holdsFor = FAILURES): Found {
  const ratios = Float64Array.from({ length: FAILURES }, (_, at) => (at < holdsFor ? 50 : 0));
  const where = { targetGroupArn: null, target: null, node: null, path: null };
  return {
    candidate: { kind, ratios, searchedNats: 0, statement: () => ({ fact: kind, where, causes: [] }) },
    fit: { share: holdsFor / FAILURES, gainNats: gain },
    gain,
  };
}

const kindOf = (best: Found, ...rivals: readonly Found[]) =>
  settled(best, { all: [best, ...rivals], before: [], left, leastGainNats: 9 }).candidate.kind;

describe('a path that fails', () => {
  const path = found('path', 100);

  test('gives way to an idle time that explains most of it: clients that pause poll one path', () => {
    expect(kindOf(path, found('idle-time', 61))).toBe('idle-time');
  });

  test('gives way to the idle time that gains most', () => {
    const [weaker, stronger] = [found('idle-time', 70), found('idle-time', 90)];
    for (const rivals of [
      [weaker, stronger],
      [stronger, weaker],
    ])
      expect(settled(path, { all: [path, ...rivals], before: [], left, leastGainNats: 9 }).gain).toBe(90);
  });

  test('stands where the idle time gains clearly less', () => {
    expect(kindOf(path, found('idle-time', 59))).toBe('path');
  });

  test('stands where the idle time is of other failures', () => {
    expect(kindOf(found('path', 100, 10), found('idle-time', 90, 50))).toBe('path');
  });
});

test('one time of work gives way to silences that explain most of it: a connection was given up', () => {
  const work = found('target-time', 100);
  expect(kindOf(work, found('idle-time', 61))).toBe('idle-time');
  expect(kindOf(work, found('idle-time', 59))).toBe('target-time');
});

test('the rhythm of a client does not give way to an idle time: it is its rival', () => {
  expect(kindOf(found('client', 100), found('idle-time', 90))).toBe('client');
});

test.each([
  ['path', 75, 50, 'client; nearly as well, they path'],
  [
    'idle-time',
    75,
    50,
    'client; nearly as well, they idle-time; a probe of the target must tell which it is',
  ],
  ['path', 74, 50, 'client'],
  ['path', 90, 30, 'client'],
  ['target', 90, 50, 'client'],
] as const)(
  'the rhythm of a client is told with what explains it nearly as well (%s that gains %i by %i failures)',
  (kind, gain, holdsFor, fact) => {
    const { candidate, ...rest } = found('client', 100);
    const best = { ...rest, candidate: { ...candidate, rhythm: { lowSeconds: 29.6, highSeconds: 30.2 } } };
    const all = [best, found(kind, gain, holdsFor)];
    const told = settled(best, { all, before: [], left, leastGainNats: 9 }).candidate.statement(left);
    expect(told.fact).toBe(fact);
  },
);

describe('an idle time beside a rhythm that clients were found to have', () => {
  const idleAt = (seconds: number): Found => {
    const { candidate, ...rest } = found('idle-time', 60);
    const estimate = { seconds, low: seconds - 0.01, high: seconds, failures: 30, pValue: 1e-12 };
    const pileUp = { window: { low: seconds - 0.01, width: 0.01 }, hits: 30, pValue: 1e-12 };
    const idle = { group: 0, dispatched: true, place: { pileUp, paired: false }, estimate };
    return { ...rest, candidate: { ...candidate, idle } };
  };
  const rhythm = { ...found('client', 200).candidate, rhythm: { lowSeconds: 2, highSeconds: 2.04 } };
  const isOpen = (seconds: number): boolean => {
    const best = idleAt(seconds);
    const { candidate } = settled(best, { all: [best], before: [rhythm], left, leastGainNats: 9 });
    return candidate.idle?.isOpen === true;
  };

  test.each([2.02, 1.01, 4.04, 6.06])('is open where it is made of the same pauses (%f s)', (seconds) => {
    expect(isOpen(seconds)).toBe(true);
  });

  test.each([5, 1.5, 0.8])('stands where it is of its own (%f s)', (seconds) => {
    expect(isOpen(seconds)).toBe(false);
  });
});

describe('an idle time', () => {
  const causes: Statement['causes'] = [{ cause: 'keepalive-mismatch', probability: 0.98 }];
  const idle = (gain: number, holdsFor = FAILURES): Found => {
    const { candidate, ...rest } = found('idle-time', gain, holdsFor);
    const where = { targetGroupArn: null, target: null, node: null, path: null };
    return {
      ...rest,
      candidate: { ...candidate, statement: () => ({ fact: 'came 5 s after', where, causes }) },
    };
  };
  const saidOf = (best: Found, ...rivals: readonly Found[]) => {
    const { candidate } = settled(best, { all: [best, ...rivals], before: [], left, leastGainNats: 9 });
    const { fact, causes } = candidate.statement(left);
    return { fact, probability: causes[0]?.probability };
  };
  const ALONE = { fact: 'came 5 s after', probability: 0.98 };
  const open = (instead: string) => ({
    ...{ fact: `came 5 s after; ${instead}, so a probe of the target must settle it`, probability: 0.49 },
  });
  const rivalledBy = (kind: string) => ({
    fact: `came 5 s after; nearly as well, they ${kind}; a probe of the target must tell which it is`,
    probability: 0.49,
  });

  test('that gains little, by each failure too, is left open', () => {
    const weak = open('many answered requests did as well');
    expect(saidOf(idle(29))).toEqual(weak);
    expect(saidOf(idle(30))).toEqual(ALONE);
    expect(saidOf(idle(20, 12))).toEqual(ALONE);
    expect(saidOf(idle(19, 12))).toEqual(weak);
  });

  test.each([
    ['client', 75, 50, rivalledBy('client')],
    ['client', 74, 50, ALONE],
    ['client', 90, 30, ALONE],
    ['connection-age', 90, 50, rivalledBy('connection-age')],
    ['connection-requests', 90, 50, rivalledBy('connection-requests')],
    ['target', 90, 50, ALONE],
    ['idle-time', 90, 50, ALONE],
  ] as const)('beside a %s that gains %i by %i failures', (kind, gain, holdsFor, said) => {
    expect(saidOf(idle(100), found(kind, gain, holdsFor))).toEqual(said);
  });
});

describe('what else hits the same failures', () => {
  test('does so of those that are still to be explained', () => {
    const [best, rival] = [found('path', 100), found('target', 96, 30)];
    const all = [best, rival];
    const half = left.map((weight, at) => (at < 30 ? weight : 0));
    const third = left.map((weight, at) => (at < 30 ? weight / 2 : weight));
    const kindWith = (left: Float64Array) =>
      settled(best, { all, before: [], left, leastGainNats: 9 }).candidate.kind;
    expect([left, third, half].map(kindWith)).toEqual(['path', 'path', 'target']);
  });

  test('leaves a path that gains little as it is', () => {
    const weak = found('path', 20);
    expect(settled(weak, { all: [weak], before: [], left, leastGainNats: 9 })).toBe(weak);
  });
});

test('an age of connections is left open where an idle time gains hardly less by the same failures', () => {
  const causes: Statement['causes'] = [{ cause: 'requests-per-connection-limit', probability: 0.85 }];
  const age = (rival: Found): number | undefined => {
    const best = found('connection-age', 30);
    const where = { targetGroupArn: null, target: null, node: null, path: null };
    const candidate = { ...best.candidate, statement: () => ({ fact: 'came 10 s after', where, causes }) };
    const all = [{ ...best, candidate }, rival];
    const [first] = all;
    if (first === undefined) return undefined;
    const chosen = settled(first, { all, before: [], left, leastGainNats: 9 }).candidate;
    return chosen.kind === 'connection-age' ? chosen.statement(left).causes[0]?.probability : undefined;
  };
  expect(age(found('idle-time', 25.1))).toBe(0.425);
  expect(age(found('idle-time', 25))).toBe(0.85);
  expect(age(found('idle-time', 29, 30))).toBe(0.85);
  expect(age(found('client', 29))).toBe(0.85);
});

describe('where it fails', () => {
  test('a node gives way to a target that has all its failures', () => {
    expect(kindOf(found('node', 100), found('target', 75))).toBe('target');
    expect(kindOf(found('node', 100), found('target', 74))).toBe('node');
    expect(kindOf(found('node', 100), found('target', 75, 30))).toBe('node');
  });

  test.each(['path', 'client'] as const)('a %s does where it explains hardly more', (kind) => {
    expect(kindOf(found(kind, 100), found('target', 140))).toBe('target');
    expect(kindOf(found(kind, 100), found('target', 95.1))).toBe('target');
    expect(kindOf(found(kind, 100), found('target', 94.9))).toBe(kind);
    expect(kindOf(found(kind, 100), found('target', 99, 30))).toBe(kind);
  });

  test('a stop does not', () => {
    expect(kindOf(found('target-stop', 100), found('target', 99))).toBe('target-stop');
  });
});

describe('what may be no more than ordinary work', () => {
  const doubtful = (): Found => {
    const { candidate, ...rest } = found('target-time', 100);
    return { ...rest, candidate: { ...candidate, isDoubtful: true } };
  };

  test.each([
    ['path', 9, 50, 'path'],
    ['client', 9, 50, 'client'],
    ['path', 8.9, 50, 'target-time'],
    ['path', 50, 30, 'target-time'],
    ['target', 90, 50, 'target-time'],
  ] as const)('beside a %s that gains %f by %i failures', (kind, gain, holdsFor, told) => {
    expect(kindOf(doubtful(), found(kind, gain, holdsFor))).toBe(told);
  });

  test('is of the path or client that gains most', () => {
    expect(kindOf(doubtful(), found('path', 20), found('client', 30))).toBe('client');
    expect(kindOf(doubtful(), found('path', 30), found('client', 20))).toBe('path');
  });
});

describe('the age of connections as a rival of an idle time of ten seconds', () => {
  /** A request before a failure: how long before it was sent, and how long its answer took. */
  type Before = readonly [agoSeconds: number, took: number];
  const CHANCE = 1e-9;
  /** Failures a hundred seconds apart, with what was before each. */
  function rivalsOf(before: readonly (readonly Before[])[], hits = before.length, paired = false) {
    const requests = before.flatMap((own, at): Logged[] => {
      const sent = 100 * (at + 1);
      return [
        ...own.map(([ago, took]) => ({ sent: sent - ago, took })),
        { sent, took: 0.001, failed: 'cut' },
      ];
    });
    const view = viewOf(requests);
    const eligible = view.failures.map((_, at) => at);
    return ageRivals(
      { view, eligible, members: membersOf(view, eligible) },
      {
        window: { low: 9.9, width: 0.1, paired },
        hits: before.map((_, at) => at < hits),
        chances: before.map(() => CHANCE),
      },
    );
  }
  /** What opened a connection was answered after any time up to a second and a half. */
  const six = (beforeOf: (took: number, at: number) => readonly Before[]): Before[][] =>
    [0.3, 0, 0.9, 0.6, 1.5, 1.2].map((took, at) => [...beforeOf(took, at)]);
  const agesOf = (...args: Parameters<typeof rivalsOf>) =>
    rivalsOf(...args).map(({ ageSeconds = 0 }) => Number(ageSeconds.toFixed(3)));
  const opened = six((took) => [[11.4, took]]);

  test('is told where they had been opened at one time before, in a window as narrow as they agree', () => {
    const [rival, ...more] = rivalsOf(opened);
    expect(more).toEqual([]);
    const width = 0.1 / 8;
    expect(rival).toMatchObject({ kind: 'connection-age', ageSeconds: expect.closeTo(11.4 - width / 2, 4) });
    expect(rival?.searchedNats).toBeCloseTo(Math.log(10 * 4 * (1 + 2 / width)), 6);
    expect([...(rival?.ratios ?? [])]).toEqual(Array(6).fill(expect.closeTo(8 / CHANCE, -3)));
  });

  test('is asked for by five failures that have the idle time, and not where answers pair', () => {
    expect(rivalsOf(opened, 5)).toHaveLength(1);
    expect(rivalsOf(opened, 4)).toEqual([]);
    expect(rivalsOf(opened, 6, true)).toEqual([]);
  });

  test('is none where the answers agree as well', () => {
    expect(rivalsOf(six(() => [[10, 0.05]]))).toEqual([]);
  });

  test('is up to two seconds longer than the idle time, for as long as an answer may take', () => {
    const opening = (seconds: number) => agesOf(six((took) => [[seconds, seconds - 9.9 - took / 5]]));
    expect(opening(12)).toEqual([11.994]);
    expect(opening(12.2)).toEqual([]);
  });

  test('is not compared with answers that came long before, or later', () => {
    const others = (took: number): readonly Before[] => [
      [11.2 + took / 2, 0.2 + took / 2],
      [9.6, 0.1],
      [1, 0.5],
    ];
    expect(agesOf(six((took) => [[11.4, took], ...others(took)]))).toEqual([11.394]);
  });

  test('counts each failure once, for as long as anything before it is within the window', () => {
    const twice = six((took, at) =>
      at === 0 ? [11.32, 11.4, 12].map((ago) => [ago, took] as const) : [[11.44, took]],
    );
    expect(agesOf(twice)).toEqual([11.415]);
    expect([...(rivalsOf(twice)[0]?.ratios ?? [])]).toEqual(Array(6).fill(expect.closeTo(2 / CHANCE, -3)));
    const once = six((took, at) => [[at === 0 ? 11.32 : 11.44, took]]);
    expect([...(rivalsOf(once)[0]?.ratios ?? [])].map((ratio) => ratio > 0)).toEqual([
      ...[false, true, true, true, true, true],
    ]);
  });
});
