import type { Scenario } from '../scenario.ts';
import { pageOf, pausing } from '../traffic/habits.ts';
import { join, outlastingNode } from './rolling.ts';

/** The group says HTTP, the application was switched to HTTPS. */
export const protocolMismatch: Scenario = {
  name: 'protocol-mismatch',
  title: 'an HTTP target group in front of a server that speaks only HTTPS',
  truth: 'protocol-mismatch',
  needs: null,
  scale: 5,
  nodeCount: 4,
  oneWayMs: 1,
  setUp: async (stage) => {
    const group = stage.loadBalancer.addTargetGroup({ name: 'web' });
    const { module, settings } = outlastingNode(stage);
    await join(stage, group, { module, settings: { ...settings, tlsUpTo: 'TLSv1.3' } });
    return {
      scene: ['1 Node server with TLS in a target group of protocol HTTP'],
      habits: () => ({ page: pageOf(2), pauseSeconds: pausing(1, 6) }),
      fix: null,
    };
  },
};
