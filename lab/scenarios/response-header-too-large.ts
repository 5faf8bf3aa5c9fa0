import type { Scenario } from '../scenario.ts';
import { pageOf, pausing, sometimes } from '../traffic/habits.ts';
import { join } from './rolling.ts';

/** A cookie grew above the limit of 32 K for all response headers. */
export const responseHeaderTooLarge: Scenario = {
  name: 'response-header-too-large',
  title: 'a page that sets a cookie of 40 kB, above the limit of 32 K for response headers',
  truth: 'response-header-too-large',
  needs: null,
  scale: 10,
  nodeCount: 6,
  oneWayMs: 1,
  setUp: async (stage) => {
    const group = stage.loadBalancer.addTargetGroup({ name: 'accounts' });
    for (let count = 0; count < 2; count++) await join(stage, group, { module: 'raw-http', settings: {} });
    return {
      scene: ['2 servers; /large-header sets a cookie of 40 kB, all else is well'],
      habits: () => ({
        page: sometimes(0.1, () => ['/large-header'], pageOf(4)),
        pauseSeconds: pausing(1, 8),
      }),
      fix: null,
    };
  },
};
