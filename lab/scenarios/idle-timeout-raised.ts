import type { Scenario } from '../scenario.ts';
import { aiming, aims, pageOf, pausing } from '../traffic/habits.ts';
import { join, outlastingNode } from './rolling.ts';

/** Time for a few pages before anything changes. */
const CHANGED_AFTER_SECONDS = 90;

/** Somebody raises the idle timeout above a keep-alive that was long enough until then. */
export const idleTimeoutRaised: Scenario = {
  name: 'idle-timeout-raised',
  title: 'an idle timeout that is raised from 60 s to 300 s in the middle of traffic',
  truth: 'keepalive-mismatch',
  needs: null,
  scale: 15,
  nodeCount: 20,
  oneWayMs: 1,
  setUp: async (stage) => {
    const { loadBalancer } = stage;
    const group = loadBalancer.addTargetGroup({ name: 'web' });
    for (let count = 0; count < 2; count++) await join(stage, group, outlastingNode(stage));
    return {
      scene: [
        '2 Node servers that end an idle connection after 75 s, which is enough for an idle timeout of 60 s',
        `after ${CHANGED_AFTER_SECONDS} s the idle timeout is raised to 300 s`,
        'half of the visitors pause for about 75 s, the others as they like',
      ],
      habits: (visitor) => ({
        page: pageOf(2),
        pauseSeconds: aims(visitor) ? aiming(74.7, 75.05) : pausing(5, 100),
      }),
      disturb: async () => {
        await stage.wait(CHANGED_AFTER_SECONDS);
        loadBalancer.modifyAttributes({ 'idle_timeout.timeout_seconds': '300' });
      },
      fix: {
        says: 'the idle timeout is set back to 60 s; connections that were idle before are left to end',
        apply: async () => {
          loadBalancer.modifyAttributes({ 'idle_timeout.timeout_seconds': '60' });
          await stage.wait(80);
        },
      },
    };
  },
};
