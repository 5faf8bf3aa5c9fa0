import type { Scenario } from '../scenario.ts';
import { pausing } from '../traffic/habits.ts';
import { join, type Member, outlastingNode } from './rolling.ts';

/** Servers are stopped first and deregistered after: the wrong order. */
export const deployment: Scenario = {
  name: 'deployment',
  title: 'a rolling deployment that stops servers before the load balancer lets go of them',
  truth: 'deployment',
  needs: null,
  scale: 10,
  nodeCount: 6,
  oneWayMs: 1,
  setUp: async (stage) => {
    const group = stage.loadBalancer.addTargetGroup({
      name: 'web',
      attributes: { 'deregistration_delay.timeout_seconds': '20' },
    });
    const members: Member[] = [];
    for (let count = 0; count < 3; count++) members.push(await join(stage, group, outlastingNode(stage)));
    return {
      scene: [
        '3 Node servers, replaced one by one: the new one is registered, the old one killed, then deregistered',
      ],
      habits: () => ({
        page: (random) => Array.from({ length: 4 }, () => `/work?ms=${Math.floor(10 + random() * 120)}`),
        pauseSeconds: pausing(0, 3),
      }),
      disturb: async (signal) => {
        await stage.wait(70);
        // One deployment: every server once. Traffic before and after is well.
        for (let index = 0; index < members.length && !signal.aborted; index++) {
          const old = members[index];
          members[index] = await join(stage, group, outlastingNode(stage));
          await old?.server.stop('SIGKILL');
          await stage.wait(3);
          if (old) void group.deregister(old.target);
          await stage.wait(8);
        }
      },
      fix: null,
    };
  },
};
