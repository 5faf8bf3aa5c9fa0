import type { Scenario } from '../scenario.ts';
import { aiming, aims, pageOf, pausing } from '../traffic/habits.ts';
import { join, leave, outlastingNode } from './rolling.ts';

const IDLE_TIMEOUT_SECONDS = 60;

/** Both sides wait for the same time: neither is first. */
export const equalTimeouts: Scenario = {
  name: 'equal-timeouts',
  title: 'a keep-alive of 60 s, equal to the idle timeout',
  truth: 'keepalive-mismatch',
  needs: null,
  scale: 15,
  nodeCount: 24,
  oneWayMs: 4,
  setUp: async (stage) => {
    const group = stage.loadBalancer.addTargetGroup({
      name: 'web',
      attributes: { 'deregistration_delay.timeout_seconds': '10' },
    });
    const equal = {
      module: 'node-http',
      settings: { idleCloseMs: stage.clock.realMs(IDLE_TIMEOUT_SECONDS) },
    };
    const members = [await join(stage, group, equal), await join(stage, group, equal)];
    return {
      scene: [
        `2 Node servers that end an idle connection after ${IDLE_TIMEOUT_SECONDS} s, as the load balancer does`,
        'half of the visitors pause for about as long, the others as they like',
      ],
      habits: (visitor) => ({
        page: pageOf(2),
        pauseSeconds: aims(visitor)
          ? aiming(IDLE_TIMEOUT_SECONDS - 0.35, IDLE_TIMEOUT_SECONDS)
          : pausing(5, 80),
      }),
      fix: {
        says: 'two servers with server.keepAliveTimeout = 75000 take over, the old ones are drained and stopped',
        apply: async () => {
          for (let count = 0; count < 2; count++) await join(stage, group, outlastingNode(stage));
          await Promise.all(members.map((member) => leave(group, member)));
        },
      },
    };
  },
};
