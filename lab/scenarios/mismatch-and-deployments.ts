import type { Scenario } from '../scenario.ts';
import { aiming, aims, pageOf, pausing } from '../traffic/habits.ts';
import { replaceOldest } from '../workload/deployments.ts';
import { programOf, quietService } from './rolling.ts';

/** What a Node server with its default of 5 s really does. */
const CLOSES_AFTER_SECONDS = 6;

/** Deployments next to the failure, and innocent: it was there before, and each server is drained. */
export const mismatchAndDeployments: Scenario = {
  name: 'mismatch-and-deployments',
  title: 'a keep-alive that is too short, and orderly deployments in the middle of it',
  truth: 'keepalive-mismatch',
  needs: null,
  scale: 5,
  nodeCount: 20,
  oneWayMs: 2,
  setUp: async (stage) => {
    const group = stage.loadBalancer.addTargetGroup({
      name: 'web',
      attributes: { 'deregistration_delay.timeout_seconds': '10' },
    });
    const early = {
      module: 'node-http',
      settings: { idleCloseMs: stage.clock.realMs(CLOSES_AFTER_SECONDS) },
    };
    const program = programOf(stage, early);
    const service = quietService(stage, group, program);
    for (let count = 0; count < 2; count++) await service.start(group);
    return {
      scene: [
        `2 Node servers that end an idle connection after ${CLOSES_AFTER_SECONDS} s`,
        'each is replaced in turn, drained before it is stopped, by one like it',
      ],
      habits: (visitor) => ({
        page: pageOf(2),
        pauseSeconds: aims(visitor)
          ? aiming(CLOSES_AFTER_SECONDS - 0.15, CLOSES_AFTER_SECONDS + 0.03)
          : pausing(2, 9),
      }),
      disturb: async (signal) => {
        while (!signal.aborted) {
          await stage.wait(75);
          await replaceOldest(stage, service, group);
        }
      },
      fix: null,
    };
  },
};
