import type { EvidenceBundle } from '../../model/evidence.ts';
import type { EcsService, ServiceDeployment } from '../../model/workload.ts';
import { printable } from '../remedies/command.ts';
import { autoScalingGroupsOf, ecsServicesOf } from './services.ts';

/** How a rollout ended, or that it goes on. */
export type RolloutState = 'in-progress' | 'completed' | 'failed';

/** Targets replaced by new ones: a deployment of an ECS service, or an instance refresh. */
export interface Rollout {
  readonly startMs: number;
  readonly endMs: number;
  readonly state: RolloutState;
  /** `the blue/green deployment of service shop (shop:41 to shop:42), which was rolled back`. */
  readonly description: string;
  readonly source: string;
}

/** How long a finished rollout is taken to have lasted where AWS does not say when it ended. */
const UNKNOWN_LENGTH_MS = 10 * 60_000;

// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ServiceDeployment.html (status), API_Deployment.html
// (rolloutState), and https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_InstanceRefresh.html (Status).
const FAILED = /ROLLBACK|FAILED|STOP|CANCELL/i;
const GOES_ON = /IN_?PROGRESS|PENDING|BAKING|REQUESTED|CANCELLING/i;

/** A rollback is under way or over: either way the rollout failed. */
function stateOf(status: string, circuitBreakerStatus: string | null = null): RolloutState {
  if (circuitBreakerStatus === 'TRIGGERED' || FAILED.test(status)) return 'failed';
  return GOES_ON.test(status) ? 'in-progress' : 'completed';
}

/** What is being rolled back has failed, and goes on all the same. */
function endMsOf(bundle: EvidenceBundle, startMs: number, end: string | null, status: string): number {
  const windowEnd = Date.parse(bundle.window.end);
  if (end !== null) return Date.parse(end);
  return GOES_ON.test(status) ? windowEnd : Math.min(windowEnd, startMs + UNKNOWN_LENGTH_MS);
}

const STRATEGIES: ReadonlyMap<string | null, string> = new Map([
  ['ROLLING', 'rolling deployment'],
  ['BLUE_GREEN', 'blue/green deployment'],
  ['CANARY', 'canary deployment'],
  ['LINEAR', 'linear deployment'],
]);

const ROLLBACKS: ReadonlyMap<string, string> = new Map([
  ['ROLLBACK_REQUESTED', ', which is being rolled back'],
  ['ROLLBACK_IN_PROGRESS', ', which is being rolled back'],
  ['ROLLBACK_SUCCESSFUL', ', which was rolled back'],
]);

function endingOf({ status, circuitBreakerStatus }: ServiceDeployment, state: RolloutState): string {
  if (circuitBreakerStatus === 'TRIGGERED') return ', which the circuit breaker stopped';
  const rollback = ROLLBACKS.get(status);
  if (rollback !== undefined) return rollback;
  if (state === 'failed') return `, which is ${printable(status)}`;
  return state === 'in-progress' ? ', which goes on' : '';
}

function deploymentText({ serviceName }: EcsService, one: ServiceDeployment, state: RolloutState): string {
  const { strategy, fromTaskDefinition: from, toTaskDefinition: to } = one;
  const kind = STRATEGIES.get(strategy) ?? 'deployment';
  const revisions = to === null ? '' : ` (${from === null ? '' : `${printable(from)} `}to ${printable(to)})`;
  return `the ${kind} of service ${printable(serviceName)}${revisions}${endingOf(one, state)}`;
}

/** The deployments of the services and the instance refreshes, whenever they were. */
export function rolloutsOf(bundle: EvidenceBundle): readonly Rollout[] {
  const deployments = ecsServicesOf(bundle).flatMap((service) =>
    service.deployments.map((one): Rollout => {
      const state = stateOf(one.status, one.circuitBreakerStatus);
      const startMs = Date.parse(one.startedAt);
      return {
        startMs,
        endMs: endMsOf(bundle, startMs, one.finishedAt, one.status),
        state,
        description: deploymentText(service, one, state),
        source: 'DescribeServiceDeployments',
      };
    }),
  );
  const refreshes = autoScalingGroupsOf(bundle).flatMap(({ name, instanceRefreshes }) =>
    instanceRefreshes.flatMap(({ startedAt, endedAt, status }): Rollout[] => {
      if (startedAt === null) return [];
      const state = stateOf(status);
      const startMs = Date.parse(startedAt);
      const description = `the instance refresh of ${printable(name)} (${printable(status)})`;
      const endMs = endMsOf(bundle, startMs, endedAt, status);
      return [{ startMs, endMs, state, description, source: 'DescribeInstanceRefreshes' }];
    }),
  );
  return [...deployments, ...refreshes];
}

/** The deployment of a service that was under way at a time, with a minute for what ends along with it. */
export function deploymentAt(
  bundle: EvidenceBundle,
  service: EcsService,
  atMs: number,
): ServiceDeployment | null {
  const isUnderWay = (one: ServiceDeployment): boolean => {
    const startMs = Date.parse(one.startedAt);
    const endMs = endMsOf(bundle, startMs, one.finishedAt, one.status);
    return atMs >= startMs && atMs <= endMs + 60_000;
  };
  return service.deployments.find(isUnderWay) ?? null;
}
