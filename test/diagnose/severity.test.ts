import { expect, test } from 'vitest';
import { diagnose } from '../../lambda/diagnose/diagnose.ts';
import { bundleWith, declared, during, type Edit, everyNth, failures, from, gap, steady } from './bundle.ts';

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
