import { describe, expect, test } from 'vitest';
import { clientSequences } from '../../../lambda/access-log/explain/client-sequence.ts';
import {
  hasIdleTime,
  MatchedControls,
  refutingRequests,
} from '../../../lambda/access-log/explain/idle-controls.ts';
import { eligibleOf, membersOf, ratiosOf } from '../../../lambda/access-log/explain/idle-members.ts';
import { streamsOfGroup } from '../../../lambda/access-log/explain/log-view.ts';
import { ownReasons } from '../../../lambda/access-log/explain/own-reason.ts';
import { keepsToPaths, relativeDemandOf } from '../../../lambda/access-log/explain/path-controls.ts';
import { answeredSent, streamIndex } from '../../../lambda/access-log/explain/stream-index.ts';
import { type Logged, viewOf } from '../requests.ts';

/** 5 s after an answer, give or take 10 ms. */
const WINDOW = { low: 4.99, width: 0.02, paired: false };
const LUCK = 0.001;

function groupOf(requests: readonly Logged[]) {
  const view = viewOf(requests);
  const [group] = view.tally.groups.values();
  if (group === undefined) throw new Error('no group');
  return { view, group };
}

/** The chance that a request like the failed one has the idle time anyway. */
function chancesOf(requests: readonly Logged[]): readonly number[] {
  const { view, group } = groupOf(requests);
  const chanceFor = new MatchedControls(group, view.failures).chancesIn(WINDOW);
  return view.failures.map((failure) => chanceFor(failure, LUCK));
}

/** A job and what follows it five seconds later, every 100 s; of some the second fails. */
const pairs = (count: number, second: (at: number) => Partial<Logged>): Logged[] =>
  Array.from({ length: count }, (_, at): Logged[] => [
    { sent: at * 100, took: 0.01, client: at, path: '/job' },
    { sent: at * 100 + 5.01, took: 0.01, client: 125 + at, path: `/other/${'xyzw'[at % 4]}`, ...second(at) },
  ]).flat();

const fails = (at: number): Partial<Logged> => (at % 5 === 0 ? { failed: 'cut', took: 0.001 } : {});

describe('an idle time', () => {
  test('is the distance back to an answer of the same stream', () => {
    const { group } = groupOf([{ sent: 0, took: 0.01 }, { sent: 5.01 }, { sent: 20 }]);
    const [stream] = streamsOfGroup(group);
    if (stream === undefined) throw new Error('no stream');
    const index = streamIndex(stream);
    const begin = index.sent[0] ?? 0;
    expect(hasIdleTime(index, begin + 5.01, WINDOW)).toBe(true);
    expect(hasIdleTime(index, begin + 5.2, WINDOW)).toBe(false);
    expect(hasIdleTime(index, begin + 4.8, WINDOW)).toBe(false);
  });
});

test('an idle time is as long as its window from the first instant to the last, in both ways', () => {
  const sent = Float64Array.of(0);
  const of = (seconds: number, paired: boolean) =>
    hasIdleTime(
      {
        ...{ starts: Float64Array.of(0, seconds), ends: sent, sent },
        ...{ paths: new Int32Array(1), clients: new Int32Array(1) },
        ...{ failedSent: new Float64Array(), failedPlaces: new Uint32Array() },
      },
      seconds,
      { low: 5, width: 1, paired },
    );
  for (const paired of [false, true])
    expect([4.5, 5, 5.5, 6, 6.5].map((seconds) => of(seconds, paired))).toEqual([
      false,
      true,
      true,
      true,
      false,
    ]);
});

test('the exchanges of a stream are put in order once', () => {
  const { group } = groupOf(pairs(3, () => ({})));
  for (const stream of streamsOfGroup(group)) {
    expect(streamIndex(stream)).toBe(streamIndex(stream));
    expect(answeredSent(stream)).toBe(answeredSent(stream));
  }
});

describe('answered requests like the failed one', () => {
  test('leave it to luck where none of them has the idle time', () => {
    const answeredElsewhen = pairs(60, (at) => (at % 5 === 0 ? fails(at) : { sent: at * 100 + 30 }));
    for (const chance of chancesOf(answeredElsewhen)) expect(chance).toBeLessThan(0.02);
  });

  test.each<[string, (at: number) => Partial<Logged>, number]>([
    ['on the same path', () => ({ path: '/result' }), 48],
    ['on the same route', (at) => ({ path: `/result/${at}` }), 48],
    ['of the same client', () => ({ client: 9 }), 49],
  ])('kill it where those %s have it as well', (_, alike, count) => {
    const requests = pairs(60, (at) => ({
      path: `/p${'abcdefghij'[at % 10]}${'abcdefg'[at % 7]}`,
      ...alike(at),
      ...fails(at),
    }));
    // 48 of them have it, one of them by luck; two more are taken to have it as often as luck gives it.
    for (const chance of chancesOf(requests)) expect(chance).toBeCloseTo((47 + 2 * LUCK) / (count + 2), 9);
  });

  test('are the latest two hundred', () => {
    const requests = pairs(300, (at) =>
      at % 30 === 29
        ? { failed: 'cut', took: 0.001, path: '/result' }
        : { path: '/result', ...(at < 80 ? { sent: at * 100 + 40 } : {}) },
    );
    for (const chance of chancesOf(requests)) expect(chance).toBeCloseTo((199 + 2 * LUCK) / 202, 9);
  });

  test('are no sign where one alone has it', () => {
    const likely = (hits: number) =>
      Math.max(
        ...chancesOf([
          ...pairs(20, (at) => ({
            ...fails(at),
            client: 9 + at,
            ...(at % 5 === 0 ? { client: 7 } : { sent: at * 100 + 40 }),
          })),
          ...pairs(20 + hits, (at) =>
            at < 20 ? { sent: at * 100 + 60, client: 300 + at } : { client: 7 },
          ).slice(40),
        ]),
      );
    expect(likely(1)).toBeLessThan(0.02);
    expect(likely(2)).toBeGreaterThan(0.2);
  });

  test('are the latest of each target, so that none speaks for all, and the first is one of them', () => {
    const requests = pairs(300, (at) =>
      at % 30 > 27
        ? { failed: 'cut', took: 0.001, path: '/result' }
        : { path: '/result', ...(at < 80 ? { sent: at * 100 + 40 } : {}) },
    ).map((one): Logged => ({ ...one, target: 1 + (Math.floor(one.sent / 100) % 2) }));
    for (const chance of chancesOf(requests)) expect(chance).toBeCloseTo((199 + 2 * LUCK) / 202, 9);
    const few = pairs(60, (at) => ({ path: '/result', ...fails(at) }));
    for (const chance of chancesOf([{ sent: -50, path: '/result' }, ...few]))
      expect(chance).toBeCloseTo((47 + 2 * LUCK) / 51, 9);
  });

  test('of other methods on the path are not like it', () => {
    const requests = pairs(60, (at) =>
      at % 5 === 0 ? { ...fails(at), path: '/result', method: 'PUT' } : { path: '/result' },
    );
    for (const chance of chancesOf(requests)) expect(chance).toBeLessThan(0.1);
  });

  test('never make it less likely than luck, nor more than certain', () => {
    const { view, group } = groupOf(pairs(60, (at) => ({ path: '/result', ...fails(at) })));
    const chanceFor = new MatchedControls(group, view.failures).chancesIn(WINDOW);
    for (const failure of view.failures)
      for (const luck of [0, 0.3, 1]) {
        expect(chanceFor(failure, luck)).toBeGreaterThanOrEqual(luck);
        expect(chanceFor(failure, luck)).toBeLessThanOrEqual(1);
      }
  });
});

describe('requests that had one connection to take', () => {
  test('refute an idle time where they were answered after it', () => {
    const { group } = groupOf(pairs(20, () => ({})));
    expect(refutingRequests([...streamsOfGroup(group)], 4.99, 5.01)).toBe(20);
    expect(refutingRequests([...streamsOfGroup(group)], 6, 7)).toBe(0);
  });

  test.each([
    ['for as long as the failed ones at least', [0, 70], 75, 1],
    ['for less', [0, 70], 74.5, 0],
    ['for as long as the failed ones at most', [0, 70], 76, 1],
    ['for more', [0, 70], 76.5, 0],
    ['while another was idle for a minute more', [9, 70], 75, 0],
    ['while another was idle for longer than that', [8.5, 70], 75, 1],
    ['and are sent at the moment at which another is complete', [0, 70, 75], 75, 1],
  ] as const)('do where they were idle %s', (_, ends, sent, count) => {
    const before = ends.map((end): Logged => ({ sent: end - 0.5, took: 0.5 }));
    const { group } = groupOf([...before, { sent, took: 0 }]);
    expect(refutingRequests([...streamsOfGroup(group)], 5, 6)).toBe(count);
  });

  test('do not where others were in the pool', () => {
    const dense = Array.from({ length: 400 }, (_, at): Logged => ({ sent: at * 5 + 0.005, took: 0.01 }));
    const { group } = groupOf(dense);
    expect(refutingRequests([...streamsOfGroup(group)], 4.98, 5.01)).toBeLessThan(2);
  });
});

describe("the client's own sequence", () => {
  const hitsOf = (requests: readonly Logged[]) => {
    const { view, group } = groupOf(requests);
    return clientSequences(view, group, view.failures, 5).map(({ hits, share, lowSeconds, highSeconds }) => ({
      hits: hits.filter((hit) => hit).length,
      of: view.failures.length,
      share,
      width: highSeconds - lowSeconds,
    }));
  };

  test('is shown where the earlier answer went to the same client', () => {
    const narrowest = hitsOf(pairs(100, (at) => ({ client: at, ...fails(at) })))[0];
    expect(narrowest).toMatchObject({ hits: 20, of: 20 });
    // Of the answered ones the second halves show it: 80 of 180.
    expect(narrowest?.share).toBeGreaterThan(0.4);
    expect(narrowest?.share).toBeLessThan(0.5);
  });

  test('is not where it went to anybody', () => {
    expect(hitsOf(pairs(100, fails))).toEqual([]);
  });

  test('is asked of three failures at least', () => {
    const own = (at: number): Partial<Logged> => ({ client: at, ...fails(at) });
    expect(hitsOf(pairs(15, own))[0]).toMatchObject({ hits: 3, of: 3 });
    expect(hitsOf(pairs(10, own))).toEqual([]);
  });

  test('is the same on whatever target its clients were answered', () => {
    const elsewhere = pairs(100, (at) => ({ client: at, ...fails(at) })).flatMap((one): Logged[] =>
      one.path === '/job'
        ? [
            { ...one, target: 2 },
            { ...one, sent: one.sent - 60, path: '/begin' },
          ]
        : [one],
    );
    expect(hitsOf(elsewhere)[0]).toMatchObject({ hits: 20, of: 20, share: expect.closeTo(81 / 282, 6) });
  });

  test('is not cut out of a wider one', () => {
    const widths = (failing: number, spread: number) =>
      hitsOf(
        pairs(200, (at) => ({
          client: at,
          sent: at * 100 + 5.01 + (at % failing === 0 ? 0 : spread * (((at * 37) % 100) / 50 - 1)),
          ...(at % failing === 0 ? { failed: 'cut', took: 0.001 } : {}),
        })),
      ).map(({ width }) => Math.round(width * 100) / 100);
    expect(widths(10, 0.1)).toEqual([0.02, 0.1, 0.4, 1.2, 2.5]);
    expect(widths(10, 0.9)).toEqual([0.02, 0.04, 0.1, 1.2, 2.5]);
    expect(widths(2, 0.9)).toEqual([0.02, 0.04, 0.1, 0.4, 1.2, 2.5]);
  });

  describe('of a client that has a connection to itself, and pauses for 3 to 8 s,', () => {
    /** Each pause as often as any other; besides, each so many times one of 5.01 s that fails. */
    const pausing = (isFailed: (pause: number) => boolean, besides = Number.POSITIVE_INFINITY): Logged[] => {
      const requests: Logged[] = [];
      let end = 0;
      const add = (pause: number, failed: boolean) => {
        requests.push({ sent: end + pause, took: 0.001, ...(failed ? { failed: 'cut' } : {}) });
        if (!failed) end += pause + 0.001;
      };
      for (let at = 0; at < 4000; at++) {
        const pause = 3 + 5 * ((at * 0.618_034) % 1);
        add(pause, isFailed(pause));
        if (at % besides === 0) add(5.0 + 0.00001 * (at % 1000), true);
      }
      return requests;
    };

    test('is none where pauses are not answered that would have been', () => {
      expect(hitsOf(pausing((pause) => pause > 4.995 && pause < 5.015))).toEqual([]);
    });

    test('is one where they come besides', () => {
      expect(hitsOf(pausing(() => false, 200)).map(({ hits }) => hits)[0]).toBe(20);
    });
  });

  describe('of a client that asks each 4.95 s, give or take 60 ms,', () => {
    /** Pauses are the more frequent the nearer to 4.95 s they are. */
    const polling = (isFailed: (pause: number, at: number) => boolean): Logged[] => {
      let end = 0;
      return Array.from({ length: 3000 }, (_, at): Logged => {
        const spread = [0.618_034, 0.754_878, 0.569_84].reduce(
          (sum, step) => sum + ((at * step) % 1) - 0.5,
          0,
        );
        const [pause, took] = [4.95 + 0.12 * spread, 0.001];
        const failed = isFailed(pause, at);
        const sent = end + pause;
        end = sent + took;
        return { sent, took, ...(failed ? { failed: 'cut' } : {}) };
      });
    };

    test.each([
      [
        'is none where what lies within some milliseconds fails',
        (pause: number) => pause > 4.997 && pause < 5.003,
        0,
      ],
      ['is one where any pause fails as often', (_: number, at: number) => at % 15 === 0, 6],
    ] as const)('%s', (_, isFailed, rhythms) => {
      expect(hitsOf(polling(isFailed))).toHaveLength(rhythms);
    });
  });

  test('is asked for at wider and wider spreads, and holds for no fewer', () => {
    const jittered = pairs(100, (at) => ({
      client: at,
      sent: at * 100 + 5.01 + ((at % 11) - 5) * 0.08,
      ...fails(at),
    }));
    const spreads = hitsOf(jittered);
    expect(spreads.length).toBeGreaterThan(1);
    for (const [at, spread] of spreads.entries()) {
      const before = spreads[at - 1];
      if (before === undefined) continue;
      expect(spread.width).toBeGreaterThan(before.width);
      expect(spread.hits).toBeGreaterThanOrEqual(before.hits);
    }
    expect(spreads.at(-1)?.hits).toBe(20);
  });
});

describe('requests of the same second, where traffic ticks', () => {
  /** Every 100 s a job ends, and five seconds later some requests of anybody come, so many of them in the tick. */
  const ticking = (
    inTick: number,
    apart: number,
    clientOf = (_at: number, which: number) => which,
  ): Logged[] =>
    Array.from({ length: 20 }, (_, at): Logged[] => {
      const tick = at * 100 + 5.01;
      const own = (which: number) => ({
        took: 0.001,
        client: 50 + 9 * at + clientOf(at, which),
        path: `/t/${'abcdefghi'[at % 9]}${which}`,
      });
      return [
        { sent: at * 100, took: 0.01, client: at, path: '/job' },
        { ...own(0), sent: tick, path: `/f/${'abcde'[at % 5]}`, failed: 'cut' },
        ...Array.from({ length: inTick }, (_, which) => ({
          ...own(which + 1),
          sent: tick + 0.001 * (which + 1),
        })),
        ...Array.from({ length: apart }, (_, which) => ({
          ...own(which + 5),
          sent: tick + 1.1 + 0.01 * which,
        })),
      ];
    }).flat();

  test('have the idle time as the failure has it, which then proves nothing', () => {
    for (const chance of chancesOf(ticking(3, 0))) expect(chance).toBeGreaterThan(0.9);
  });

  test('are not those of the same client: the parts of one page come together', () => {
    for (const chance of chancesOf(ticking(1, 0, () => 0))) expect(chance).toBeLessThan(0.02);
    for (const chance of chancesOf(ticking(1, 0))) expect(chance).toBeGreaterThan(0.8);
  });

  test('are not those that had been sent more than a second before it', () => {
    const before = ticking(3, 0).map(
      (one): Logged => (one.path === '/job' ? { ...one, sent: one.sent + 2.51, took: 1.9 } : one),
    );
    for (const chance of chancesOf([...ticking(3, 0), ...before.filter(({ took }) => took === 1.9)]))
      expect(chance).toBeGreaterThan(0.9);
  });

  test('are asked no more than a second after it, nor where there are but few', () => {
    for (const chance of chancesOf(ticking(0, 3))) expect(chance).toBeLessThan(0.02);
    for (const chance of chancesOf(ticking(3, 0).slice(0, 5))) expect(chance).toBeLessThan(0.02);
    for (const chance of chancesOf(ticking(1, 0).slice(0, 15))) expect(chance).toBeGreaterThan(0.5);
    for (const chance of chancesOf(ticking(1, 0).slice(0, 12))) expect(chance).toBeLessThan(0.02);
  });
});

describe('failures that may be the race', () => {
  const many = (count: number): Logged[] => [
    { sent: 0, took: 0.01 },
    ...Array.from(
      { length: count },
      (_, at): Logged => ({ sent: 5 + at, took: 0.001, failed: 'cut', path: `/${'ab'[at % 2]}` }),
    ),
  ];
  const any = () => true;

  test('are those of which more than a third is left', () => {
    const { view } = groupOf(many(4));
    expect(eligibleOf(view, Float64Array.of(1, 0.3, 0.31, 0), any)).toEqual([0, 2]);
    expect(
      eligibleOf(view, new Float64Array(4).fill(1), ({ sentSeconds }) => sentSeconds % 2 === 0),
    ).toHaveLength(2);
  });

  test('are looked at where an answer before them is remembered, and a sample where they are many', () => {
    const of = (requests: readonly Logged[]) => {
      const { view } = groupOf(requests);
      return membersOf(view, eligibleOf(view, new Float64Array(view.failures.length).fill(1), any));
    };
    expect(of(many(160))).toHaveLength(160);
    const members = of(many(400));
    expect(members).toHaveLength(160);
    expect(new Set(members.map(({ at }) => at)).size).toBe(160);
    expect(of(many(9).slice(1))).toEqual([]);
    expect(of([{ sent: 8, took: 0.01 }, ...many(9).slice(1)])).toHaveLength(5);
  });

  test('stand for those that were not looked at, path by path', () => {
    const { view } = groupOf(many(400));
    const eligible = eligibleOf(
      view,
      new Float64Array(400).fill(1),
      (failure) => failure.sentSeconds % 10 !== 0,
    );
    const members = membersOf(view, eligible);
    const isA = (at: number) => at % 2 === 0;
    const ratios = ratiosOf(view, eligible, members, (member) => (isA(members[member]?.at ?? 0) ? 50 : 2));
    const expected = view.failures.map((_, at) => (eligible.includes(at) ? (isA(at) ? 50 : 2) : 0));
    expect([...ratios]).toEqual(expected);
  });
});

describe('a path or a client fails for a reason of its own', () => {
  /** So many failed and answered requests of one path or client, among others. */
  const isOwn = (failed: number, answered: number, alike: Partial<Logged>, others = 400): boolean => {
    const own = (at: number): Logged => ({
      sent: 20 * at,
      took: 0.001,
      client: 300 + at,
      path: `/o/${at}`,
      ...alike,
    });
    const { view } = groupOf([
      ...Array.from({ length: failed }, (_, at) => ({ ...own(at), failed: 'cut' as const })),
      ...Array.from({ length: answered }, (_, at) => own(at + 100)),
      ...Array.from(
        { length: others },
        (_, at): Logged => ({ sent: at, client: 10 + (at % 90), path: `/x/${at % 80}` }),
      ),
    ]);
    const has = ownReasons(view);
    return view.failures.every(has);
  };
  const [path, client] = [{ path: '/summary' }, { client: 7 }];

  test.each([
    [true, 6, 4, path],
    [false, 6, 5, path],
    [true, 4, 0, path],
    [false, 3, 0, path],
    [true, 4, 6, client],
    [false, 4, 7, client],
    [false, 3, 0, client],
  ])('%s: where it fails %i times and answers %i', (expected, failed, answered, alike) => {
    expect(isOwn(failed, answered, alike)).toBe(expected);
  });

  test('where it fails much more often than all do', () => {
    // A quarter of all fail: three times that is asked for.
    expect(isOwn(30, 12, path, 78)).toBe(false);
    expect(isOwn(30, 8, path, 82)).toBe(true);
  });
});

describe('paths that are asked for when they fail', () => {
  /** Of sixteen answers around each failure so many are for the path, and of what is asked otherwise a tenth. */
  const demand = (inside: number, failures = 5, awaySeconds = 0.5, share = 0.1): number => {
    const { view } = groupOf(
      Array.from({ length: failures }, (_, at): Logged[] => [
        { sent: at * 100, took: 0.001, failed: 'cut', path: '/rush' },
        ...Array.from(
          { length: 16 },
          (_, which): Logged => ({
            sent: at * 100 + (which - 7.5) * awaySeconds,
            path: which < inside ? '/rush' : '/other',
          }),
        ),
      ]).flat(),
    );
    const rush = view.failures[0]?.packedPath;
    return relativeDemandOf(view, view.failures, (packed) => (packed | 0) === ((rush ?? 0) | 0), share);
  };

  test('are so many times as frequent then as otherwise', () => {
    expect(demand(4)).toBeCloseTo(2.5, 1);
    expect(demand(16)).toBeCloseTo(10, 0);
    expect(demand(2)).toBe(1);
    expect(demand(3)).toBeCloseTo(1.9, 1);
  });

  test('have all failures by chance where their part of what is asked for is large, or failures are few', () => {
    const keeps = (ofPath: number, others: number, shareThen: number, awaySeconds = 5) => {
      const { view } = groupOf([
        ...Array.from(
          { length: ofPath },
          (_, at): Logged => ({ sent: at * 100, failed: 'cut', path: '/rush' }),
        ),
        ...Array.from(
          { length: others },
          (_, at): Logged => ({
            sent: at * 100 + awaySeconds,
            failed: 'cut',
            path: '/other',
          }),
        ),
      ]);
      const [rush] = view.failures;
      const own = view.failures.filter(({ packedPath }) => packedPath === rush?.packedPath);
      return keepsToPaths(view, own, shareThen, 3);
    };
    expect(keeps(12, 0, 0.5)).toBe(true);
    expect(keeps(8, 0, 0.5)).toBe(false);
    expect(keeps(12, 4, 0.5)).toBe(false);
    expect(keeps(12, 4, 0.5, 30)).toBe(true);
    expect(keeps(12, 0, 1)).toBe(false);
    expect(keeps(30, 10, 0.8)).toBe(false);
  });

  test('are not told of few answers, of some that are far away, or of no share', () => {
    expect(demand(16, 3)).toBe(1);
    expect(demand(16, 4)).toBeGreaterThan(5);
    expect(demand(16, 5, 12)).toBe(1);
    expect(demand(16, 5, 0.5, 0)).toBe(1);
  });
});
