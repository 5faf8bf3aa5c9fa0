import type { Scenario } from '../scenario.ts';
import { aiming, aims, pageOf, pausing } from '../traffic/habits.ts';
import { join, leave } from './rolling.ts';

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
    const members = [await join(stage, group, early), await join(stage, group, early)];
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
          const old = members.shift();
          members.push(await join(stage, group, early));
          if (old) await leave(group, old);
        }
      },
      fix: null,
    };
  },
};
