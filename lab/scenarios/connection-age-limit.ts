import type { Scenario } from '../scenario.ts';
import { pageOf, pausing } from '../traffic/habits.ts';
import { join } from './rolling.ts';

const AGE_SECONDS = 30;

/** A server that ends a connection once it is older than 30 s, at the next request on it and unannounced. */
export const connectionAgeLimit: Scenario = {
  name: 'connection-age-limit',
  title: `a server that ends a connection at the first request after ${AGE_SECONDS} s, without announcing it`,
  truth: 'requests-per-connection-limit',
  orElse: ['undetermined'],
  needs: null,
  scale: 5,
  nodeCount: 6,
  oneWayMs: 2,
  setUp: async (stage) => {
    const group = stage.loadBalancer.addTargetGroup({ name: 'api' });
    const settings = {
      idleCloseMs: stage.clock.realMs(75),
      connectionAgeMs: stage.clock.realMs(AGE_SECONDS),
    };
    for (let count = 0; count < 2; count++) await join(stage, group, { module: 'node-http', settings });
    return {
      scene: [
        `2 Node servers that end a connection at the first request after it is ${AGE_SECONDS} s old, and never for being idle`,
        'visitors pause for so short a time that connections are in use all along',
      ],
      habits: () => ({ page: pageOf(2), pauseSeconds: pausing(0.2, 1.5) }),
      fix: null,
    };
  },
};
