import { describe, expect, test } from 'vitest';
import { chanceText, type Onset, onsetAt, onsetText } from '../../lambda/diagnose/changes/change-onset.ts';
import {
  at,
  bundleWith,
  counts,
  during,
  type Edit,
  failures,
  from,
  gap,
  MINUTES,
  requests,
  silent,
} from './bundle.ts';

const NO_REQUESTS = silent('RequestCount');
const rose = failures(during(0, MINUTES, 6, null).map((count, minute) => (minute < 90 ? 1 : count)));
const onset = (minute: number, ...list: readonly Edit[]): Onset | null =>
  onsetAt(bundleWith(...list), at(minute));
const minutesOf = (found: Onset | null) => found && [found.rise.before.minutes, found.rise.after.minutes];

describe('what is compared', () => {
  test.each([
    ['to the last minute with requests', requests(during(0, 120, 600)), [96, 24]],
    ['to the last failure, where it is later', requests(during(0, 99, 600)), [96, 5]],
    ['to the end of the window, where no requests are counted', NO_REQUESTS, [96, 84]],
  ])('%s', (_, counted, minutes) => {
    expect(minutesOf(onset(96, failures(from(98, [1, 2, 3])), counted))).toEqual(minutes);
  });

  test('nothing, where nothing failed, or what failed could not be read', () => {
    expect(onset(96)).toBeNull();
    expect(onset(96, NO_REQUESTS)).toBeNull();
    expect(onset(96, rose, gap('metrics', { metrics: ['TargetResponseTime'] }))).not.toBeNull();
    expect(onset(96, rose, gap('metrics', { metrics: ['HTTPCode_ELB_502_Count'] }))).toBeNull();
  });

  test('no more minutes than any window has', () => {
    const since =
      (minute: number): Edit =>
      (bundle) => ({
        ...bundle,
        window: { ...bundle.window, start: at(minute) },
      });
    expect(minutesOf(onset(96, rose, NO_REQUESTS, since(MINUTES - 25_000)))).toEqual([24_916, 84]);
    expect(onset(96, rose, NO_REQUESTS, since(MINUTES - 25_001))).toBeNull();
  });
});

test('the chance of luck is the larger of both', () => {
  const growing = counts('RequestCount', during(0, 90, 600, 3600));
  for (const found of [onset(90, rose, NO_REQUESTS), onset(90, rose, growing)])
    expect(found?.chance).toBe(Math.max(found?.rise.chanceIfSteady ?? 0, found?.rise.chanceIfUnrelated ?? 0));
});

describe('the chance of a steady rate', () => {
  const steadily = (before: number, after: number): number => {
    const counted = counts('RequestCount', during(0, 90, before, after));
    return onset(90, rose, before === 0 && after === 0 ? NO_REQUESTS : counted)?.rise.chanceIfSteady ?? NaN;
  };
  const byTime = steadily(0, 0);

  test('is larger where the traffic rose along with the 502s', () => {
    expect(byTime).toBeLessThan(0.001);
    expect(steadily(600, 3600)).toBeGreaterThan(0.3);
  });

  test.each([
    ['fell', 600, 100],
    ['was the same', 600, 600],
    ['was none before', 0, 600],
  ])('is that by time alone where the traffic %s', (_, before, after) => {
    expect(steadily(before, after)).toBe(byTime);
  });
});

test.each([
  [1, '100 %'],
  [0.3, '30 %'],
  [0.101, '10 %'],
  [0.1, '1 in 10'],
  [0.07, '1 in 14'],
  [0.05, '1 in 20'],
  [1 / 135, '1 in 135'],
  [1 / 999, '1 in 999'],
  [1 / 1234, '1 in 1,200'],
  [4e-8, '1 in 25,000,000'],
  [1e-9, '1 in 1,000,000,000'],
  [0.99e-9, 'below 1 in a billion'],
  [0, 'below 1 in a billion'],
])('a chance of %f is %s', (chance, words) => expect(chanceText(chance)).toBe(words));

describe('in words', () => {
  const found = (chance: number, failuresBefore: number, latestMinute = 97): Onset => ({
    chance,
    rise: {
      before: { failures: failuresBefore, minutes: 96 },
      after: { failures: 83, minutes: 84 },
      chanceIfSteady: chance / 5,
      chanceIfUnrelated: chance,
      began: { earliestMs: Date.parse(at(97)), latestMs: Date.parse(at(latestMinute)) },
    },
  });
  const luck = (steady: string, unrelated: string): string =>
    `chance of luck: ${steady} if they came at a steady rate, ${unrelated} if something else set them off`;
  const counted = (before: number): string => `${before} in 96 minutes before, 83 in 84 minutes after`;

  test.each([
    [
      'began',
      onsetText(found(0.02, 0)),
      `502s began after it: ${counted(0)} (${luck('1 in 250', '1 in 50')}; the rise began at 10:37 UTC)`,
    ],
    [
      'rose, some time within minutes, as likely as may be for a rise',
      onsetText(found(0.05, 4, 105)),
      `502s rose after it: ${counted(4)} (${luck('1 in 100', '1 in 20')}; the rise began between 10:37 and 10:45 UTC)`,
    ],
    [
      'began after one of two changes',
      onsetText(found(0.025, 0), 2),
      `502s began after it: ${counted(0)} (${luck('1 in 100', '1 in 20')}; the rise began at 10:37 UTC)`,
    ],
    [
      'may have begun by luck after one of two',
      onsetText(found(0.03, 0), 2),
      `502s were seen only after it, but that may be luck: ${counted(0)} (${luck('1 in 83', '1 in 17')})`,
    ],
    [
      'may have risen by luck',
      onsetText(found(0.051, 4)),
      `502s did not clearly rise with it: ${counted(4)} (${luck('1 in 98', '1 in 20')})`,
    ],
    [
      'never by more luck than there is',
      onsetText(found(0.5, 4), 12),
      `502s did not clearly rise with it: ${counted(4)} (${luck('100 %', '100 %')})`,
    ],
  ])('%s', (_, text, words) => expect(text).toBe(words));
});
