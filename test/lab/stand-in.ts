import { onTestFinished } from 'vitest';
import { labClock } from '../../lab/clock.ts';
import type { CompletedRequest } from '../../lab/load-balancer/completed-request.ts';
import { type Front, LoadBalancer, type LoadBalancerOptions } from '../../lab/load-balancer/load-balancer.ts';
import type { TargetGroup, TargetGroupOptions } from '../../lab/load-balancer/target-group.ts';
import { type ClientRequest, type ClientResult, send } from '../../lab/traffic/client.ts';

export const TRACE_ID = '1-00000000-0123456789abcdef01234567';

export interface StandIn {
  readonly loadBalancer: LoadBalancer;
  readonly group: TargetGroup;
  readonly front: Front;
  readonly completed: CompletedRequest[];
  /** Sends a request through the first node. */
  get(path?: string, request?: Partial<ClientRequest>): Promise<ClientResult>;
  /** The next request that is over. */
  nextCompleted(): Promise<CompletedRequest>;
}

/** A stand-in with one group of these ports; it ends with the test. */
export async function standIn(
  ports: readonly number[],
  options: Partial<LoadBalancerOptions> & { scale?: number; group?: Partial<TargetGroupOptions> } = {},
): Promise<StandIn> {
  const { scale = 1, group: groupOptions, ...rest } = options;
  const loadBalancer = new LoadBalancer({
    name: 'shop',
    clock: labClock(scale),
    nodeCount: 1,
    oneWayMs: 0,
    seed: 502,
    ...rest,
  });
  onTestFinished(() => loadBalancer.close());
  const group = loadBalancer.addTargetGroup({ name: 'web', ...groupOptions });
  const [front] = await loadBalancer.start();
  if (!front) throw new Error('a stand-in without a node');
  for (const port of ports) await group.register('127.0.0.1', port);
  loadBalancer.forgetChanges();
  const completed: CompletedRequest[] = [];
  loadBalancer.onCompleted((request) => completed.push(request));
  return {
    loadBalancer,
    group,
    front,
    completed,
    get: (path = '/', request = {}) => send(front, { path, traceId: TRACE_ID, ...request }),
    nextCompleted: () =>
      new Promise((resolve) => {
        let taken = false;
        loadBalancer.onCompleted((request) => {
          if (!taken) resolve(request);
          taken = true;
        });
      }),
  };
}

/** Polls until it holds; the test's own time limit bounds it. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5));
}

/** The fields of an access-log line by their documented position, quotes kept together. */
export function logFields(line: string): readonly string[] {
  return [...line.matchAll(/"([^"]*)"|(\S+)/g)].map((match) => match[1] ?? match[2] ?? '');
}
