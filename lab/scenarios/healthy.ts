import type { Scenario, Stage } from '../scenario.ts';
import { between, pageOf, pausing, sometimes } from '../traffic/habits.ts';
import { join, outlastingNode } from './rolling.ts';

const CONTROL = { truth: null, needs: null, scale: 10, nodeCount: 6, oneWayMs: 1 } as const;

async function twoServers(stage: Stage): Promise<void> {
  const group = stage.loadBalancer.addTargetGroup({ name: 'web' });
  for (let count = 0; count < 2; count++) await join(stage, group, outlastingNode(stage));
}

/** Keep-alive above the idle timeout, with pauses around both. */
export const healthyKeepAlive: Scenario = {
  ...CONTROL,
  name: 'healthy-keep-alive',
  title: 'control: Node servers that outlast the idle timeout, with pauses around it',
  setUp: async (stage) => {
    await twoServers(stage);
    return {
      scene: ['2 Node servers that end an idle connection after 75 s'],
      habits: (visitor) => ({
        page: pageOf(4),
        pauseSeconds: visitor % 2 === 0 ? (random) => between(random, 58, 62) : pausing(1, 20),
      }),
      fix: null,
    };
  },
};

/** The application answers 500 and 502 itself: not the load balancer's. */
export const healthyTargetErrors: Scenario = {
  ...CONTROL,
  name: 'healthy-target-errors',
  title: 'control: the application itself answers 500, 502 and 503',
  setUp: async (stage) => {
    await twoServers(stage);
    const errors = () => ['/checkout?status=500', '/checkout?status=502', '/checkout?status=503'];
    return {
      scene: ['2 Node servers; one page in five gets 500, 502 and 503 from the application'],
      habits: () => ({ page: sometimes(0.2, errors, pageOf(3)), pauseSeconds: pausing(1, 8) }),
      fix: null,
    };
  },
};

/** Slow is not broken. */
export const healthySlowTargets: Scenario = {
  ...CONTROL,
  name: 'healthy-slow-targets',
  title: 'control: responses that take up to 40 s, within the idle timeout',
  setUp: async (stage) => {
    await twoServers(stage);
    const slow = `/report?ms=${Math.round(stage.clock.realMs(40))}`;
    return {
      scene: ['2 Node servers; one page in five takes 40 s'],
      habits: () => ({ page: sometimes(0.2, () => [slow], pageOf(3)), pauseSeconds: pausing(1, 8) }),
      fix: null,
    };
  },
};
