import { RemoteError } from '../../lambda/model/failure.ts';
import type { Scenario, Stage } from '../scenario.ts';
import type { ServerProcess } from '../servers/server-process.ts';
import { aiming, aims, pageOf, pausing } from '../traffic/habits.ts';
import { keepBusy, measureIdleClose } from '../traffic/idle-close.ts';
import type { Program } from '../workload/task.ts';
import { quietService } from './rolling.ts';

/** A server that ends an idle connection before the load balancer does. Seconds are lab seconds. */
export interface IdleClose extends Pick<Scenario, 'name' | 'title' | 'needs' | 'scale'> {
  /** What the reader would call the server. */
  readonly server: string;
  /** Starts one whose setting is `seconds`. */
  readonly start: (stage: Stage, seconds: number) => Promise<ServerProcess>;
  /** What a task definition would say of one whose setting is `seconds`. */
  readonly container: (seconds: number) => Program['container'];
  /** The setting that is too short, and one that outlasts an idle timeout of 60 s by the required margin. */
  readonly setting: { readonly name: string; readonly short: number; readonly long: number };
}

/** Half of the visitors pause for about as long as the servers wait, by up to this much less or more. */
const AIM_BELOW_SECONDS = 0.15;
const AIM_ABOVE_SECONDS = 0.01;

/** The idle race with a given server; the fix is the setting that alb502 advises. */
export function idleCloseScenario({ server, start, container, setting, ...about }: IdleClose): Scenario {
  return {
    ...about,
    truth: 'keepalive-mismatch',
    nodeCount: 20,
    oneWayMs: 2,
    setUp: async (stage) => {
      const group = stage.loadBalancer.addTargetGroup({
        name: 'web',
        attributes: { 'deregistration_delay.timeout_seconds': '10' },
      });
      quietService(stage, group, { module: '', settings: {}, container: container(setting.short) });
      const servers = await Promise.all([start(stage, setting.short), start(stage, setting.short)]);
      for (const { port } of servers) await group.register('127.0.0.1', port);
      const closesAfter = await measured(stage, servers[0], setting.short);
      return {
        scene: [
          `2 servers: ${server}; one was asked and ends an idle connection after ${closesAfter.toFixed(2)} s`,
          'idle timeout of the load balancer: 60 s',
          'half of the visitors pause for about as long as the servers wait, the others as they like',
        ],
        habits: (visitor) => ({
          page: pageOf(2),
          pauseSeconds: aims(visitor)
            ? aiming(closesAfter - AIM_BELOW_SECONDS, closesAfter + AIM_ABOVE_SECONDS)
            : pausing(0.3 * closesAfter, 1.4 * closesAfter),
        }),
        fix: {
          says: `two servers with ${setting.name} = ${setting.long} s take over, the old ones are drained and stopped`,
          apply: async () => {
            const old = [...group.targets];
            const fresh = await Promise.all([start(stage, setting.long), start(stage, setting.long)]);
            for (const { port } of fresh) await group.register('127.0.0.1', port);
            await Promise.all(old.map((target) => group.deregister(target)));
            await Promise.all(servers.map((stopping) => stopping.stop()));
          },
        },
      };
    },
  };
}

/** Asked side by side; on a busy machine single answers are off, either way, but not the middle one. */
const ASKED = 5;

/** What the server really does, whatever it was told: versions differ. */
async function measured(
  { clock }: Stage,
  server: ServerProcess | undefined,
  expectedSeconds: number,
): Promise<number> {
  const maxMs = clock.realMs(4 * expectedSeconds + 10);
  const port = server?.port ?? 0;
  const endTraffic = keepBusy(port);
  const asked = Array.from({ length: ASKED }, () => measureIdleClose(port, maxMs));
  const measurements = await Promise.all(asked).finally(endTraffic);
  const answers = measurements.flatMap((idleMs) => (idleMs === null ? [] : [idleMs]));
  const idleMs = answers.sort((a, b) => a - b)[answers.length >> 1] ?? Number.NaN;
  if (!Number.isFinite(idleMs))
    throw new RemoteError('the lab’s server did not end its idle connection in time');
  return clock.labSeconds(idleMs);
}
