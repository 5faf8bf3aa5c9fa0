import type { Scenario } from '../scenario.ts';
import { pageOf, pausing } from '../traffic/habits.ts';
import { join, outlastingNode } from './rolling.ts';

/** The application listens on another port than the target group thinks. */
export const connectionRefused: Scenario = {
  name: 'connection-refused',
  title: 'a target group with a port on which nothing listens',
  truth: 'connection-refused',
  needs: null,
  scale: 10,
  nodeCount: 4,
  oneWayMs: 1,
  setUp: async (stage) => {
    const group = stage.loadBalancer.addTargetGroup({
      name: 'web',
      attributes: { 'deregistration_delay.timeout_seconds': '5' },
    });
    // Started and stopped, so that the port is known to be free.
    const server = await stage.startServer('node-http', { idleCloseMs: null });
    await server.stop();
    const wrong = await group.register('127.0.0.1', server.port);
    return {
      scene: [`1 target, 127.0.0.1:${server.port}, and nothing listens there`],
      habits: () => ({ page: pageOf(2), pauseSeconds: pausing(1, 6) }),
      fix: {
        says: 'the target is registered with the port on which the application listens',
        apply: async () => {
          await join(stage, group, outlastingNode(stage));
          await group.deregister(wrong);
        },
      },
    };
  },
};
