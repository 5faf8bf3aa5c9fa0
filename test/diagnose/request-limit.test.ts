import { describe, expect, test } from 'vitest';
import { observedIn } from '../../lambda/diagnose/catalogue.ts';
import { diagnose } from '../../lambda/diagnose/diagnose.ts';
import type { KeepAliveFact } from '../../lambda/model/evidence.ts';
import { countedRequestsOf } from '../../lambda/probe/keep-alive-facts.ts';
import { bundleWith, type Edit, everyNth, failures, group, keepAlive } from './bundle.ts';

type Counted = NonNullable<KeepAliveFact['requestsPerConnection']>;

const few = failures(everyNth(9, 2));
const counted = (
  served: number,
  end: Counted['end'],
  name = 'web',
  patch: Partial<KeepAliveFact> = {},
): Edit => keepAlive(75, 'probe', name, { requestsPerConnection: { served, end }, ...patch });

const seen = (...edits: Edit[]) =>
  observedIn(bundleWith(few, ...edits)).filter(({ id }) => id.startsWith('request-limit'));
const chanceOf = (...edits: Edit[]): number =>
  diagnose(bundleWith(few, ...edits)).hypotheses.find(
    ({ cause }) => cause === 'requests-per-connection-limit',
  )?.probability ?? 0;

describe('a limit of requests that a probe counted', () => {
  test('is evidence of it where no response announced it, and says how many', () => {
    const [outcome, ...others] = seen(counted(25, 'unannounced'));
    expect(others).toEqual([]);
    expect(outcome).toMatchObject({ id: 'request-limit-unannounced' });
    expect(outcome?.fact).toContain('after 25 requests');
    expect(chanceOf(counted(25, 'unannounced'))).toBeGreaterThan(3 * chanceOf(keepAlive(75, 'probe')));
  });

  test('is none where it is announced, or where none was met', () => {
    const without = chanceOf(keepAlive(75, 'probe'));
    expect(chanceOf(counted(25, 'announced'))).toBeLessThan(without);
    expect(chanceOf(counted(1000, 'none'))).toBeLessThan(without);
  });

  test('is less unlikely the fewer requests were sent', () => {
    const strengths = [1, 40, 200, 1000, 5000].map(
      (served) => seen(counted(served, 'none'))[0]?.strength ?? 0,
    );
    expect(strengths).toEqual(strengths.toSorted((a, b) => a - b));
    expect(strengths[0]).toBe(0);
    expect(strengths[2]).toBeCloseTo(Math.log(200) / Math.log(1000), 9);
    expect(strengths.slice(3)).toEqual([1, 1]);
  });

  test('of one group is found beside another without, and absence is said of the counted share alone', () => {
    const api = group('api');
    const both = seen(api, counted(1000, 'none'), counted(25, 'unannounced', 'api'));
    expect(both).toMatchObject([{ id: 'request-limit-unannounced' }]);
    expect(seen(api, counted(1000, 'none'))).toMatchObject([{ id: 'request-limit-not-met', strength: 0.5 }]);
  });

  test('of a target that is gone tells nothing', () => {
    expect(seen(counted(25, 'unannounced', 'web', { target: '10.9.9.9:1' }))).toEqual([]);
  });
});

test.each([
  [{ atLeast: 40 }, { served: 40, end: 'none' }],
  [
    { limit: 25, announced: false, trials: [25, 25] },
    { served: 25, end: 'unannounced' },
  ],
  [
    { limit: 25, announced: false, trials: [26, 25] },
    { served: 25, end: 'unannounced' },
  ],
  // Connections that end by chance end after other numbers.
  [{ limit: 12, announced: false, trials: [12, 61] }, undefined],
  [{ limit: 25, announced: false, trials: [25] }, undefined],
  [
    { limit: 100, announced: true, trials: [100] },
    { served: 100, end: 'announced' },
  ],
  [{ limit: 0, announced: false, trials: [0, 0] }, undefined],
  [{ atLeast: 0 }, undefined],
] as const)('a probe that counted %j says %j', (requests, expected) => {
  expect(countedRequestsOf(requests).requestsPerConnection).toEqual(expected);
});
