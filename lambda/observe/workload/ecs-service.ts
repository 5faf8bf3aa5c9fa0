import type { LoadBalancer, Service } from '@aws-sdk/client-ecs';
import type { Container, EcsService, ServiceDeployment, StoppedTask } from '../../model/workload.ts';
import { familyRevision, isoTime, sentence } from './workload-call.ts';

/** The newest of what the scheduler said. */
const MOST_EVENTS = 50;

/** What was read of a service beside itself. */
export interface ServiceParts {
  readonly containers: readonly Container[];
  readonly deployments: readonly ServiceDeployment[];
  readonly stoppedTasks: readonly StoppedTask[];
  /** Events before it are left out; null leaves out all. ISO time. */
  readonly eventsSince: string | null;
}

/** How the service registers its tasks in a target group, in one of its task sets too. */
export const registrationOf = (
  { loadBalancers = [], taskSets = [] }: Service,
  targetGroupArn: string,
): LoadBalancer | undefined =>
  [...loadBalancers, ...taskSets.flatMap((taskSet) => taskSet.loadBalancers ?? [])].find(
    ({ targetGroupArn: own, advancedConfiguration }) =>
      own === targetGroupArn || advancedConfiguration?.alternateTargetGroupArn === targetGroupArn,
  );

/** The definition that a service or its primary task set runs. */
export const definitionOf = ({ taskDefinition, taskSets = [] }: Service): string | null =>
  taskDefinition ?? taskSets.find(({ status }) => status === 'PRIMARY')?.taskDefinition ?? null;

function eventsOf({ events = [] }: Service, since: string | null): EcsService['events'] {
  if (since === null) return [];
  return events
    .flatMap(({ createdAt, message }) => {
      const [at, said] = [isoTime(createdAt), sentence(message)];
      return at === null || said === null || at < since ? [] : [{ at, message: said }];
    })
    .sort((left, right) => right.at.localeCompare(left.at))
    .slice(0, MOST_EVENTS);
}

/** A service as the bundle has it, seen from one of its target groups. */
export function ecsServiceOf(service: Service, targetGroupArn: string, parts: ServiceParts): EcsService {
  const { deploymentConfiguration, deploymentController, healthCheckGracePeriodSeconds } = service;
  const serving = registrationOf(service, targetGroupArn)?.containerName;
  const definition = definitionOf(service);
  return {
    clusterArn: service.clusterArn ?? '',
    serviceArn: service.serviceArn ?? '',
    serviceName: service.serviceName ?? '',
    taskDefinition: definition === null ? null : familyRevision(definition),
    launchType: service.launchType ?? null,
    // ECS leaves its own out of the answer.
    deploymentController: deploymentController?.type ?? 'ECS',
    ownsLoadBalancer: service.resourceManagementType === 'ECS',
    minimumHealthyPercent: deploymentConfiguration?.minimumHealthyPercent ?? null,
    maximumPercent: deploymentConfiguration?.maximumPercent ?? null,
    healthCheckGracePeriodSeconds: healthCheckGracePeriodSeconds ?? null,
    containers: parts.containers.map((container) => ({
      ...container,
      servesTargetGroup: container.name === serving,
    })),
    deployments: [...parts.deployments],
    events: eventsOf(service, parts.eventsSince),
    stoppedTasks: [...parts.stoppedTasks],
  };
}
