import type { Moto } from '../../moto-server.ts';
import { forwardTo, motoFleet } from '../../observe/moto-fleet.ts';

const MINUTE_MS = 60_000;

/** Load balancers that fail on, warn, drift and are healthy, with eight hours of traffic. */
export interface FaultFleet {
  /** 502s in every fifth minute, to the end. */
  readonly failing: string;
  /** A mismatch without a 502. */
  readonly silent: string;
  readonly healthy: string;
  /** The time of the first look, epoch milliseconds; traffic lasts from three hours before to five hours after. */
  readonly startMs: number;
}

const tail = (arn: string, mark: string): string =>
  arn.slice(arn.indexOf(mark) + (mark === ':loadbalancer/' ? mark.length : 1));

export async function buildFaultFleet(moto: Moto): Promise<FaultFleet> {
  const fleet = await motoFleet(moto);
  const startMs = Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS - 300 * MINUTE_MS;
  const from = new Date(startMs - 180 * MINUTE_MS);
  const minutes = Array.from({ length: 480 }, (_, index) => index);
  const build = async (name: string, idleTimeoutSeconds: number, fails: boolean): Promise<string> => {
    const arn = await fleet.loadBalancer({ name, idleTimeoutSeconds });
    const tags = { 'alb502:keep-alive-seconds': '75' };
    const group = await fleet.targetGroup({ name: `${name}-group`, targets: ['10.0.0.11'], tags });
    await fleet.listener(arn, 80, forwardTo(group));
    const balancer = { LoadBalancer: tail(arn, ':loadbalancer/') };
    await fleet.metric(
      'RequestCount',
      balancer,
      from,
      minutes.map(() => 500),
    );
    if (fails)
      await fleet.metric(
        'HTTPCode_ELB_502_Count',
        balancer,
        from,
        minutes.map((at) => (at % 5 === 3 ? 2 : null)),
      );
    return arn;
  };
  return {
    failing: await build('failing', 120, true),
    silent: await build('silent', 120, false),
    healthy: await build('healthy', 60, false),
    startMs,
  };
}
