import { onTestFinished } from 'vitest';
import { labClock } from '../../lab/clock.ts';
import { LoadBalancer } from '../../lab/load-balancer/load-balancer.ts';
import { startNodeServer } from '../../lab/servers/server-process.ts';

/** When the server that is too short ends an idle connection. */
export const SHORT_CLOSE_SECONDS = 1.2;

/** A real Node server behind the stand-in with its idle timeout of 60 s; both end with the test. */
export async function nodeBehindStandIn(
  idleCloseMs: number,
): Promise<{ readonly url: string; readonly loadBalancer: LoadBalancer }> {
  const server = await startNodeServer('node-http', { idleCloseMs });
  onTestFinished(() => server.stop('SIGKILL'));
  // A round trip of 300 ms, in which requests fail before the server's closing: a busy machine is not as late as that.
  const loadBalancer = new LoadBalancer({
    name: 'shop',
    clock: labClock(1),
    nodeCount: 1,
    oneWayMs: 150,
    seed: 1,
  });
  onTestFinished(() => loadBalancer.close());
  const group = loadBalancer.addTargetGroup({ name: 'web' });
  const [front] = await loadBalancer.start();
  await group.register('127.0.0.1', server.port);
  return { url: `http://127.0.0.1:${front?.port ?? 0}/`, loadBalancer };
}
