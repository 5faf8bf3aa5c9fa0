import type { Random } from '../random.ts';
import type { Scenario } from '../scenario.ts';
import { between, pageOf, pausing, sometimes } from '../traffic/habits.ts';
import { join } from './rolling.ts';

const TIMEOUT_SECONDS = 30;

/** A server that gives up on requests that take longer than 30 s, as a worker's timeout does. */
export const workerTimeout: Scenario = {
  name: 'worker-timeout',
  title: `a server that drops requests which take longer than ${TIMEOUT_SECONDS} s`,
  truth: 'worker-timeout',
  needs: null,
  scale: 10,
  nodeCount: 8,
  oneWayMs: 1,
  setUp: async (stage) => {
    const { clock } = stage;
    const group = stage.loadBalancer.addTargetGroup({ name: 'reports' });
    const settings = { idleCloseMs: clock.realMs(75), workerTimeoutMs: clock.realMs(TIMEOUT_SECONDS) };
    for (let count = 0; count < 2; count++) await join(stage, group, { module: 'node-http', settings });
    const report = (random: Random) => [`/report?ms=${Math.round(clock.realMs(between(random, 5, 60)))}`];
    return {
      scene: [
        `2 Node servers that end the connection of a request after ${TIMEOUT_SECONDS} s`,
        'one page in ten asks for a report that takes 5 s to a minute',
      ],
      habits: () => ({ page: sometimes(0.1, report, pageOf(3)), pauseSeconds: pausing(1, 6) }),
      fix: null,
    };
  },
};
