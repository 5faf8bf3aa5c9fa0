import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  HEALTH_CHECK_DEFAULTS,
  type HealthResult,
  INITIAL_HEALTH,
  nextHealth,
  statusMatches,
} from '../../../lab/load-balancer/health-state.ts';

const PASS: HealthResult = { healthy: true };
const FAIL: HealthResult = { healthy: false, reason: 'Target.Timeout', description: 'Request timed out' };

const after = (results: readonly HealthResult[]) =>
  results.reduce((state, result) => nextHealth(state, result, HEALTH_CHECK_DEFAULTS), INITIAL_HEALTH);

test.each([
  ['one pass makes a new target healthy', [PASS], 'healthy'],
  ['one failure leaves a new target as it is', [FAIL], 'initial'],
  ['two failures in a row make it unhealthy', [PASS, FAIL, FAIL], 'unhealthy'],
  ['a pass in between starts the count again', [PASS, FAIL, PASS, FAIL], 'healthy'],
  ['four passes are too few to recover', [FAIL, FAIL, PASS, PASS, PASS, PASS], 'unhealthy'],
  ['five passes recover', [FAIL, FAIL, PASS, PASS, PASS, PASS, PASS], 'healthy'],
] as const)('%s', (_, results, state) => {
  expect(after(results).state).toBe(state);
});

test('a healthy target has no reason, an unhealthy one always has', () => {
  fc.assert(
    fc.property(fc.array(fc.boolean(), { minLength: 2 }), (passes) => {
      const { state, reason } = after(passes.map((passed) => (passed ? PASS : FAIL)));
      if (state === 'healthy') expect(reason).toBeNull();
      if (state === 'unhealthy') expect(reason).toBe('Target.Timeout');
    }),
  );
});

test.each([
  ['200', 200, true],
  ['200', 204, false],
  ['200,204', 204, true],
  ['200-299', 250, true],
  ['200-299,301', 301, true],
  ['200-299,301', 300, false],
])('the matcher %s and status %i: %s', (matcher, status, matches) => {
  expect(statusMatches(matcher, status)).toBe(matches);
});
