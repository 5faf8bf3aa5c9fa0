import type { Scenario } from '../scenario.ts';
import { between, pausing } from '../traffic/habits.ts';
import { join, type Member, outlastingNode } from './rolling.ts';

/** A process is killed under load and comes back, again and again. */
export const targetCrash: Scenario = {
  name: 'target-crash',
  title: 'a server process that is killed with requests in flight, and restarted',
  truth: 'target-crash',
  needs: null,
  scale: 5,
  nodeCount: 6,
  oneWayMs: 1,
  setUp: async (stage) => {
    const group = stage.loadBalancer.addTargetGroup({ name: 'web' });
    const members: Member[] = [];
    for (let count = 0; count < 3; count++) members.push(await join(stage, group, outlastingNode(stage)));
    return {
      scene: ['3 Node servers; one after the other is killed (SIGKILL) and started again by its supervisor'],
      habits: () => ({
        page: (random) => Array.from({ length: 4 }, () => `/work?ms=${Math.floor(50 + random() * 350)}`),
        pauseSeconds: pausing(0, 2),
      }),
      disturb: async (signal) => {
        for (let turn = 0; !signal.aborted; turn++) {
          await stage.wait(between(stage.random, 8, 25));
          const index = turn % members.length;
          const crashed = members[index];
          if (!crashed || signal.aborted) return;
          await crashed.server.stop('SIGKILL');
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
