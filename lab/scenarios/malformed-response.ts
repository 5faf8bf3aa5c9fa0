import type { Scenario } from '../scenario.ts';
import { pageOf, pausing, sometimes } from '../traffic/habits.ts';
import { join } from './rolling.ts';

/** Some paths answer what no HTTP client may accept. */
export const malformedResponse: Scenario = {
  name: 'malformed-response',
  title: 'an export that answers with two Content-Length headers, and one that breaks off',
  truth: 'malformed-response',
  needs: null,
  scale: 10,
  nodeCount: 6,
  oneWayMs: 1,
  setUp: async (stage) => {
    const group = stage.loadBalancer.addTargetGroup({ name: 'reports' });
    for (let count = 0; count < 2; count++) await join(stage, group, { module: 'raw-http', settings: {} });
    const broken = () => ['/two-lengths', '/breaks-off', '/bad-header'];
    return {
      scene: ['2 servers; /two-lengths, /breaks-off and /bad-header answer broken HTTP, all else is well'],
      habits: () => ({ page: sometimes(0.08, broken, pageOf(4)), pauseSeconds: pausing(1, 8) }),
      fix: null,
    };
  },
};
