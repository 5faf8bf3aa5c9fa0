import { describe, expect, test } from 'vitest';
import { chatCommand } from '../../lambda/alert/render/chat-command.ts';
import {
  clock,
  cut,
  durationText,
  oneLine,
  percent,
  share,
  visible,
} from '../../lambda/alert/render/text-format.ts';
import { thousands } from '../../lambda/model/thousands.ts';

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
    ['has a character of two units before its end', 'a😀bcd', 'a😀b…'],
  ])('%s', (_, text, expected) => {
    expect(cut(text, 5)).toBe(expected);
  });

  test('nothing fits into nothing but the mark that something is left out', () => {
    expect(cut('abc', 0)).toBe('…');
  });

  test.each([
    ['a\nb', 'a b', 'a\\x0ab'],
    ['a\u0007\u061c', 'a', 'a\\x07\\u061c'],
    ['a\ud800b', 'a\ufffdb', 'a\\ud800b'],
    ['a\u202eb', 'a b', 'a\\u202eb'],
    ['a\u{e0041}b', 'a b', 'a\\u{e0041}b'],
    ['a\u001b[2Jb', 'a [2Jb', 'a\\x1b[2Jb'],
  ])('%j stands on one line, or is shown by its codes', (text, line, shown) => {
    expect(oneLine(text)).toBe(line);
    expect(visible(text)).toBe(shown);
  });
});

describe('a command in a chat has what chat clients change left out and named, and all else whole', () => {
  test.each([
    ['curl -sv -o x http://h/a', 'curl -sv -o x http://h/a', []],
    ["curl -sv -o x 'http://h/`a`'", 'curl -sv -o x URL_LEFT_OUT', ['URL_LEFT_OUT']],
    ["curl -sv -o x 'https://h/a&b'", 'curl -sv -o x URL_LEFT_OUT', ['URL_LEFT_OUT']],
    [
      "scan --load-balancer 'a<b' --since 1h",
      'scan --load-balancer LOAD_BALANCER_LEFT_OUT --since 1h',
      ['LOAD_BALANCER_LEFT_OUT'],
    ],
    ["aws x --tags 'Key=a,Value=a  b'", 'aws x --tags TAGS_LEFT_OUT', ['TAGS_LEFT_OUT']],
    ["ss 'a>b' --n 'it'\\''s  so'", 'ss VALUE_LEFT_OUT --n N_LEFT_OUT', ['VALUE_LEFT_OUT', 'N_LEFT_OUT']],
    ["aws x --query 'a[].b' 'http://a b'", "aws x --query 'a[].b' 'http://a b'", []],
    ["aws x --a b 'c&d'", 'aws x --a b VALUE_LEFT_OUT', ['VALUE_LEFT_OUT']],
    ['echo `id`', null, []],
    ["echo `id` 'a&b'", null, []],
  ])('%s', (command, line, leftOut) => {
    expect(chatCommand(command)).toEqual({ line, leftOut });
  });
});
