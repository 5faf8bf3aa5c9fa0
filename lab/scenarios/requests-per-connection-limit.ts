import type { Scenario } from '../scenario.ts';
import { pageOf, pausing } from '../traffic/habits.ts';
import { join, leave, outlastingNode } from './rolling.ts';

const LIMIT = 25;

/** A server that ends every connection after its 25th request and does not say so. */
export const requestsPerConnectionLimit: Scenario = {
  name: 'requests-per-connection-limit',
  title: `a server that ends a connection after ${LIMIT} requests without announcing it`,
  truth: 'requests-per-connection-limit',
  needs: null,
  scale: 5,
  nodeCount: 6,
  oneWayMs: 5,
  setUp: async (stage) => {
    const group = stage.loadBalancer.addTargetGroup({
      name: 'api',
      attributes: { 'deregistration_delay.timeout_seconds': '10' },
    });
    // The end follows the last response by less than a round trip, so a request can be on its way already.
    const limited = { module: 'raw-http', settings: { requestsPerConnection: LIMIT, closeLagMs: 8 } };
    const members = [await join(stage, group, limited), await join(stage, group, limited)];
    return {
      scene: [
        `2 servers that end a connection after ${LIMIT} requests, and never for being idle`,
        'busy visitors: a connection that comes free is taken again at once',
      ],
      habits: () => ({ page: pageOf(4), pauseSeconds: pausing(0, 0.08) }),
      fix: {
        says: 'two servers without such a limit take over, the old ones are drained and stopped',
        apply: async () => {
          for (let count = 0; count < 2; count++) await join(stage, group, outlastingNode(stage));
          await Promise.all(members.map((member) => leave(group, member)));
        },
      },
    };
  },
};
