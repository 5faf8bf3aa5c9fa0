import type { Scenario } from '../scenario.ts';
import { between, pausing } from '../traffic/habits.ts';
import { outlastingNode, programOf, quietService } from './rolling.ts';

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
    const service = quietService(stage, group, programOf(stage, outlastingNode(stage)));
    for (let count = 0; count < 3; count++) await service.start(group);
    return {
      scene: ['3 Node servers; one after the other is killed (SIGKILL) and started again by its supervisor'],
      habits: () => ({
        page: (random) => Array.from({ length: 4 }, () => `/work?ms=${Math.floor(50 + random() * 350)}`),
        pauseSeconds: pausing(0, 2),
      }),
      disturb: async (signal) => {
        while (!signal.aborted) {
          await stage.wait(between(stage.random, 8, 25));
          const [oldest] = service.tasks;
          if (oldest === undefined || signal.aborted) return;
          await service.restart(oldest, 'SIGKILL');
        }
      },
      fix: null,
    };
  },
};
