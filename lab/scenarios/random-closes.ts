import type { Scenario } from '../scenario.ts';
import { pageOf, pausing } from '../traffic/habits.ts';
import { join } from './rolling.ts';

const SHARE = 0.04;
const SERVERS = 3;

/** Servers that drop one request in 25, whichever it is: nothing that failed has anything in common. */
export const randomCloses: Scenario = {
  name: 'random-closes',
  title: 'three servers that end one connection in 25 in the middle of a request, at random',
  truth: 'undetermined',
  needs: null,
  scale: 5,
  nodeCount: 6,
  oneWayMs: 2,
  setUp: async (stage) => {
    const group = stage.loadBalancer.addTargetGroup({ name: 'web' });
    for (let seed = 1; seed <= SERVERS; seed++)
      await join(stage, group, {
        module: 'node-http',
        settings: { idleCloseMs: stage.clock.realMs(75), destroyedShare: SHARE, seed },
      });
    return {
      scene: [
        `${SERVERS} Node servers that outlast the idle timeout and end ${100 * SHARE} % of the requests without an answer`,
        'any request, on any path, of any client, at any time',
      ],
      habits: () => ({ page: pageOf(3), pauseSeconds: pausing(0.5, 6) }),
      fix: null,
    };
  },
};
