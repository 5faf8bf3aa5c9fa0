import { describe, expect, test } from 'vitest';
import { diagnose } from '../../lambda/diagnose/diagnose.ts';
import { severityOf as severityIn } from '../../lambda/diagnose/severity.ts';
import type { Symptom } from '../../lambda/diagnose/symptom.ts';
import type { Severity } from '../../lambda/model/diagnosis.ts';
import {
  at,
  bundleWith,
  declared,
  during,
  type Edit,
  everyNth,
  failures,
  from,
  gap,
  steady,
} from './bundle.ts';

const severityOf = (...edits: readonly Edit[]): string => diagnose(bundleWith(...edits)).severity;

test('a hundredth of the requests of the last quarter of an hour is critical, less is not', () => {
  expect(severityOf(failures(steady(6)))).toBe('critical');
  expect(severityOf(failures(steady(5)))).toBe('warning');
});

test('the threshold is the one that is asked for', () => {
  const bundle = bundleWith(failures(steady(6)));
  expect(diagnose(bundle, { critical502Ratio: 0.02 }).severity).toBe('warning');
});

test('an outage that ended an hour ago is no longer critical', () => {
  expect(severityOf(failures(during(60, 100, 600)))).toBe('warning');
});

test('a few failures are never critical, whatever their share', () => {
  expect(severityOf(failures(from(175, [9])))).toBe('warning');
});

test('without a 502: a mismatch warns, a metric that could not be read informs, nothing is nothing', () => {
  expect(severityOf(declared(5))).toBe('warning');
  expect(severityOf(gap('metrics'))).toBe('info');
  expect(severityOf(declared(75))).toBe('none');
});

test('a metric of other things that could not be read does not unsettle', () => {
  expect(severityOf(gap('metrics', { metrics: ['ActiveConnectionCount'] }))).toBe('none');
});

test('502s that come all day are a warning', () => {
  expect(severityOf(failures(everyNth(30, 1)))).toBe('warning');
});

describe('ten failures, a hundredth of the requests, are critical', () => {
  const symptom = (count: number, requests: number, requestsKnown?: false): Symptom => ({
    ...{ failures: new Map(), requests: new Map(), known: true },
    summary: {
      ...{ count, requests, ratio: count / requests, firstSeen: null, lastSeen: null },
      ...(requestsKnown === undefined ? {} : { requestsKnown }),
    },
  });
  const counted = (count: number, requests: number): Symptom => ({
    ...symptom(count, requests),
    ...{ failures: new Map([[at(10), count]]), requests: new Map([[at(10), requests]]) },
  });
  const POLICY = { critical502Ratio: 0.01 };

  test.each<readonly [string, Symptom, Severity]>([
    ['by minutes', counted(10, 1000), 'critical'],
    ['by minutes, one less', counted(9, 100), 'warning'],
    ['by minutes, of one request more', counted(10, 1001), 'warning'],
    ['as sums alone', symptom(10, 1000), 'critical'],
    ['as sums alone, one less', symptom(9, 100), 'warning'],
    ['as sums alone, of one request more', symptom(10, 1001), 'warning'],
    ['as sums alone, of requests that nobody counted', symptom(10, 10, false), 'warning'],
    ['none', symptom(0, 1000), 'none'],
  ])('%s', (_, one, expected) => {
    expect(severityIn(one, [], [], POLICY)).toBe(expected);
  });
});
