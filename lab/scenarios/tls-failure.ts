import type { Scenario } from '../scenario.ts';
import { pageOf, pausing } from '../traffic/habits.ts';
import { join, outlastingNode } from './rolling.ts';

/** The group says HTTPS, the application speaks plain HTTP. */
export const tlsFailure: Scenario = {
  name: 'tls-failure',
  title: 'an HTTPS target group in front of a server that speaks plain HTTP',
  truth: 'tls-failure',
  needs: null,
  scale: 10,
  nodeCount: 4,
  oneWayMs: 1,
  setUp: async (stage) => {
    const group = stage.loadBalancer.addTargetGroup({ name: 'secure', protocol: 'HTTPS' });
    await join(stage, group, outlastingNode(stage));
    return {
      scene: ['1 Node server without TLS in a target group of protocol HTTPS'],
      habits: () => ({ page: pageOf(2), pauseSeconds: pausing(1, 6) }),
      fix: null,
    };
  },
};
