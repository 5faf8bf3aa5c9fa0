import type { Scenario } from '../scenario.ts';
import { between, pausing } from '../traffic/habits.ts';
import { join, type Member, outlastingNode } from './rolling.ts';

/** A process is killed under load and comes back, again and again. */
export const targetCrash: Scenario = {
  name: 'target-crash',
  title: 'a server process that is killed with requests in flight, and restarted',
  truth: 'target-crash',
  needs: null,
  scale: 10,
  nodeCount: 6,
  oneWayMs: 1,
  setUp: async (stage) => {
    const group = stage.loadBalancer.addTargetGroup({ name: 'web' });
    const members: Member[] = [];
    for (let count = 0; count < 3; count++) members.push(await join(stage, group, outlastingNode(stage)));
    return {
      scene: [
        '3 Node servers; one after the other is killed (SIGKILL) and restarted on its port a few seconds later',
      ],
      habits: () => ({
        page: (random) => Array.from({ length: 4 }, () => `/work?ms=${Math.floor(20 + random() * 180)}`),
        pauseSeconds: pausing(0, 2),
      }),
      disturb: async (signal) => {
        for (let turn = 0; !signal.aborted; turn++) {
          await stage.wait(between(stage.random, 20, 50));
          const index = turn % members.length;
          const crashed = members[index];
          if (!crashed || signal.aborted) return;
          await crashed.server.stop('SIGKILL');
          await stage.wait(4);
          const server = await stage.startServer('node-http', {
            idleCloseMs: stage.clock.realMs(75),
            port: crashed.server.port,
          });
          members[index] = { server, target: crashed.target };
        }
      },
      fix: null,
    };
  },
};
