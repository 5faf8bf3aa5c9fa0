import { describe, expect, test } from 'vitest';
import { diagnose } from '../../lambda/diagnose/diagnose.ts';
import type { Severity } from '../../lambda/model/diagnosis.ts';
import { series, shopBundle } from './shop.ts';

/** 502s and requests by minutes before the look. */
function severity(failures: ReadonlyMap<number, number>, requestsAMinute: number, lateMinutes = 0): Severity {
  const at = 180;
  const bundle = shopBundle({ at });
  const minutes = Array.from({ length: 180 - lateMinutes }, (_, index) => index);
  const metrics = [
    series('RequestCount', new Map(minutes.map((time) => [time, requestsAMinute]))),
    series('HTTPCode_ELB_502_Count', new Map([...failures].map(([before, count]) => [at - before, count]))),
  ];
  return diagnose({ ...bundle, metrics }, { critical502Ratio: 0.01 }).severity;
}

const every = (from: number, to: number, count: number): Map<number, number> =>
  new Map(Array.from({ length: from - to }, (_, index) => [from - index, count]));

describe('severity from the burn rate over an hour and five minutes', () => {
  test.each<readonly [string, ReadonlyMap<number, number>, number, Severity]>([
    ['2 % for an hour', every(60, 0, 10), 500, 'critical'],
    ['everything, for a minute: an hour at the threshold', every(1, 0, 500), 500, 'critical'],
    ['everything for ten minutes, over for six', every(16, 6, 500), 500, 'warning'],
    ['0.2 % for an hour', every(60, 0, 1), 500, 'warning'],
    ['2 % for five minutes, nothing before: too little of the hour', every(5, 0, 10), 500, 'warning'],
    ['9 failures of 9 requests: too few to tell', new Map([[1, 9]]), 0, 'warning'],
    ['a tenth of a quiet service, one failure', new Map([[2, 1]]), 10 / 60, 'warning'],
    ['none', new Map(), 500, 'warning'],
  ])('%s', (_, failures, requests, expected) => {
    expect(severity(failures, requests)).toBe(expected);
  });

  test('does not sink because the newest metrics are late', () => {
    expect(severity(every(60, 4, 10), 500, 4)).toBe('critical');
  });
});
