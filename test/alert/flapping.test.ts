import { describe, expect, test } from 'vitest';
import { absent, flappingAt, present, wasAnnounced, withAnnounced } from '../../lambda/alert/flapping.ts';
import type { Flapping } from '../../lambda/model/alert.ts';
import { minute } from './looks.ts';

const DAY = 1440;
const NEVER: Flapping = { announced: [], goneSince: null, closedSince: null, longestPauseMinutes: 0 };
const seen = (parts: Partial<Flapping>): Flapping => ({ ...NEVER, ...parts });

describe('what is remembered of a warning', () => {
  test('is nothing before the first', () => {
    expect(flappingAt(undefined, minute(0))).toEqual(NEVER);
  });

  test.each([
    [DAY, true],
    [DAY + 1, false],
  ])('%i minutes after it was closed: %j', (after, isKept) => {
    const before = seen({ closedSince: minute(10), longestPauseMinutes: 7 });
    expect(flappingAt(before, minute(10 + after))).toEqual(isKept ? before : NEVER);
  });

  test.each([
    [DAY, true],
    [DAY + 1, false],
  ])('a line that was announced %i minutes ago: %j', (after, isKept) => {
    const before = seen({
      announced: [
        { line: 'old', at: minute(10) },
        { line: 'new', at: minute(10 + after) },
      ],
      goneSince: minute(9),
      longestPauseMinutes: 7,
    });
    const now = flappingAt(before, minute(10 + after));
    expect(now).toMatchObject({ goneSince: minute(9), longestPauseMinutes: 7 });
    expect(wasAnnounced(now, 'old')).toBe(isKept);
    expect(wasAnnounced(now, 'new')).toBe(true);
    expect(wasAnnounced(now, 'other')).toBe(false);
  });
});

describe('a warning that is there', () => {
  test('and never was away stays as it is', () => {
    const before = seen({ longestPauseMinutes: 5 });
    expect(present(before, minute(100))).toEqual(before);
  });

  test.each([
    ['was away', { goneSince: minute(10) }, 30],
    ['was closed', { closedSince: minute(10) }, 30],
    [
      'was away after it was closed: the later counts',
      { goneSince: minute(30), closedSince: minute(10) },
      10,
    ],
    ['was away for less than ever', { goneSince: minute(30), longestPauseMinutes: 20 }, 20],
    ['was away for more than a day', { goneSince: minute(-2_000) }, DAY],
  ])('%s', (_, parts, longestPauseMinutes) => {
    expect(present(seen(parts), minute(40))).toEqual(seen({ longestPauseMinutes }));
  });
});

describe('a warning that is away', () => {
  test('and never came back is over at once', () => {
    expect(absent(NEVER, minute(10))).toEqual({
      flapping: seen({ closedSince: minute(10) }),
      isOver: true,
      waitMinutes: 0,
    });
  });

  test.each([
    [99, false],
    [100, true],
  ])('is over after three times its longest pause: at minute %i %j', (now, isOver) => {
    const before = seen({ goneSince: minute(10), longestPauseMinutes: 30 });
    expect(absent(before, minute(now))).toEqual({
      flapping: isOver ? seen({ closedSince: minute(10), longestPauseMinutes: 30 }) : before,
      isOver,
      waitMinutes: 90,
    });
  });

  test('is away since now where it was there before', () => {
    const before = seen({ longestPauseMinutes: 30 });
    expect(absent(before, minute(10))).toMatchObject({
      flapping: { goneSince: minute(10), closedSince: null },
      isOver: false,
    });
  });

  test('is waited for no longer than a day', () => {
    expect(absent(seen({ longestPauseMinutes: 481 }), minute(0)).waitMinutes).toBe(DAY);
  });
});

describe('lines that were announced', () => {
  test('are remembered once, at their newest time', () => {
    const once = withAnnounced(NEVER, ['a', 'b'], minute(0));
    expect(withAnnounced(once, ['a'], minute(5)).announced).toEqual([
      { line: 'b', at: minute(0) },
      { line: 'a', at: minute(5) },
    ]);
  });

  test('are the newest forty', () => {
    const lines = Array.from({ length: 41 }, (_, index) => `line ${index}`);
    const { announced } = withAnnounced(NEVER, lines, minute(0));
    expect(announced.map(({ line }) => line)).toEqual(lines.slice(1));
  });
});
