import { RemoteError } from '../../lambda/model/failure.ts';
import type { Scenario, Stage } from '../scenario.ts';
import type { ServerProcess } from '../servers/server-process.ts';
import { between, pageOf, pausing } from '../traffic/habits.ts';
import { measureIdleClose } from '../traffic/idle-close.ts';

/** What a Node server with its default of 5 s really does: it closes after 6 s. */
const CLOSES_AFTER_SECONDS = 6;
/** Idle timeout 60 s and the required margin; Node closes a second after what it is set to. */
const FIXED_CLOSES_AFTER_SECONDS = 67;

/** Node with its default keep-alive behind the default idle timeout: the classic. */
export const keepAliveMismatch: Scenario = {
  name: 'keepalive-mismatch',
  title: 'a Node server with its default keep-alive of 5 s, behind an idle timeout of 60 s',
  truth: 'keepalive-mismatch',
  needs: null,
  scale: 5,
  nodeCount: 12,
  oneWayMs: 2,
  setUp: async (stage) => {
    const group = stage.loadBalancer.addTargetGroup({
      name: 'web',
      attributes: { 'deregistration_delay.timeout_seconds': '10' },
    });
    const servers = await startServers(stage, CLOSES_AFTER_SECONDS);
    for (const { port } of servers) await group.register('127.0.0.1', port);
    const closesAfter = await measured(stage, servers[0]);
    return {
      scene: [
        `2 Node servers (${process.version}); one was asked and ends an idle connection after ${closesAfter.toFixed(2)} s`,
        'idle timeout of the load balancer: 60 s',
        'half of the visitors pause for about as long as the servers wait, the others as they like',
      ],
      habits: (visitor) => ({
        page: pageOf(4),
        pauseSeconds:
          visitor % 2 === 0
            ? (random) => between(random, closesAfter - 0.15, closesAfter + 0.01)
            : pausing(0.3 * closesAfter, 1.4 * closesAfter),
      }),
      fix: {
        says: 'two servers with server.keepAliveTimeout = 66000 take over, the old ones are drained and stopped',
        apply: async () => {
          const old = [...group.targets];
          for (const { port } of await startServers(stage, FIXED_CLOSES_AFTER_SECONDS))
            await group.register('127.0.0.1', port);
          await Promise.all(old.map((target) => group.deregister(target)));
          await Promise.all(servers.map((server) => server.stop('SIGTERM')));
        },
      },
    };
  },
};

function startServers({ startServer, clock }: Stage, closesAfterSeconds: number): Promise<ServerProcess[]> {
  const idleCloseMs = clock.realMs(closesAfterSeconds);
  return Promise.all([1, 2].map(() => startServer('node-http', { idleCloseMs })));
}

/** Lab seconds; a version of Node may close earlier or later than it is told to. */
async function measured({ clock }: Stage, server: ServerProcess | undefined): Promise<number> {
  const idleMs = await measureIdleClose(server?.port ?? 0, clock.realMs(10 * CLOSES_AFTER_SECONDS));
  if (idleMs === null) throw new RemoteError('the lab’s Node server did not end its idle connection in time');
  return clock.labSeconds(idleMs);
}
