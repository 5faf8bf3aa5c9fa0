import type { Scenario } from '../scenario.ts';
import { pausing } from '../traffic/habits.ts';

/** A function that throws for some orders, and answers in the wrong shape for others. */
export const lambdaTargetError: Scenario = {
  name: 'lambda-target-error',
  title: 'a Lambda function that sometimes throws and sometimes answers without a status code',
  truth: 'lambda-target-error',
  needs: null,
  scale: 10,
  nodeCount: 4,
  oneWayMs: 1,
  setUp: async (stage) => {
    stage.loadBalancer.addLambdaTargetGroup({
      name: 'orders',
      handler: async ({ path }) => {
        if (path.startsWith('/throw')) throw new Error('no such order');
        if (path.startsWith('/shape')) return { status: 200, body: 'no statusCode' };
        return { statusCode: 200, headers: { 'content-type': 'text/plain' }, body: 'ok' };
      },
    });
    const pick = (chance: number) => (chance < 0.06 ? '/throw' : chance < 0.1 ? '/shape' : '/order');
    return {
      scene: ['1 function, run in this process: 6 % of the calls throw, 4 % answer in the wrong shape'],
      habits: () => ({ page: (random) => [pick(random()), pick(random())], pauseSeconds: pausing(1, 5) }),
      fix: null,
    };
  },
};
