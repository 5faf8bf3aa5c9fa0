import { describe, expect, test } from 'vitest';
import { areUnderLoad } from '../../../lambda/access-log/explain/load-before.ts';
import type { Stop } from '../../../lambda/access-log/explain/stop.ts';
import { emptyTarget } from '../../../lambda/access-log/tally/target-tally.ts';
import { BEGIN_SECONDS, type Logged, viewOf } from '../requests.ts';

/** The log goes on for so long. */
const END = 7200;
const FIRST_STOP = 3600;

/** So many requests a second to three targets, between two times. */
const asked = (from: number, to: number, perSecond = 1, took = 0.05): Logged[] =>
  Array.from({ length: Math.floor((to - from) * perSecond) }, (_, at) => ({
    ...{ sent: from + at / perSecond + 0.01, took, target: at % 3, client: at % 40 },
  }));

const stopAt = (firstSeconds: number, target: number): Stop => ({
  ...{ group: 0, target: emptyTarget(target), members: [], firstSeconds, lastSeconds: firstSeconds + 5 },
});

/** Three targets, one after the other. */
const round = (first: number): Stop[] =>
  [0, 40, 80].map((after, target) => stopAt(BEGIN_SECONDS + first + after, target));

const isLoaded = (requests: readonly Logged[], rounds = [round(FIRST_STOP)]): boolean =>
  areUnderLoad(viewOf(requests), rounds);

const usual = asked(0, END);

/** All that is asked usually, but for the time in which answers take longer. */
const slowed = (from: number, to: number, took: number): Logged[] => [
  ...asked(0, from),
  ...asked(from, to, 1, took),
  ...asked(to, END),
];

describe('targets that stop one after the other', () => {
  test.each<[string, readonly Logged[], boolean]>([
    ['out of nothing', usual, false],
    ['in a rush', [...usual, ...asked(FIRST_STOP - 150, FIRST_STOP + 150, 2)], true],
    [
      'in a rush that begins with the first of them',
      [...usual, ...asked(FIRST_STOP, FIRST_STOP + 300, 2)],
      false,
    ],
    ['with somewhat more requests', [...usual, ...asked(FIRST_STOP - 150, FIRST_STOP + 150, 0.6)], false],
    ['after answers that took twice as long', slowed(FIRST_STOP - 90, FIRST_STOP + 120, 0.101), true],
    ['after answers that took not much longer', slowed(FIRST_STOP - 90, FIRST_STOP + 120, 0.095), false],
    ['before answers take longer', slowed(FIRST_STOP, FIRST_STOP + 120, 1), false],
  ])('%s', (_, requests, expected) => expect(isLoaded(requests)).toBe(expected));

  test('at the peak of a day, when there are more requests for hours: that is usual then', () => {
    expect(isLoaded([...usual, ...asked(FIRST_STOP - 3000, FIRST_STOP + 3000, 2)])).toBe(false);
  });

  test('at such a peak, however quiet the rest of the log is', () => {
    const day = [...asked(0, 40_000, 0.1), ...asked(16_000, 26_000, 2)];
    expect(isLoaded(day, [round(21_000)])).toBe(false);
    expect(isLoaded([...day, ...asked(20_850, 21_150, 4)], [round(21_000)])).toBe(true);
  });

  test('under load in half of the rounds', () => {
    const rush = asked(FIRST_STOP - 150, FIRST_STOP + 150, 2);
    const rounds = [round(FIRST_STOP), round(1500), round(5500)];
    expect(isLoaded([...usual, ...rush], rounds.slice(0, 2))).toBe(true);
    expect(isLoaded([...usual, ...rush], rounds)).toBe(false);
  });

  test('where too few answers came before to say how long they take', () => {
    const seldom = (count: number): Logged[] => [
      ...asked(0, FIRST_STOP - 700),
      ...asked(FIRST_STOP - 80, FIRST_STOP - 80 + 3 * count, 1 / 3, 1),
      ...asked(FIRST_STOP + 700, END),
    ];
    expect([20, 19].map((count) => isLoaded(seldom(count)))).toEqual([true, false]);
  });
});
