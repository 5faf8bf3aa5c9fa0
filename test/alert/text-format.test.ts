import { describe, expect, test } from 'vitest';
import {
  clock,
  cut,
  durationText,
  oneLine,
  percent,
  share,
  thousands,
  visible,
} from '../../lambda/alert/render/text-format.ts';

describe('figures in an alert', () => {
  test.each([
    [0, '1 min'],
    [89_999, '1 min'],
    [90_000, '2 min'],
    [59 * 60_000, '59 min'],
    [60 * 60_000, '1 h'],
    [70 * 60_000, '1 h 10 min'],
    [24 * 3_600_000, '1 day'],
    [25 * 3_600_000, '1 day 1 h'],
    [52 * 3_600_000 + 59 * 60_000, '2 days 4 h'],
  ])('a duration of %d ms is %s', (milliseconds, text) => {
    expect(durationText(milliseconds)).toBe(text);
  });

  test.each([
    [0.9549, '95 %'],
    [0.004, '0 %'],
    [0.994, '99 %'],
    [0.999, '99 %'],
    [1, '99 %'],
  ])('a probability of %d is %s: nothing is certain', (probability, text) => {
    expect(percent(probability)).toBe(text);
  });

  test.each([
    [0.000_33, '0.033 %'],
    [0.002_91, '0.29 %'],
    [0.0999, '10 %'],
    [0.0994, '9.9 %'],
    [0.1, '10 %'],
    [0.1249, '12 %'],
    [1, '100 %'],
  ])('a share of %d is %s', (ratio, text) => {
    expect(share(ratio)).toBe(text);
  });

  test.each([
    ['on the same day', '2026-11-23T14:02:59.000Z', '14:02'],
    ['on another day', '2026-11-21T14:02:59.000Z', '2026-11-21 14:02'],
    ['on the same day of another month', '2026-10-23T14:02:59.000Z', '2026-10-23 14:02'],
  ])('a time %s', (_, time, text) => {
    expect(clock(time, '2026-11-23T23:59:00.000Z')).toBe(text);
  });

  test('a large number has separators', () => {
    expect(thousands(90_000)).toBe('90,000');
  });
});

describe('text that is too long or not plain', () => {
  test.each([
    ['fits exactly', 'abcde', 'abcde'],
    ['is one longer', 'abcdef', 'abcd…'],
    ['would end in a blank', 'abc def', 'abc…'],
    ['would end within a character of two units', 'abc😀d', 'abc…'],
  ])('%s', (_, text, expected) => {
    expect(cut(text, 5)).toBe(expected);
  });

  test('nothing fits into nothing but the mark that something is left out', () => {
    expect(cut('abc', 0)).toBe('…');
  });

  test.each([
    ['a\nb', 'a b', 'a\\x0ab'],
    ['a\u202eb', 'a b', 'a\\u202eb'],
    ['a\u{e0041}b', 'a b', 'a\\u{e0041}b'],
    ['a\u001b[2Jb', 'a [2Jb', 'a\\x1b[2Jb'],
  ])('%j stands on one line, or is shown by its codes', (text, line, shown) => {
    expect(oneLine(text)).toBe(line);
    expect(visible(text)).toBe(shown);
  });
});
