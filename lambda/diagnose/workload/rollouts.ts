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
const FAILED = /ROLL_?BACK|FAILED|STOP|CANCELL/i;
const GOES_ON = /IN_?PROGRESS|PENDING|BAKING/i;

/** A rollback is under way or over: either way the rollout failed. */
function stateOf(status: string, circuitBreakerStatus: string | null = null): RolloutState {
  if (circuitBreakerStatus === 'TRIGGERED' || FAILED.test(status)) return 'failed';
  return GOES_ON.test(status) ? 'in-progress' : 'completed';
}

function endMsOf(bundle: EvidenceBundle, startMs: number, end: string | null, state: RolloutState): number {
  const windowEnd = Date.parse(bundle.window.end);
  if (end !== null) return Date.parse(end);
  return state === 'in-progress' ? windowEnd : Math.min(windowEnd, startMs + UNKNOWN_LENGTH_MS);
}

const STRATEGIES: Readonly<Record<string, string>> = {
  ROLLING: 'rolling',
  BLUE_GREEN: 'blue/green',
  CANARY: 'canary',
  LINEAR: 'linear',
};

function endingOf({ status, circuitBreakerStatus }: ServiceDeployment, state: RolloutState): string {
  if (circuitBreakerStatus === 'TRIGGERED') return ', which the circuit breaker stopped';
  if (/ROLL_?BACK/i.test(status)) return ', which was rolled back';
  if (state === 'failed') return `, which is ${printable(status)}`;
  return state === 'in-progress' ? ', which goes on' : '';
}

function deploymentText({ serviceName }: EcsService, one: ServiceDeployment, state: RolloutState): string {
  const { strategy, fromTaskDefinition: from, toTaskDefinition: to } = one;
  const kind = STRATEGIES[strategy ?? ''] ?? '';
  const revisions = to === null ? '' : ` (${from === null ? '' : `${printable(from)} `}to ${printable(to)})`;
  return `the ${kind}${kind === '' ? '' : ' '}deployment of service ${printable(serviceName)}${revisions}${endingOf(one, state)}`;
}

/** The deployments of the services and the instance refreshes, whenever they were. */
export function rolloutsOf(bundle: EvidenceBundle): readonly Rollout[] {
  const deployments = ecsServicesOf(bundle).flatMap((service) =>
    service.deployments.map((one): Rollout => {
      const state = stateOf(one.status, one.circuitBreakerStatus);
      const startMs = Date.parse(one.startedAt);
      return {
        startMs,
        endMs: endMsOf(bundle, startMs, one.finishedAt, state),
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
      const endMs = endMsOf(bundle, startMs, endedAt, state);
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
    const endMs = endMsOf(bundle, startMs, one.finishedAt, stateOf(one.status, one.circuitBreakerStatus));
    return atMs >= startMs && atMs <= endMs + 60_000;
  };
  return service.deployments.find(isUnderWay) ?? null;
}
