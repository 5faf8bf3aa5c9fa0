import { describe, expect, test } from 'vitest';
import { explainByMoment } from '../../../lambda/access-log/explain/moment.ts';
import { explainByTarget } from '../../../lambda/access-log/explain/target.ts';
import { briefExplanations } from '../../../lambda/diagnose/explanation-text.ts';
import { type Logged, resultOf } from '../requests.ts';
import { saidBy } from './said.ts';

/** A line names no target where the load balancer chose none, or where it was a Lambda function. */

/** A request each second to one of two targets, of which some are changed. */
const requests = (count: number, change: (at: number) => Partial<Logged>): Logged[] =>
  Array.from({ length: count }, (_, at) => ({
    ...{ sent: at + 0.25, target: 1 + (at % 2), client: 100 + (at % 20), path: `/shelf/${at % 8}` },
    ...change(at),
  }));

/** One of twenty names none, and fails. */
const namingNone = (change: Partial<Logged>) =>
  requests(400, (at) => (at % 20 === 7 ? { target: null, ...change } : {}));

describe('failures whose line names no target', () => {
  test.each<readonly [string, Partial<Logged>, object]>([
    ['that something took', { failed: 'cut' }, { 'lambda-target-error': 0.3 }],
    ['that nothing took', { failed: 'refused' }, { 'lambda-target-error': 0.1 }],
  ])('are told as such, not as those of one target: %s', (_, change, odds) => {
    expect(saidBy(explainByTarget, namingNone(change)).map(({ of, fact, odds }) => [of, fact, odds])).toEqual(
      [
        [
          20,
          'name no target, as 5 % of all requests do: the load balancer chose none, or it was a Lambda function',
          odds,
        ],
      ],
    );
  });

  test('point at no cause in the report, and to no target', () => {
    const { diagnosis } = resultOf(namingNone({ failed: 'refused' }));
    expect(diagnosis.verdict).toBe('undetermined');
    expect(briefExplanations(diagnosis)).toEqual(['20 of 20: no target']);
    expect(diagnosis.explanations[0]?.where.target).toBeNull();
  });

  test('say nothing where no line names one, where there are two, or where each has its reason', () => {
    const all = requests(100, (at) => ({ target: null, ...(at % 9 === 0 ? { failed: 'cut' } : {}) }));
    expect(saidBy(explainByTarget, all).filter(({ of }) => of > 0)).toEqual([]);
    const two = requests(400, (at) => (at % 200 === 7 ? { target: null, failed: 'cut' } : {}));
    expect(saidBy(explainByTarget, two)).toEqual([]);
    const ofLambda = namingNone({ failed: 'cut', lambdaReason: 'LambdaUnhandled' });
    expect(saidBy(explainByTarget, ofLambda)).toEqual([]);
  });

  test('are no second target that fails at a moment', () => {
    const burst = (target: number | null): Logged[] => [
      ...requests(600, () => ({})),
      ...Array.from(
        { length: 12 },
        (_, which): Logged => ({
          ...{ sent: 300 + which / 4, client: which, path: `/m/${which}`, took: 0.001, failed: 'cut' },
          target: which % 2 === 0 ? 1 : target,
        }),
      ),
    ];
    expect(saidBy(explainByMoment, burst(null))).toEqual([]);
    expect(saidBy(explainByMoment, burst(2)).length).toBeGreaterThan(0);
  });
});
