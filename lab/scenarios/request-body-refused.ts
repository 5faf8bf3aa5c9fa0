import type { Random } from '../random.ts';
import type { Scenario } from '../scenario.ts';
import { between, pageOf, pausing } from '../traffic/habits.ts';
import type { Asked } from '../traffic/visitor.ts';
import { join } from './rolling.ts';

const LIMIT_BYTES = 50_000;
const LARGE_SHARE = 0.12;

/** Most photos are small; a few are larger than the server takes. */
function photo(random: Random): Asked {
  const [low, high] = random() < LARGE_SHARE ? [12, 24] : [0.05, 0.9];
  const bodyBytes = Math.round(LIMIT_BYTES * between(random, low, high));
  return { path: '/photos', method: 'POST', bodyBytes };
}

/** A server that looks at Content-Length, answers 413 and closes; what it has not read resets the connection. */
export const requestBodyRefused: Scenario = {
  name: 'request-body-refused',
  title: 'uploads above 50 kB, which the server answers with 413 and a close before it has read them',
  truth: 'request-body-refused',
  needs: null,
  scale: 5,
  nodeCount: 6,
  oneWayMs: 2,
  setUp: async (stage) => {
    const group = stage.loadBalancer.addTargetGroup({ name: 'photos' });
    for (let count = 0; count < 2; count++)
      await join(stage, group, { module: 'body-limit', settings: { largestBodyBytes: LIMIT_BYTES } });
    const browse = pageOf(2);
    return {
      scene: [
        '2 servers that answer 413 to a body above 50 kB and close without reading it',
        'POST /photos with bodies of 2 to 45 kB, which go well, and one in eight of 600 to 1,200 kB',
      ],
      habits: () => ({
        page: (random) => [...browse(random), photo(random)],
        pauseSeconds: pausing(1, 6),
      }),
      fix: null,
    };
  },
};
