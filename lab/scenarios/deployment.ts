import type { Scenario } from '../scenario.ts';
import { pausing } from '../traffic/habits.ts';
import { outlastingNode, programOf, quietService } from './rolling.ts';

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
    const program = programOf(stage, outlastingNode(stage));
    const service = quietService(stage, group, program);
    for (let count = 0; count < 3; count++) await service.start(group);
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
        const tell = service.beginDeployment('ROLLING', 1, service.revise(program));
        for (const old of [...service.tasks]) {
          if (signal.aborted) return;
          await service.start(group);
          await service.stopEarly(old, 3);
          await stage.wait(8);
        }
        tell({ status: 'SUCCESSFUL', finishedAt: new Date(stage.clock.now()).toISOString() });
      },
      fix: null,
    };
  },
};
