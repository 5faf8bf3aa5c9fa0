import fc from 'fast-check';
import { expect, test } from 'vitest';
import { emptySummary } from '../../lambda/access-log/summarize.ts';
import { recordedRequests } from '../../lambda/alert/failing-requests.ts';
import type { AccessLogSummary } from '../../lambda/model/access-log-summary.ts';
import { failingRequestAt } from './failing-request.ts';
import { minute } from './looks.ts';

const logOf = (seconds: readonly number[], elb502 = seconds.length): AccessLogSummary => ({
  ...emptySummary('app/shop/0123456789abcdef'),
  elb502,
  failingRequests: seconds.map(failingRequestAt),
});

/** Up to forty in two looks: twice as many as are kept. */
const seconds = fc.uniqueArray(fc.integer({ min: 0, max: 10_000 }), { maxLength: 20, size: 'max' });

test('without a log, or with one that names none, the record stays as it was', () => {
  const known = recordedRequests(null, logOf([1]), null);
  expect(recordedRequests(null, null, null)).toBeNull();
  expect(recordedRequests(known, null, null)).toEqual(known);
  expect(recordedRequests(known, logOf([]), null)).toEqual(known);
});

test('a look that saw less takes nothing away, and the same look twice adds nothing', () => {
  fc.assert(
    fc.property(seconds, seconds, (before, after) => {
      const first = recordedRequests(null, logOf(before), null);
      const second = recordedRequests(first, logOf(after), null);
      expect(recordedRequests(second, logOf(after), null)).toEqual(second);
      const expected = [...new Set([...before, ...after])].sort((a, b) => a - b);
      const kept = expected.length <= 20 ? expected : [...expected.slice(0, 10), ...expected.slice(-10)];
      expect(second?.requests ?? []).toEqual(kept.map(failingRequestAt));
      expect(second?.atLeast ?? 0).toBeGreaterThanOrEqual(kept.length);
    }),
  );
});

test('says how many there were in the look that saw the most', () => {
  const first = recordedRequests(null, logOf([1, 2], 4_000), null);
  expect(recordedRequests(first, logOf([3], 1), null)?.atLeast).toBe(4_000);
});

test('leaves the requests of an incident that ended before to that one', () => {
  const day = Date.parse(minute(0));
  const after = new Date(day + 100_000).toISOString();
  const record = recordedRequests(null, logOf([10, 99, 100, 101], 900), after);
  expect(record).toEqual({ requests: [100, 101].map(failingRequestAt), atLeast: 2 });
});
