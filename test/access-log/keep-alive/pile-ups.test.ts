import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { randomFrom } from '../../../lab/worlds/access-log/random.ts';
import {
  bandAround,
  chanceOfAtLeast,
  chanceOfPileUp,
  chancesOfHit,
  hitsIn,
} from '../../../lambda/access-log/keep-alive/chance.ts';
import { ALL_GAPS, gapsToAnswers } from '../../../lambda/access-log/keep-alive/distances.ts';
import { chancesAt, estimateAt, placeAt, placesOf } from '../../../lambda/access-log/keep-alive/estimate.ts';
import {
  countBetween,
  countPerOwner,
  gapSet,
  ownedGapSet,
} from '../../../lambda/access-log/keep-alive/gap-set.ts';
import { countBetween as countInside } from '../../../lambda/access-log/keep-alive/pool.ts';
import { sampleOf } from '../../../lambda/access-log/keep-alive/sample.ts';
import { largestPileUps, pileUpAt } from '../../../lambda/access-log/keep-alive/scan.ts';

type Lists = readonly (readonly number[])[];

/** The gaps of each failure, or of each request beside them. */
const setOf = (lists: Lists) =>
  ownedGapSet(
    lists.map((gaps, owner) => ({ owner, gaps: Float64Array.from(gaps) })),
    lists.length,
  );
const times = (count: number, gaps: readonly number[]): Lists => Array.from({ length: count }, () => gaps);
/** From one value to another, evenly. */
const spread = (count: number, from: number, to: number): Lists =>
  Array.from({ length: count }, (_, at) => [from + ((to - from) * at) / (count - 1)]);
const digits = (value: number, count = 3): number => Number(value.toPrecision(count));

describe('gaps', () => {
  test('are sorted with their owners, to the microsecond, from 0.3 s to 4000 s', () => {
    const { gaps, owners, ownerCount } = setOf([
      [5, 0.3, 4000.0000001],
      [0.2999999, 4000, 7.0000004],
      [Number.NaN, 5],
    ]);
    expect([...gaps]).toEqual([0.3, 5, 5, 7, 4000]);
    expect([...owners]).toEqual([0, 0, 2, 1, 1]);
    expect(ownerCount).toBe(3);
    const others = [Float64Array.of(5, 0.3, 4000.0000001), Float64Array.of(0.2999999, Number.NaN, 1.5)];
    expect(gapSet(others, 2)).toEqual({ gaps: Float64Array.of(0.3, 1.5, 5), ownerCount: 2 });
  });

  test('may be more than there is room for at first', () => {
    const set = setOf([Array.from({ length: 9000 }, (_, at) => 1 + ((at * 7919) % 9000) / 10)]);
    expect(set.gaps).toHaveLength(9000);
    expect([...set.gaps.subarray(0, 3), set.gaps.at(-1)]).toEqual([1, 1.1, 1.2, 900.9]);
  });

  test('in a range are counted with its lower end, without its upper', () => {
    const set = setOf([[1, 2, 3], [2, 3], [9]]);
    expect([countBetween(set, 2, 3), countBetween(set, 2, 9.5), countBetween(set, 4, 5)]).toEqual([2, 5, 0]);
    expect([...countPerOwner(set, 2, 3)]).toEqual([1, 1, 0]);
    expect([...countPerOwner(set, 0, 100)]).toEqual([3, 2, 1]);
  });

  const list = fc
    .array(fc.integer({ min: 0, max: 40 }), { maxLength: 40 })
    .map((all) => all.sort((a, b) => a - b));

  test('to answers are those to the latest before the request, in the range that is asked for', () => {
    const range = fc.tuple(fc.nat(20), fc.nat(40));
    fc.assert(
      fc.property(
        list,
        fc.nat(40),
        fc.nat(5),
        fc.nat(20),
        range,
        (ends, sent, took, most, [shortest, more]) => {
          const from = sent + took;
          const found = gapsToAnswers(Float64Array.from(ends), sent, from, most, {
            shortest,
            longest: shortest + more,
          });
          const before = ends.filter((end) => end < sent).map((end) => from - end);
          const latest = most === 0 ? [] : before.slice(-most);
          expect([...found]).toEqual(
            latest.filter((gap) => gap <= shortest + more && (gap > shortest || shortest === 0)),
          );
        },
      ),
      { numRuns: 300 },
    );
    const WHOLE = { shortest: 0, longest: 9001 };
    const many = Float64Array.from({ length: 9000 }, (_, at) => at);
    expect(gapsToAnswers(many, 9000, 9000.5, 8999, WHOLE)).toHaveLength(8999);
    expect(gapsToAnswers(many, 9000, 9000.5, 8999, WHOLE)[8998]).toBe(1.5);
    expect([ALL_GAPS.shortest < 0.3, ALL_GAPS.longest > 4000]).toEqual([true, true]);
  });

  test('of a sorted list between two values are counted without these', () => {
    fc.assert(
      fc.property(list, fc.nat(40), fc.nat(40), (values, low, high) => {
        const between = values.filter((value) => value > low && value < high).length;
        expect(countInside(Float64Array.from(values), low, high)).toBe(between);
      }),
    );
  });
});

describe('a failure with the requests around it', () => {
  const starts = Float64Array.from({ length: 100 }, (_, at) => 10 * at);
  const ends = starts.map((start) => start + 1);
  const sampleAt = (sentSeconds: number, all = { starts, ends }) =>
    sampleOf({ sentSeconds, endSeconds: sentSeconds + 0.5 }, all);
  const range = (first: number, last: number): readonly number[] =>
    Array.from({ length: (last - first) / 10 + 1 }, (_, at) => first + 10 * at);

  test('has the twenty before and the twenty after it, or the forty nearest where there are fewer on one side', () => {
    const sentOf = (sentSeconds: number) =>
      sampleAt(sentSeconds).controls.map((control) => control.sentSeconds);
    expect(sentOf(505)).toEqual(range(310, 700));
    expect(sentOf(500)).toEqual(range(300, 690).filter((sent) => sent !== 500));
    expect(sentOf(25)).toEqual(range(0, 390));
    expect(sentOf(985)).toEqual(range(600, 990));
  });

  test('has the answers that came before the last of these, the latest 8192 at most', () => {
    expect([...sampleAt(505).ends]).toEqual(range(0, 690).map((start) => start + 1));
    const many = Float64Array.from({ length: 20_000 }, (_, at) => at);
    const { ends: kept } = sampleAt(15_000.5, { starts: many, ends: many });
    expect([kept.length, kept.at(-1)]).toEqual([8192, 15_019]);
  });

  test('and each of these has the idle time of its connection', () => {
    const sample = sampleAt(505);
    expect([sample.sentSeconds, sample.endSeconds, sample.idleSeconds]).toEqual([505, 505.5, 4]);
    expect(new Set(sample.controls.map(({ idleSeconds }) => idleSeconds))).toEqual(new Set([9]));
    expect(sampleAt(0.5).idleSeconds).toBeNaN();
  });
});

describe('the chance that a failure has an answer in a window by luck', () => {
  const WINDOW = { low: 5, width: 0.1 };
  /** Nine requests with four answers in the band from 4 s to 6.375 s around the window, none in it. */
  const QUIET: Lists = [[4.1], [4.5], [6.1], [6.3], ...times(5, [9])];
  const chances = (failures: Lists, controls: Lists, window = WINDOW) =>
    chancesOfHit(setOf(failures), setOf(controls), window).map((chance) => digits(chance, 4));

  test.each<readonly [what: string, failures: Lists, controls: Lists, chances: readonly number[]]>([
    // 1 - exp(-0.1 / (span of the near band + 1 / density of the others)): 0.496 s and 5.28 s.
    ['is that of the others where it has no other itself', [[5.05]], QUIET, [0.01717]],
    ['is larger where it has more around', [[5.05, 4.1, 4.3, 6.2]], QUIET, [0.1187]],
    ['is larger still where these are close by', [[5.05, 4.9, 4.95]], QUIET, [0.3317]],
    ['is its own', [[5.05], [5.01, 4.9], [7]], times(9, [9]), [0.002081, 0.1825, 0.002081]],
    ['is raised where others have one in the window', [[5.05]], [...QUIET, [5.05], [5.02]], [0.04795]],
    ['is at least their share, from three on', [[5.05]], [...QUIET, [5.05], [5.02], [5.07]], [0.25]],
    ['is below one where all others have one', [[5.05]], times(9, [5.05]), [0.999]],
    ['is known without others', [[5.05]], [], [0.01888]],
  ])('%s', (_, failures, controls, expected) => {
    expect(chances(failures, controls)).toEqual(expected);
  });

  test('is taken from a band that is a fifth lower and a quarter higher than the window, with a hair more', () => {
    expect(bandAround(WINDOW)).toEqual({ shortest: 4 - 1e-4, longest: 6.375 + 1e-4 });
    const beside = (gap: number) => chances([[5.05, gap]], QUIET)[0];
    expect([3.99, 4.01, 6.37, 6.38].map(beside)).toEqual([0.01717, 0.04123, 0.04123, 0.01717]);
  });

  test('of a pile-up is that of so many hits, corrected for all places and widths that were searched', () => {
    const chance = (failures: Lists, window = WINDOW, searches = 20) =>
      digits(chanceOfPileUp(setOf(failures), setOf(QUIET), window, searches));
    expect(chance(times(3, [5.05]))).toBe(0.147);
    expect(chance(times(5, [5.05]))).toBe(0.0000723);
    expect(chance(times(5, [5.05]), WINDOW, 40)).toBe(0.000145);
    expect(chance(times(5, [5.05]), { low: 5, width: 0.2 })).toBe(0.000824);
    expect(chance([...times(5, [5.05]), ...times(5, [8])])).toBe(0.0169);
    expect(chance(times(2, [5.05]))).toBe(1);
  });

  /** How much more the hits of the windows around vary than independent ones would. */
  const variation = (failures: Lists, window = WINDOW): number => {
    const [set, controls] = [setOf(failures), setOf(QUIET)];
    const hits = hitsIn(set, window);
    const places = Math.log(4000 / 0.3) * ((window.low + window.width) / window.width);
    // So many searches that it is far from one.
    const local = chanceOfPileUp(set, controls, window, 1e-6) / (hits * places * 1e-6);
    return digits(Math.log(chanceOfAtLeast(hits, chancesOfHit(set, controls, window))) / Math.log(local), 4);
  };

  test('of a pile-up is larger where failures come in bursts: their hits count for fewer', () => {
    const hit = [5.05];
    expect(variation(times(5, hit))).toBe(1);
    // Twenty windows around, of which three have five hits each: mean 0.75, variance 3.1875.
    expect(variation([...times(5, [5.05, 4.35]), ...times(5, [4.65, 6.05])])).toBe(4.25);
    // Two in the same window count once for one failure, and twice for two.
    expect(variation([...times(3, hit), [5.05, 4.31, 4.32, 4.33], [5.05, 4.65]])).toBe(1);
    expect(variation([...times(3, hit), ...times(4, [5.05, 4.35])])).toBe(3.8);
    // The window and its neighbours do not count, nor what is outside of the band.
    for (const gap of [4.901, 5.199, 3.99, 6.38])
      expect(variation([...times(3, hit), ...times(4, [5.05, gap])])).toBe(1);
    for (const gap of [4.899, 5.201, 4.001, 6.29])
      expect(variation([...times(3, hit), ...times(4, [5.05, gap])])).toBe(3.8);
    // Fewer than four windows around say nothing.
    const burst = [...times(3, hit), ...times(4, [5.05, 4.2])];
    expect([0.39, 0.4].map((width) => variation(burst, { low: 5, width }))).toEqual([3, 1]);
  });
});

describe('places where failures pile up', () => {
  const CONTROLS = spread(40, 0.5, 60);
  const found = (failures: Lists, { kinds = 2, largestPValue = 1e-5, controls = CONTROLS } = {}) =>
    largestPileUps(setOf(failures), setOf(controls), { kinds, largestPValue }).map(
      ({ window, hits, pValue }) => [digits(window.low, 5), window.width, hits, digits(pValue)],
    );

  test.each<readonly [what: string, failures: Lists, found: readonly (readonly number[])[]]>([
    ['five within a millisecond', spread(5, 5, 5.001), [[5, 0.002, 5, 8.32e-17]]],
    ['three', spread(3, 5, 5.001), [[5, 0.002, 3, 4.79e-8]]],
    ['two are none', spread(2, 5, 5.001), []],
    ['eight that a coarse timer spreads', spread(8, 5, 5.06), [[5, 0.064, 8, 1.18e-19]]],
    ['over half a second', spread(8, 5, 5.5), [[5, 0.512, 8, 3.55e-11]]],
    ['eight in a window that is a quarter of its place, and wider', spread(8, 0.26, 0.5), []],
    [
      'most of eight, in the narrowest window that has them',
      spread(8, 20, 20.01),
      [[20.003, 0.008, 6, 5.96e-23]],
    ],
    [
      'two of them, the less likely first',
      [...spread(8, 5, 5.06), ...spread(8, 20, 20.01)],
      [
        [20.003, 0.008, 6, 7.66e-19],
        [5, 0.064, 8, 1.5e-15],
      ],
    ],
    ['thirty in a tenth of a second, early', spread(30, 0.3, 0.4), [[0.33793, 0.064, 19, 2.78e-13]]],
    [
      'a wide one that is less likely than a narrow one',
      [...spread(14, 300, 300.06), ...spread(9, 2, 2.001)],
      [
        [300, 0.064, 14, 4.57e-61],
        [2, 0.002, 9, 2e-25],
      ],
    ],
    [
      'a wide one of which few are close together',
      [...spread(10, 60, 60.06), ...spread(4, 60.03, 60.031)],
      [[60.03, 0.032, 9, 4.98e-35]],
    ],
    [
      'two of three',
      [...spread(8, 5, 5.06), ...spread(8, 20, 20.01), ...spread(8, 40, 40.01)],
      [
        [20.003, 0.008, 6, 4.37e-17],
        [40.003, 0.008, 6, 5.29e-17],
      ],
    ],
  ])('%s', (_, failures, expected) => {
    expect(found(failures)).toEqual(expected);
  });

  test('are the same in whatever order failures come, though gaps are of whole milliseconds', () => {
    const gap = fc.oneof(fc.integer({ min: 4990, max: 5010 }), fc.integer({ min: 300, max: 60_000 }));
    const failures = fc.array(fc.array(gap, { minLength: 3, maxLength: 9 }), { minLength: 3, maxLength: 12 });
    fc.assert(
      fc.property(failures, (lists) => {
        const seconds = lists.map((gaps) => gaps.map((milliseconds) => milliseconds / 1e3));
        expect(found(seconds.toReversed(), { largestPValue: 1 })).toEqual(
          found(seconds, { largestPValue: 1 }),
        );
      }),
      { numRuns: 30 },
    );
  });

  test('are corrected for the kinds of gaps that are searched, and told as far as is asked for', () => {
    const three = spread(3, 5, 5.001);
    expect(found(three, { kinds: 4 })).toEqual([[5, 0.002, 3, 9.59e-8]]);
    expect(found(three, { largestPValue: 4.7e-8 })).toEqual([]);
    expect(found(three, { largestPValue: 4.8e-8 })).toHaveLength(1);
  });

  test('are none where requests that did not fail pile up as well', () => {
    expect(found(spread(5, 5, 5.001), { controls: [...CONTROLS, ...spread(8, 5, 5.001)] })).toEqual([]);
  });

  test('are the ones that are least likely of all, among other gaps', () => {
    const random = randomFrom(5);
    const among = (count: number, hits: number): Lists =>
      Array.from({ length: count }, (_, at) => [
        ...Array.from({ length: 40 }, () => 0.3 + 60 * random.next()),
        ...(at < hits ? [7.3 + 0.003 * random.next()] : []),
      ]);
    const controls = among(60, 0);
    const failures = among(20, 10);
    expect(found(failures, { controls })).toEqual([[7.3003, 0.002, 9, 3.79e-13]]);
    expect(pileUpAt(setOf(failures), setOf(controls), { low: 7.3, width: 0.003 }, 2).hits).toBe(10);
    expect(found(among(20, 3), { controls })).toEqual([]);
    // So many others that most windows have some.
    const busy = (count: number, more: readonly number[]): Lists =>
      Array.from({ length: count }, (_, at) => [
        ...Array.from({ length: 150 }, () => 0.3 + 60 * random.next()),
        ...(at % 2 === 0 ? more : []),
      ]);
    const others = busy(30, []);
    expect(found(busy(30, [40, 40.001]), { controls: others })).toEqual([[40.001, 0.002, 15, 5.26e-19]]);
    expect(found(busy(30, [0.4]), { controls: others })).toEqual([[0.4, 0.002, 17, 1.12e-21]]);
  });
});

describe('the keep-alive of failures and the answers before them', () => {
  interface Made {
    readonly took?: number;
    /** Seconds between requests. */
    readonly mean?: number;
    /** How many answers the failures come after. */
    readonly moments?: number;
    readonly later?: number;
  }
  /** Failures that each came so long after an answer, in traffic at random times. */
  function samplesOf(count: number, idle: number, made: Made = {}) {
    const { took = 0.001, mean = 20, moments = count, later = 0.0004 } = made;
    const random = randomFrom(1);
    const sent: number[] = [];
    for (let at = 0; at < 300; at++) sent.push((sent.at(-1) ?? 0) + random.exponential(mean));
    const ends = sent.map((seconds) => seconds + 0.01);
    const failed = Array.from(
      { length: count },
      (_, at) => (ends[100 + Math.floor(((at % moments) * 190) / moments)] ?? 0) + idle + later * at,
    );
    const streamTimes = {
      starts: Float64Array.from([...sent, ...failed]).sort(),
      ends: Float64Array.from(ends),
    };
    return failed.map((seconds) =>
      sampleOf({ sentSeconds: seconds, endSeconds: seconds + took }, streamTimes),
    );
  }
  const placed = (count: number, idle: number, made?: Made) => {
    const samples = samplesOf(count, idle, made);
    return placesOf(samples).map((place) => {
      const { seconds, low, high, failures } = estimateAt(samples, place, samples.length) ?? {};
      const { pValue, hits } = place.pileUp;
      return [place.paired, seconds, low, high, failures, hits, digits(pValue)];
    });
  };

  test.each<readonly [what: string, count: number, idle: number, made: Made, places: unknown]>([
    ['two failures have none', 2, 5, {}, []],
    [
      'three have one, by the answer that pairs with each or by all',
      3,
      5,
      {},
      [
        [true, 5.001, 5.001, 5.001, 3, 3, 3.59e-7],
        [false, 5.001, 5.001, 5.001, 3, 3, 6.71e-7],
      ],
    ],
    [
      'failures that took a while have one between sending and end',
      5,
      5,
      { took: 0.2 },
      [
        [false, 5.101, 5.002, 5.2, 5, 5, 6.69e-14],
        [true, 5.101, 5.002, 5.2, 3, 3, 2.91e-6],
      ],
    ],
    ['busy traffic has one', 8, 5, { mean: 3 }, [[false, 5.004, 5, 5.004, 8, 8, 1.27e-14]]],
    [
      'more failures than are looked at one by one have one',
      80,
      5,
      {},
      [[false, 5.033, 5, 5.033, 80, 60, 2.33e-21]],
    ],
    ['three far back have none', 3, 330, { mean: 100 }, []],
    [
      'three less far back have one',
      3,
      290,
      { mean: 100 },
      [[false, 290.001, 290.001, 290.001, 3, 3, 7.48e-7]],
    ],
    ['four far back have one', 4, 330, { mean: 100 }, [[false, 330.002, 330, 330.003, 4, 4, 8.16e-11]]],
  ])('%s', (_, count, idle, made, expected) => {
    expect(placed(count, idle, made)).toEqual(expected);
  });

  test('requests beside failures count as if they had taken as long', () => {
    const places = (idleSeconds: number) => {
      const controls = Array.from({ length: 20 }, (_, at) => ({ sentSeconds: at, idleSeconds }));
      const samples = Array.from({ length: 8 }, (_, at) => {
        const sentSeconds = 1000 * (at + 1);
        const ends = new Float64Array();
        return { sentSeconds, endSeconds: sentSeconds + 0.2, ends, idleSeconds: 5, controls };
      });
      return placesOf(samples).map(({ pileUp }) => digits(pileUp.window.low));
    };
    expect([places(5), places(4.6), places(5.4)]).toEqual([[], [5.2], [5.2]]);
  });

  const NEAR = { paired: false, pileUp: { window: { low: 4.9, width: 0.4 }, hits: 0, pValue: 1 } };

  test('failures within a tenth of a second of another count once', () => {
    const hits = (later: number) =>
      placeAt(samplesOf(6, 5, { moments: 1, later }), NEAR, 1)?.pileUp.hits ?? null;
    expect([0.02, 0.0999, 0.1001].map(hits)).toEqual([null, null, 3]);
    const pairs = placeAt(samplesOf(6, 5, { moments: 3 }), NEAR, 1);
    expect(pairs?.pileUp.hits).toBe(3);
  });

  test('some of the failures have the same place where three of them pile up there beyond luck', () => {
    const hitsOf = (count: number, idle: number, largest?: number) =>
      placeAt(samplesOf(count, idle), NEAR, largest)?.pileUp.hits ?? null;
    expect([hitsOf(2, 5, 1), hitsOf(3, 5, 1), hitsOf(4, 5, 1)]).toEqual([null, 3, 4]);
    expect([hitsOf(3, 5), hitsOf(8, 5), hitsOf(8, 6)]).toEqual([null, 8, null]);
    expect(placeAt(samplesOf(8, 5), NEAR)).toMatchObject({
      paired: false,
      pileUp: { window: NEAR.pileUp.window },
    });
  });

  test('each failure has its own chance of luck, and those that were not looked at have that of all', () => {
    const chances = (count: number, paired = false) =>
      chancesAt(samplesOf(count, 5), { ...NEAR, paired }).map((chance) => digits(chance, 2));
    expect(chances(4)).toEqual([0.019, 0.42, 0.019, 0.019]);
    expect(chances(4, true)).toEqual([0.014, 0.39, 0.014, 0.014]);
    const many = chances(80);
    expect([many.length, new Set(many).size, many[0], many[79]]).toEqual([80, 4, 0.26, 0.35]);
  });
});
