import {
  type ServiceDeployment as AwsDeployment,
  DescribeServiceDeploymentsCommand,
  DescribeServiceRevisionsCommand,
  type ECSClient,
  ListServiceDeploymentsCommand,
  type Service,
} from '@aws-sdk/client-ecs';
import type { Gap } from '../../model/evidence.ts';
import { inTextOrder } from '../../model/text-order.ts';
import type { ServiceDeployment } from '../../model/workload.ts';
import { answered, attempt, type Reading } from '../aws-failure.ts';
import { familyRevision, isoTime, sentence, workloadCall } from './workload-call.ts';

/** The newest that are described; their revisions fit one call of 20. */
const MOST_DEPLOYMENTS = 10;
const PAGE = 100;

/** The deployments of a service, and what of them could not be read. */
export interface DeploymentReading {
  /** Newest first. */
  readonly deployments: readonly ServiceDeployment[];
  readonly gaps: readonly Gap[];
}

/** A deployment is updated whenever the service is, long after it was over: it lasted no longer than this. */
const LONGEST_MS = 60 * 60_000;

function endOf(startedAt: string, updatedAt: Date | undefined): string | null {
  if (updatedAt === undefined || Number.isNaN(updatedAt.getTime())) return null;
  return new Date(Math.min(updatedAt.getTime(), Date.parse(startedAt) + LONGEST_MS)).toISOString();
}

const newestFirst = (deployments: readonly ServiceDeployment[]): ServiceDeployment[] =>
  [...deployments].sort((left, right) => inTextOrder(right.startedAt, left.startedAt));

/**
 * What DescribeServices itself says: the deployments that still have tasks, and the task sets of a service that
 * CodeDeploy or another controller deploys.
 */
export function deploymentsOfService(service: Service): readonly ServiceDeployment[] {
  const { deployments = [], taskSets = [], deploymentController } = service;
  const strategy =
    deploymentController?.type === 'CODE_DEPLOY'
      ? 'BLUE_GREEN'
      : (service.deploymentConfiguration?.strategy ?? null);
  const unknown = { fromTaskDefinition: null, circuitBreakerStatus: null, trafficShiftedAt: null, strategy };
  const of = (
    { id, createdAt, updatedAt, taskDefinition }: (typeof deployments)[number] & (typeof taskSets)[number],
    own: { readonly status: string; readonly isOver: boolean; readonly statusReason: string | null },
  ): ServiceDeployment[] => {
    const startedAt = isoTime(createdAt);
    if (startedAt === null) return [];
    const { status, statusReason } = own;
    const toTaskDefinition = taskDefinition === undefined ? null : familyRevision(taskDefinition);
    const finishedAt = own.isOver ? endOf(startedAt, updatedAt) : null;
    return [{ ...unknown, id: id ?? '', startedAt, finishedAt, status, statusReason, toTaskDefinition }];
  };
  return newestFirst([
    ...deployments.flatMap(({ rolloutState, rolloutStateReason, ...deployment }) =>
      of(deployment, {
        status: rolloutState ?? deployment.status ?? 'UNKNOWN',
        isOver: rolloutState === 'COMPLETED' || rolloutState === 'FAILED',
        statusReason: sentence(rolloutStateReason),
      }),
    ),
    ...taskSets.flatMap((taskSet) =>
      of(taskSet, {
        status: taskSet.status ?? 'UNKNOWN',
        isOver: taskSet.stabilityStatus === 'STEADY_STATE',
        statusReason: null,
      }),
    ),
  ]);
}

/** Of the ARN of a revision: the task definition. */
type Revisions = ReadonlyMap<string, string>;

const reasonOf = ({ statusReason, rollback }: AwsDeployment): string | null =>
  sentence([statusReason, rollback?.reason].filter((text) => text !== undefined).join('; '));

function deploymentOf(deployment: AwsDeployment, revisions: Revisions): ServiceDeployment[] {
  const { sourceServiceRevisions = [], targetServiceRevision } = deployment;
  const startedAt = isoTime(deployment.startedAt) ?? isoTime(deployment.createdAt);
  if (startedAt === null) return [];
  const definitionOf = (revision: string | undefined): string | null =>
    revision === undefined ? null : (revisions.get(revision) ?? null);
  // AWS says at which stage a deployment is, not when it was at an earlier one.
  const isShifting = deployment.lifecycleStage === 'PRODUCTION_TRAFFIC_SHIFT';
  return [
    {
      id: deployment.serviceDeploymentArn ?? '',
      startedAt,
      finishedAt: isoTime(deployment.finishedAt) ?? isoTime(deployment.stoppedAt),
      status: deployment.status ?? 'UNKNOWN',
      strategy: deployment.deploymentConfiguration?.strategy ?? null,
      statusReason: reasonOf(deployment),
      fromTaskDefinition: definitionOf(sourceServiceRevisions[0]?.arn),
      toTaskDefinition: definitionOf(targetServiceRevision?.arn),
      circuitBreakerStatus: deployment.deploymentCircuitBreaker?.status ?? null,
      trafficShiftedAt: isShifting ? isoTime(deployment.updatedAt) : null,
    },
  ];
}

async function readRevisions(
  ecs: ECSClient,
  region: string,
  deployments: readonly AwsDeployment[],
): Promise<Reading<Revisions>> {
  const arns = new Set(
    deployments.flatMap(({ sourceServiceRevisions = [], targetServiceRevision }) =>
      [sourceServiceRevisions[0]?.arn, targetServiceRevision?.arn].filter((arn) => arn !== undefined),
    ),
  );
  if (arns.size === 0) return { state: 'known', value: new Map() };
  const what = 'the task definitions before and after a deployment';
  const resource = deployments[0]?.serviceArn ?? null;
  return attempt(workloadCall(region, 'ecs:DescribeServiceRevisions', what, resource), async () => {
    const answer = await ecs.send(new DescribeServiceRevisionsCommand({ serviceRevisionArns: [...arns] }));
    return new Map(
      answered(answer.serviceRevisions).flatMap(({ serviceRevisionArn, taskDefinition }) =>
        serviceRevisionArn === undefined || taskDefinition === undefined
          ? []
          : [[serviceRevisionArn, familyRevision(taskDefinition)] as const],
      ),
    );
  });
}

/**
 * The deployments of a service since a time: at most three calls. Where ECS has none, or they may not be read, what
 * DescribeServices said of them.
 */
export async function readDeployments(
  ecs: ECSClient,
  region: string,
  service: Service,
  since: string,
): Promise<DeploymentReading> {
  const otherwise = deploymentsOfService(service);
  const { serviceArn, clusterArn, deploymentController } = service;
  // Deployments of other controllers are no service deployments.
  if (serviceArn === undefined || (deploymentController?.type ?? 'ECS') !== 'ECS')
    return { deployments: otherwise, gaps: [] };
  const what = 'the deployments of the ECS service';
  const listed = await attempt(
    workloadCall(region, 'ecs:ListServiceDeployments', what, serviceArn),
    async () => {
      const createdAt = { after: new Date(since) };
      const answer = await ecs.send(
        new ListServiceDeploymentsCommand({
          service: serviceArn,
          cluster: clusterArn,
          createdAt,
          maxResults: PAGE,
        }),
      );
      return answered(answer.serviceDeployments)
        .sort((left, right) => (right.createdAt?.getTime() ?? 0) - (left.createdAt?.getTime() ?? 0))
        .flatMap(({ serviceDeploymentArn }) => serviceDeploymentArn ?? [])
        .slice(0, MOST_DEPLOYMENTS);
    },
  );
  if (listed.state === 'unknown') return { deployments: otherwise, gaps: [listed.gap] };
  if (listed.value.length === 0) return { deployments: otherwise, gaps: [] };
  const described = await attempt(
    workloadCall(region, 'ecs:DescribeServiceDeployments', what, serviceArn),
    async () => {
      const command = new DescribeServiceDeploymentsCommand({ serviceDeploymentArns: listed.value });
      return answered((await ecs.send(command)).serviceDeployments);
    },
  );
  if (described.state === 'unknown') return { deployments: otherwise, gaps: [described.gap] };
  const revisions = await readRevisions(ecs, region, described.value);
  const known = revisions.state === 'known' ? revisions.value : new Map<string, string>();
  return {
    deployments: newestFirst(described.value.flatMap((deployment) => deploymentOf(deployment, known))),
    gaps: revisions.state === 'unknown' ? [revisions.gap] : [],
  };
}
