import type { Scenario } from '../scenario.ts';
import { aiming, aims, pageOf, pausing } from '../traffic/habits.ts';
import { join, leave, outlastingNode } from './rolling.ts';

/** What a Node server with its default of 5 s really does. */
const CLOSES_AFTER_SECONDS = 6;

/** Three services behind one load balancer; one of them closes early. */
export const oneOfThreeGroups: Scenario = {
  name: 'one-of-three-groups',
  title: 'three target groups, of which one closes idle connections early',
  truth: 'keepalive-mismatch',
  needs: null,
  scale: 5,
  nodeCount: 20,
  oneWayMs: 2,
  setUp: async (stage) => {
    const { loadBalancer, clock } = stage;
    const attributes = { 'deregistration_delay.timeout_seconds': '10' };
    const web = loadBalancer.addTargetGroup({ name: 'web' });
    const images = loadBalancer.addTargetGroup({ name: 'images' }, '/images/');
    const api = loadBalancer.addTargetGroup({ name: 'api', attributes }, '/api/');
    await join(stage, web, outlastingNode(stage));
    await join(stage, images, outlastingNode(stage));
    const early = { module: 'node-http', settings: { idleCloseMs: clock.realMs(CLOSES_AFTER_SECONDS) } };
    const short = await join(stage, api, early);
    const elsewhere = pageOf(1);
    return {
      scene: [
        `web and images: a Node server each that outlasts the idle timeout; api: one that closes after ${CLOSES_AFTER_SECONDS} s`,
        'every page asks all three',
      ],
      habits: (visitor) => ({
        page: (random) => {
          const paths = elsewhere(random);
          return [...paths, ...paths.map((path) => `/images${path}`), ...paths.map((path) => `/api${path}`)];
        },
        pauseSeconds: aims(visitor)
          ? aiming(CLOSES_AFTER_SECONDS - 0.15, CLOSES_AFTER_SECONDS + 0.03)
          : pausing(2, 9),
      }),
      fix: {
        says: 'a server with server.keepAliveTimeout = 75000 takes over in api, the old one is drained and stopped',
        apply: async () => {
          await join(stage, api, outlastingNode(stage));
          await leave(api, short);
        },
      },
    };
  },
};
