import type { LoadBalancer, Service } from '@aws-sdk/client-ecs';
import { inTextOrder } from '../../model/text-order.ts';
import type { EcsService, ServiceConnect, ServiceDeployment, StoppedTask } from '../../model/workload.ts';
import type { Definition } from './task-definition.reader.ts';
import { familyRevision, isoTime, sentence } from './workload-call.ts';

/** The newest of what the scheduler said. */
const MOST_EVENTS = 50;

/** What was read of a service beside itself. */
export interface ServiceParts {
  /** null where it could not be read. */
  readonly definition: Definition | null;
  readonly deployments: readonly ServiceDeployment[];
  readonly stoppedTasks: readonly StoppedTask[];
  /** Names of other services in the group, where they are started otherwise. */
  readonly otherServices: readonly string[];
  /** Events before it are left out; null leaves out all. ISO time. */
  readonly eventsSince: string | null;
}

const isIn =
  (arn: string) =>
  ({ targetGroupArn, advancedConfiguration }: LoadBalancer): boolean =>
    targetGroupArn === arn || advancedConfiguration?.alternateTargetGroupArn === arn;

/** Every way in which the service, or one of its task sets, registers its tasks in a target group. */
const registrationsOf = ({ loadBalancers = [], taskSets = [] }: Service, arn: string): LoadBalancer[] =>
  [...loadBalancers, ...taskSets.flatMap((taskSet) => taskSet.loadBalancers ?? [])].filter(isIn(arn));

/** How the service registers its tasks in a target group, in one of its task sets too. */
export const registrationOf = (service: Service, targetGroupArn: string): LoadBalancer | undefined =>
  registrationsOf(service, targetGroupArn)[0];

/**
 * The definition of the tasks in a target group: of a service that another controller deploys, that of the task set in
 * this group, the primary one first; else that of the service.
 */
export function definitionOf({ taskDefinition, taskSets = [] }: Service, arn: string): string | null {
  const ofGroup = taskSets.filter(({ loadBalancers = [] }) => loadBalancers.some(isIn(arn)));
  const primary = (sets: typeof taskSets) => sets.find(({ status }) => status === 'PRIMARY');
  const found = primary(ofGroup) ?? ofGroup[0];
  return found?.taskDefinition ?? taskDefinition ?? primary(taskSets)?.taskDefinition ?? null;
}

/** The containers that the load balancer's connections come to; several where it registers several in one group. */
function servingContainers(service: Service, arn: string, { proxy }: Definition): ReadonlySet<string> {
  return new Set(
    registrationsOf(service, arn).flatMap(({ containerName, containerPort }) =>
      proxy !== null && containerPort !== undefined && proxy.ports.has(containerPort)
        ? proxy.containerName
        : (containerName ?? []),
    ),
  );
}

/** The service that Service Connect has of the port that a target group sends to. */
function serviceConnectOf(service: Service, arn: string, definition: Definition): ServiceConnect | null {
  const { deployments = [] } = service;
  const deployment = deployments.find(({ status }) => status === 'PRIMARY') ?? deployments[0];
  const { enabled = false, services = [] } = deployment?.serviceConnectConfiguration ?? {};
  const to = registrationOf(service, arn);
  // On the network of a bridge the proxy has a port of its own, and the load balancer that of the container.
  if (!enabled || to === undefined || definition.networkMode !== 'awsvpc') return null;
  const port = definition.ports.find(
    ({ containerName, containerPort }) =>
      containerName === to.containerName && containerPort === to.containerPort,
  );
  const connected = services.find(({ portName }) => port !== undefined && portName === port.name);
  if (port === undefined || connected === undefined) return null;
  if ((connected.ingressPortOverride ?? port.containerPort) !== port.containerPort) return null;
  return {
    protocol: port.protocol,
    idleTimeoutSeconds: connected.timeout?.idleTimeoutSeconds ?? null,
    perRequestTimeoutSeconds: connected.timeout?.perRequestTimeoutSeconds ?? null,
  };
}

function eventsOf({ events = [] }: Service, since: string | null): EcsService['events'] {
  if (since === null) return [];
  return events
    .flatMap(({ createdAt, message }) => {
      const [at, said] = [isoTime(createdAt), sentence(message)];
      return at === null || said === null || at < since ? [] : [{ at, message: said }];
    })
    .sort((left, right) => inTextOrder(right.at, left.at))
    .slice(0, MOST_EVENTS);
}

/** What starts the containers of a service in a target group, but for the versions of their images. */
export function startOf(service: Service, arn: string, definition: Definition): string {
  const serving = servingContainers(service, arn, definition);
  const starts = definition.containers
    .filter(({ name }) => serving.has(name))
    .map(({ image, entryPoint, command, environment, variablesNotRead, hasEnvironmentFiles }) => [
      image.replace(/(?:@.*|:[^:/]*)$/, ''),
      ...[entryPoint, command, environment, variablesNotRead, hasEnvironmentFiles],
    ]);
  return JSON.stringify([starts, serviceConnectOf(service, arn, definition)]);
}

/** A service as the bundle has it, seen from one of its target groups. */
export function ecsServiceOf(service: Service, targetGroupArn: string, parts: ServiceParts): EcsService {
  const { deploymentConfiguration, deploymentController, healthCheckGracePeriodSeconds } = service;
  const arn = definitionOf(service, targetGroupArn);
  const { definition } = parts;
  const serving = definition === null ? null : servingContainers(service, targetGroupArn, definition);
  const connect = definition === null ? null : serviceConnectOf(service, targetGroupArn, definition);
  return {
    clusterArn: service.clusterArn ?? '',
    serviceArn: service.serviceArn ?? '',
    serviceName: service.serviceName ?? '',
    taskDefinition: arn === null ? null : familyRevision(arn),
    launchType: service.launchType ?? null,
    // ECS leaves its own out of the answer.
    deploymentController: deploymentController?.type ?? 'ECS',
    ownsLoadBalancer: service.resourceManagementType === 'ECS',
    minimumHealthyPercent: deploymentConfiguration?.minimumHealthyPercent ?? null,
    maximumPercent: deploymentConfiguration?.maximumPercent ?? null,
    healthCheckGracePeriodSeconds: healthCheckGracePeriodSeconds ?? null,
    ...(parts.otherServices.length === 0 ? {} : { otherServices: [...parts.otherServices] }),
    ...(connect === null ? {} : { serviceConnect: connect }),
    containers: (definition?.containers ?? []).map((container) => ({
      ...container,
      servesTargetGroup: serving?.has(container.name) ?? false,
    })),
    deployments: [...parts.deployments],
    events: eventsOf(service, parts.eventsSince),
    stoppedTasks: [...parts.stoppedTasks],
  };
}
