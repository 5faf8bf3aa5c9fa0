import type { Scenario } from '../scenario.ts';
import { pageOf, pausing, sometimes } from '../traffic/habits.ts';
import { replaceOldest } from '../workload/deployments.ts';
import { outlastingNode, programOf, quietService } from './rolling.ts';

const DELAY_SECONDS = 10;

/** Drained in the right order, but for a shorter time than requests take. */
export const deregistrationDelayElapsed: Scenario = {
  name: 'deregistration-delay-elapsed',
  title: `requests of 25 s in a target group with a deregistration delay of ${DELAY_SECONDS} s`,
  truth: 'deregistration-delay-elapsed',
  needs: null,
  scale: 10,
  nodeCount: 8,
  oneWayMs: 1,
  setUp: async (stage) => {
    const group = stage.loadBalancer.addTargetGroup({
      name: 'reports',
      attributes: { 'deregistration_delay.timeout_seconds': String(DELAY_SECONDS) },
    });
    const service = quietService(stage, group, programOf(stage, outlastingNode(stage)));
    for (let count = 0; count < 2; count++) await service.start(group);
    const long = `/report?ms=${Math.round(stage.clock.realMs(25))}`;
    return {
      scene: [
        '2 Node servers, replaced one by one every minute and a half, drained before they are stopped',
        `one page in three is a report of 25 s; the deregistration delay is ${DELAY_SECONDS} s`,
      ],
      habits: () => ({ page: sometimes(0.35, () => [long, long], pageOf(3)), pauseSeconds: pausing(1, 4) }),
      disturb: async (signal) => {
        while (!signal.aborted) {
          await stage.wait(45);
          await replaceOldest(stage, service, group);
          await stage.wait(35);
        }
      },
      fix: null,
    };
  },
};
