import { describe, expect, test } from 'vitest';
import { restartRoundNats } from '../../../lambda/access-log/explain/restart-rounds.ts';
import { type Stop, stopsOf } from '../../../lambda/access-log/explain/stop.ts';
import { type StopTraits, traitsOfStop } from '../../../lambda/access-log/explain/stop-traits.ts';
import { emptyTarget } from '../../../lambda/access-log/tally/target-tally.ts';
import { type Logged, viewOf } from '../requests.ts';

/** A request each second to each of two targets, from one second to another. */
const steady = (from: number, to: number, target: number): Logged[] =>
  Array.from({ length: to - from }, (_, at) => ({ sent: from + at + 0.1 * target, took: 0.02, target }));

/** Requests of different age that end at one instant. */
const cutAt = (second: number, target: number): Logged[] =>
  [4, 2.5, 1].map((took) => ({ sent: second - took, took, target, failed: 'cut' }));

const refused = (from: number, to: number, target: number): Logged[] =>
  Array.from({ length: to - from }, (_, at) => ({ sent: from + at + 0.5, target, failed: 'refused' }));

function looksOf(requests: readonly Logged[], historyEntries?: number): readonly StopTraits[] {
  const view = viewOf(requests, historyEntries);
  return stopsOf(view).map((stop) => traitsOfStop(view, stop));
}

describe('failures of a target', () => {
  const other = steady(0, 600, 2);

  test('that end together are one stop', () => {
    const looks = looksOf([...other, ...steady(0, 300, 1), ...cutAt(300, 1), ...steady(310, 600, 1)]);
    expect(looks).toHaveLength(1);
    expect(looks[0]).toMatchObject({
      cut: 3,
      refused: 0,
      together: true,
      isGone: false,
    });
  });

  test('are two stops where it answered between them', () => {
    const looks = looksOf([
      ...other,
      ...steady(0, 200, 1),
      ...cutAt(200, 1),
      ...steady(210, 400, 1),
      ...cutAt(400, 1),
      ...steady(410, 600, 1),
    ]);
    expect(looks.map(({ cut }) => cut)).toEqual([3, 3]);
  });

  test('are two stops where it answered between them, and that is forgotten', () => {
    const around = [100, 400].flatMap((from) => refused(from, from + 4, 1));
    const answered = [...steady(0, 100, 1), ...steady(105, 400, 1), ...steady(405, 600, 1)];
    const looks = looksOf([...other, ...answered, ...around], 0);
    expect(looks.map((look) => look.refused)).toEqual([4, 4]);
  });

  test('are one stop where some node had no answer, though all else is forgotten', () => {
    const around = refused(100, 400, 1).filter((_, at) => at % 30 === 0);
    const looks = looksOf([...other, ...steady(0, 100, 1), ...around, ...steady(405, 600, 1)], 0);
    expect(looks.map(({ lastedSeconds }) => lastedSeconds)).toEqual([270]);
  });

  test('are none where it answered most through other nodes, and that is forgotten', () => {
    const around = refused(100, 400, 1).filter((_, at) => at % 30 === 0);
    const through = steady(0, 600, 1).map((request) => ({ ...request, node: 1 }));
    expect(looksOf([...other, ...steady(0, 100, 1), ...around, ...through], 0)).toEqual([]);
  });

  test('are one stop however long it refuses, while it answers nothing', () => {
    const [look, ...more] = looksOf([
      ...other,
      ...steady(0, 300, 1),
      ...cutAt(300, 1),
      ...refused(301, 340, 1).filter((_, at) => at % 6 === 0),
      ...steady(345, 600, 1),
    ]);
    expect(more).toEqual([]);
    expect(look).toMatchObject({ cut: 3, refused: 7, isGone: false });
    expect(look?.lastedSeconds).toBeGreaterThan(30);
  });

  test('are no stop where it answers most of what comes between', () => {
    const dense = Array.from(
      { length: 200 },
      (_, at): Logged => ({ sent: 300 + at * 0.05, took: 0.01, target: 1 }),
    );
    const some = [301, 302, 303, 304].map(
      (sent): Logged => ({ sent, took: 0.001, target: 1, failed: 'cut' }),
    );
    expect(looksOf([...other, ...steady(0, 300, 1), ...dense, ...some, ...steady(311, 600, 1)])).toEqual([]);
  });

  test('say that it is gone where it never answers again while others do', () => {
    expect(looksOf([...other, ...steady(0, 300, 1), ...cutAt(300, 1)])[0]?.isGone).toBe(true);
    // The log ends too soon to say so.
    expect(looksOf([...steady(0, 330, 2), ...steady(0, 300, 1), ...cutAt(300, 1)])[0]?.isGone).toBe(false);
  });

  test('say that it is replaced where a new target takes up work', () => {
    const stopped = [...other, ...steady(0, 300, 1), ...cutAt(300, 1)];
    expect(looksOf([...stopped, ...steady(290, 600, 3)])[0]?.isReplaced).toBe(true);
    expect(looksOf([...stopped, ...steady(400, 600, 3)])[0]?.isReplaced).toBe(false);
    expect(looksOf([...stopped, ...steady(0, 600, 3)])[0]?.isReplaced).toBe(false);
  });

  test('say that none is new where the log begins shortly before', () => {
    const early = [...steady(0, 600, 2), ...steady(0, 60, 1), ...cutAt(60, 1), ...steady(70, 600, 1)];
    expect(looksOf(early)[0]?.isReplaced).toBe(false);
    expect(looksOf([...early, ...steady(14, 600, 3)])[0]?.isReplaced).toBe(false);
    expect(looksOf([...early, ...steady(16, 600, 3)])[0]?.isReplaced).toBe(true);
  });

  test('say that it was drained where it had been sent nothing for a while', () => {
    const long = [28, 24, 21].map((took): Logged => ({ sent: 300 - took, took, target: 1, failed: 'cut' }));
    expect(looksOf([...other, ...steady(0, 275, 1), ...long])[0]?.isDrained).toBe(true);
    expect(looksOf([...other, ...steady(0, 299, 1), ...long])[0]?.isDrained).toBe(false);
  });

  test('say which requests outlived them: a process that died has none', () => {
    const lived: Logged = { sent: 299, took: 6, target: 1 };
    const stretch = [...other, ...steady(0, 299, 1), ...refused(300, 304, 1), ...steady(320, 600, 1)];
    expect(looksOf([...stretch, lived])[0]?.survivors).toBe(1);
    expect(looksOf(stretch)[0]?.survivors).toBe(0);
  });

  test('say that they ended together where requests of different age did', () => {
    const ended = (...ages: readonly number[]) =>
      looksOf([
        ...other,
        ...steady(0, 299, 1),
        ...ages.map((took, at): Logged => ({ sent: 300 + at / 1000 - took, took, target: 1, failed: 'cut' })),
        ...steady(320, 600, 1),
      ])[0]?.together;
    expect([ended(2, 1), ended(1, 1), ended(1.05, 1), ended(1.2, 1), ended(1)]).toEqual([
      ...[true, false, false, true, false],
    ]);
  });

  test('say that they ended apart where hardly two ended at one instant, however close they are', () => {
    /** Forty requests that were sent within four seconds, and end at such moments. */
    const ended = (endOf: (at: number) => number) =>
      looksOf([
        ...other,
        ...steady(0, 290, 1),
        ...Array.from({ length: 40 }, (_, at): Logged => {
          const sent = 296 + at / 10;
          return { sent, took: endOf(at) - sent, target: 1, failed: 'cut' };
        }),
        ...steady(320, 600, 1),
      ])[0];
    // Fifty milliseconds are one instant.
    expect(ended((at) => 301 + at * 0.03)).toMatchObject({ apart: 38, together: false });
    expect(ended(() => 301)).toMatchObject({ apart: 0, together: true });
    // One had failed for itself before.
    expect(ended((at) => (at === 0 ? 300 : 301))).toMatchObject({ apart: 1, together: true });
    expect(ended((at) => (at < 20 ? 301 : 301 + at * 0.06))).toMatchObject({ apart: 20, together: true });
    expect(ended((at) => (at < 19 ? 301 : 301 + at * 0.06))).toMatchObject({ apart: 21, together: false });
  });

  test('are told of those that ended clearly after the last of them', () => {
    const survivors = (later: number) =>
      looksOf([
        ...other,
        ...steady(0, 299, 1),
        ...refused(300, 304, 1),
        ...[{ sent: 299.2, took: 4.3 + later, target: 1 }, ...steady(320, 600, 1)],
      ])[0]?.survivors;
    expect([survivors(0), survivors(0.004), survivors(0.007)]).toEqual([0, 0, 1]);
  });

  test('are one stop through whatever nodes they came', () => {
    const through = refused(300, 320, 1).map((one, at): Logged => ({ ...one, node: at % 3 }));
    const looks = looksOf([...other, ...steady(0, 299, 1), ...through, ...steady(330, 600, 1)]);
    expect(looks).toHaveLength(1);
    expect(looks[0]).toMatchObject({ refused: 20, lastedSeconds: expect.closeTo(19, 3) });
  });

  test('of a target that never answered are no stop', () => {
    expect(looksOf([...other, ...refused(100, 140, 1)])).toEqual([]);
  });
});

describe('stops agree better with restarts in turn than with processes that die of themselves', () => {
  /** Of a log of twelve hundred seconds and so many targets; each stop lasts for five seconds, if nothing is said. */
  const natsOf = (
    stops: readonly (readonly [target: number, begin: number, lasted?: number])[],
    targets = 3,
  ): number => {
    const answered = Array.from({ length: targets }, (_, target) =>
      [0, 1200].map((sent): Logged => ({ sent, took: 0, target })),
    );
    const tallies = Array.from({ length: targets }, (_, target) => emptyTarget(target));
    const all = stops.flatMap(([at, begin, lasted = 5]): Stop[] => {
      const target = tallies[at];
      const [firstSeconds, lastSeconds] = [begin, begin + lasted];
      return target === undefined ? [] : [{ group: 0, target, members: [], firstSeconds, lastSeconds }];
    });
    return restartRoundNats(viewOf(answered.flat()), all);
  };
  /** Of pauses that are all alike: the first says nothing, for there is none to be like. */
  const alike = (pauses: number): number => 1.111 * (pauses - 1);
  /** How seldom so many come this close together by chance, of which one in five leak at a time. */
  const near = (after: number, seconds: number): number =>
    -Math.log(0.2 * (after + 1)) - after * Math.log(seconds / 1200 / 0.3);
  /** How seldom so many that die when their time is up do so within such a part of it. */
  const ownTimes = (stops: number, part: number): number => -Math.log(stops) - (stops - 1) * Math.log(part);

  test.each<readonly [string, Parameters<typeof natsOf>, number]>([
    [
      'by alike pauses',
      [
        [
          [0, 300],
          [1, 400],
          [2, 500],
        ],
      ],
      near(2, 200) + alike(2),
    ],
    [
      'in whatever order they are told',
      [
        [
          [2, 500],
          [0, 300],
          [1, 400],
        ],
      ],
      near(2, 200) + alike(2),
    ],
    [
      'less by pauses that are not alike',
      [
        [
          [0, 300],
          [1, 360],
          [2, 500],
        ],
      ],
      near(2, 200) + alike(2) - 7 * (Math.log(100 / 60) + Math.log(100 / 140)),
    ],
    [
      'not by pauses as chance makes them',
      [
        [
          [0, 300],
          [1, 310],
          [2, 500],
        ],
      ],
      0,
    ],
    [
      'not at one instant',
      [
        [
          [0, 300, 0],
          [1, 300, 0],
          [2, 310, 0],
        ],
      ],
      0,
    ],
    [
      'by no more than what takes several down within a minute',
      [
        [
          [0, 300],
          [1, 310],
          [2, 320],
        ],
      ],
      3.5 + alike(2),
    ],
    [
      'within ten seconds at least',
      [
        [
          [0, 300],
          [1, 305],
          [2, 310],
        ],
      ],
      3.5 + alike(2),
    ],
    [
      'not within less',
      [
        [
          [0, 300, 4],
          [1, 304.9, 4],
          [2, 309.8, 4],
        ],
      ],
      0,
    ],
    [
      'not two of them',
      [
        [
          [0, 300],
          [1, 400],
        ],
        2,
      ],
      0,
    ],
    [
      'not where one is down as the next one stops',
      [
        [
          [0, 300],
          [1, 400, 100.1],
          [2, 500],
        ],
      ],
      0,
    ],
    [
      'where one is back as the next one stops',
      [
        [
          [0, 300],
          [1, 400, 100],
          [2, 500],
        ],
      ],
      near(2, 200) + alike(2),
    ],
    [
      'of half of all targets',
      [
        [
          [0, 300],
          [1, 400],
          [2, 500],
        ],
        6,
      ],
      near(2, 200) + alike(2),
    ],
    [
      'not of less',
      [
        [
          [0, 300],
          [1, 400],
          [2, 500],
        ],
        7,
      ],
      0,
    ],
    ['by at most so much', [[0, 1, 2, 3, 4].map((at) => [at, 300 + 20 * at] as const), 5], 5.9],
    [
      'in rounds that begin where a target comes again',
      [
        [
          [0, 300],
          [1, 320],
          [0, 700],
          [1, 720],
        ],
        2,
      ],
      ownTimes(2, 20 / 400),
    ],
    [
      'in rounds that a pause parts which is more than six times the one in the middle',
      [
        [
          [0, 100],
          [1, 200],
          [2, 300],
          [3, 901],
          [4, 1001],
          [5, 1101],
        ],
        6,
      ],
      ownTimes(3, 200 / 801),
    ],
    [
      'not where each comes again after a time of its own, in whatever turn they are',
      [[0, 1, 2, 0, 1, 2, 0, 1, 2].map((target, at) => [target, 100 + 120 * at] as const), 3],
      0,
    ],
    [
      'in one where it is no more than that',
      [
        [
          [0, 100],
          [1, 110],
          [2, 120],
          [3, 180],
          [4, 190],
          [5, 200],
        ],
        6,
      ],
      0,
    ],
    [
      'not where a quarter of them stops beside',
      [
        [
          [0, 300],
          [1, 310],
          [2, 320],
          [0, 1100],
        ],
        3,
      ],
      3.5 + alike(2),
    ],
    [
      'not where more do',
      [
        [
          [0, 300],
          [1, 310],
          [2, 320],
          [0, 900],
          [1, 1100],
        ],
        3,
      ],
      0,
    ],
  ])('%s', (_, args, expected) => {
    expect(natsOf(...args)).toBeCloseTo(expected, 9);
  });
});
