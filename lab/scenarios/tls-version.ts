import type { Scenario } from '../scenario.ts';
import { pageOf, pausing } from '../traffic/habits.ts';
import { join, outlastingNode } from './rolling.ts';

/** A server that was left behind when the load balancer stopped speaking old TLS. */
export const tlsVersion: Scenario = {
  name: 'tls-version',
  title: 'an HTTPS target group in front of a server that speaks TLS 1.1 at most',
  truth: 'tls-failure',
  needs: null,
  scale: 10,
  nodeCount: 4,
  oneWayMs: 1,
  setUp: async (stage) => {
    const group = stage.loadBalancer.addTargetGroup({
      name: 'secure',
      protocol: 'HTTPS',
      attributes: { 'deregistration_delay.timeout_seconds': '5' },
    });
    const { module, settings } = outlastingNode(stage);
    const server = (tlsUpTo: string) => ({ module, settings: { ...settings, tlsUpTo } });
    const { target } = await join(stage, group, server('TLSv1.1'));
    return {
      scene: ['1 Node server that speaks TLS 1.1 at most; the load balancer wants 1.2'],
      habits: () => ({ page: pageOf(2), pauseSeconds: pausing(1, 6) }),
      fix: {
        says: 'a server that speaks TLS 1.2 and 1.3 takes over',
        apply: async () => {
          await join(stage, group, server('TLSv1.3'));
          await group.deregister(target);
        },
      },
    };
  },
};
