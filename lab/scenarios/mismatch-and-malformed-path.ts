import type { Scenario } from '../scenario.ts';
import { aiming, aims, pageOf, pausing, sometimes } from '../traffic/habits.ts';
import { join } from './rolling.ts';

const CLOSES_AFTER_SECONDS = 6;
/** Of the pages; about as many failures as the keep-alive makes. */
const EXPORT_SHARE = 0.04;

/** Two causes in one log, each for about half of the failures. */
export const mismatchAndMalformedPath: Scenario = {
  name: 'mismatch-and-malformed-path',
  title: 'a keep-alive that is too short, and an export that answers with two Content-Length headers',
  truth: 'keepalive-mismatch',
  orElse: ['malformed-response'],
  needs: null,
  scale: 5,
  nodeCount: 20,
  oneWayMs: 2,
  setUp: async (stage) => {
    const group = stage.loadBalancer.addTargetGroup({ name: 'web' });
    const settings = { idleCloseMs: stage.clock.realMs(CLOSES_AFTER_SECONDS) };
    for (let count = 0; count < 2; count++) await join(stage, group, { module: 'raw-http', settings });
    return {
      scene: [
        `2 servers that end an idle connection after ${CLOSES_AFTER_SECONDS} s, behind an idle timeout of 60 s`,
        '/two-lengths answers with two different Content-Length headers, every time',
      ],
      habits: (visitor) => ({
        page: sometimes(EXPORT_SHARE, () => ['/two-lengths'], pageOf(2)),
        pauseSeconds: aims(visitor)
          ? aiming(CLOSES_AFTER_SECONDS - 0.15, CLOSES_AFTER_SECONDS + 0.03)
          : pausing(2, 9),
      }),
      fix: null,
    };
  },
};
