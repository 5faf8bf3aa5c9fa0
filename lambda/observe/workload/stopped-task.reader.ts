import {
  DescribeContainerInstancesCommand,
  DescribeTasksCommand,
  type ECSClient,
  ListTasksCommand,
  type Task,
} from '@aws-sdk/client-ecs';
import type { Gap } from '../../model/evidence.ts';
import { inTextOrder } from '../../model/text-order.ts';
import type { EcsService, StoppedTask } from '../../model/workload.ts';
import { answered, attempt } from '../aws-failure.ts';
import { batchesOf, familyRevision, isoTime, sentence, workloadCall, workloadGap } from './workload-call.ts';

/** ListTasks gives so many at a time, and DescribeTasks and DescribeContainerInstances take as many. */
const PER_CALL = 100;
/** Of a service whose tasks stop all the time, so many listings of 100. */
const MOST_PAGES = 3;
/** The newest that go into a bundle. */
const MOST_TASKS = 100;

/** What a service is asked for by. */
export type EcsServiceName = Pick<EcsService, 'clusterArn' | 'serviceArn' | 'serviceName'>;

/** Where the load balancer's connections end: a port of one container. */
export interface ServedPort {
  readonly containerName: string | undefined;
  readonly containerPort: number | undefined;
}

/** The stopped tasks of a service, and what of them could not be read. */
export interface StoppedTaskReading {
  /** Newest first. */
  readonly tasks: readonly StoppedTask[];
  readonly gaps: readonly Gap[];
}

/** The EC2 instance of a container instance's ARN. */
type Instances = ReadonlyMap<string, string>;

/** With a network interface of its own (`awsvpc`) a task is registered by its address. */
function addressOf({ attachments = [], containers = [] }: Task): string | undefined {
  const interfaces = attachments.filter(({ type }) => type === 'ElasticNetworkInterface');
  const details = interfaces.flatMap((attachment) => attachment.details ?? []);
  const ofAttachment = details.find(({ name }) => name === 'privateIPv4Address')?.value;
  const ofContainer = containers.flatMap(({ networkInterfaces }) => networkInterfaces ?? []);
  return ofAttachment ?? ofContainer.find(({ privateIpv4Address }) => privateIpv4Address)?.privateIpv4Address;
}

/** On the network of its host, by the instance and the port of the host. */
function hostPortOf(
  { containers = [] }: Task,
  { containerName, containerPort }: ServedPort,
): number | undefined {
  const serving = containers.find(({ name }) => name === containerName);
  const bindings = serving?.networkBindings ?? [];
  return bindings.find((binding) => binding.containerPort === containerPort)?.hostPort;
}

function targetOf(task: Task, port: ServedPort, instances: Instances): string | null {
  const address = addressOf(task);
  if (address !== undefined)
    return port.containerPort === undefined ? null : `${address}:${port.containerPort}`;
  const instance = instances.get(task.containerInstanceArn ?? '');
  const hostPort = hostPortOf(task, port);
  return instance === undefined || hostPort === undefined ? null : `${instance}:${hostPort}`;
}

const stoppedTask = (task: Task, port: ServedPort, instances: Instances): StoppedTask => ({
  taskArn: task.taskArn ?? '',
  taskDefinition: familyRevision(task.taskDefinitionArn ?? ''),
  target: targetOf(task, port, instances),
  startedAt: isoTime(task.startedAt),
  stoppingAt: isoTime(task.stoppingAt),
  stoppedAt: isoTime(task.stoppedAt),
  stopCode: task.stopCode ?? null,
  stoppedReason: sentence(task.stoppedReason),
  containers: (task.containers ?? []).map(({ name, exitCode, reason }) => ({
    name: name ?? '',
    exitCode: exitCode ?? null,
    reason: sentence(reason),
  })),
});

const stoppedAtOf = ({ stoppedAt, stoppingAt }: StoppedTask): string => stoppedAt ?? stoppingAt ?? '';

/** What is read of one cluster's tasks. */
class StoppedTasks {
  readonly gaps: Gap[] = [];
  private readonly ecs: ECSClient;
  private readonly region: string;
  private readonly service: EcsServiceName;

  constructor(ecs: ECSClient, region: string, service: EcsServiceName) {
    this.ecs = ecs;
    this.region = region;
    this.service = service;
  }

  /** null: a gap says why. */
  private async one<T>(operation: string, what: string, read: () => Promise<T>): Promise<T | null> {
    const reading = await attempt(
      workloadCall(this.region, `ecs:${operation}`, what, this.service.serviceArn),
      read,
    );
    if (reading.state === 'known') return reading.value;
    this.gaps.push(reading.gap);
    return null;
  }

  async list(): Promise<readonly string[]> {
    const { clusterArn: cluster, serviceName } = this.service;
    const arns: string[] = [];
    let nextToken: string | undefined;
    for (let page = 0; page < MOST_PAGES; page += 1) {
      const answer = await this.one('ListTasks', 'the stopped tasks of the ECS service', () =>
        this.ecs.send(
          new ListTasksCommand({
            cluster,
            serviceName,
            desiredStatus: 'STOPPED',
            maxResults: PER_CALL,
            nextToken,
          }),
        ),
      );
      if (answer === null) return arns;
      arns.push(...(answer.taskArns ?? []));
      nextToken = answer.nextToken;
      if (nextToken === undefined) return arns;
    }
    const reason = `more than ${MOST_PAGES * PER_CALL} tasks of the service stopped within the hour`;
    this.gaps.push(
      workloadGap('throttled', 'stopped tasks of the ECS service', reason, this.service.serviceArn),
    );
    return arns;
  }

  async describe(arns: readonly string[]): Promise<readonly Task[]> {
    const tasks: Task[] = [];
    for (const batch of batchesOf(arns, PER_CALL)) {
      const command = new DescribeTasksCommand({ cluster: this.service.clusterArn, tasks: batch });
      const answer = await this.one('DescribeTasks', 'why tasks of the ECS service stopped', async () =>
        answered((await this.ecs.send(command)).tasks),
      );
      tasks.push(...(answer ?? []));
    }
    return tasks;
  }

  /** The instances of tasks that are targets by their host. */
  async instancesOf(tasks: readonly Task[]): Promise<Instances> {
    const arns = new Set(
      tasks.flatMap((task) => (addressOf(task) === undefined ? (task.containerInstanceArn ?? []) : [])),
    );
    const found = new Map<string, string>();
    for (const batch of batchesOf([...arns], PER_CALL)) {
      const command = new DescribeContainerInstancesCommand({
        cluster: this.service.clusterArn,
        containerInstances: batch,
      });
      const answer = await this.one(
        'DescribeContainerInstances',
        'which targets the stopped tasks were',
        async () => answered((await this.ecs.send(command)).containerInstances),
      );
      for (const { containerInstanceArn = '', ec2InstanceId } of answer ?? [])
        if (ec2InstanceId !== undefined) found.set(containerInstanceArn, ec2InstanceId);
    }
    return found;
  }
}

/**
 * The tasks of a service that stopped since a time; ECS keeps them for an hour. Each has its target, `IP:PORT` or
 * `INSTANCE:PORT` as it was registered. Two calls for each hundred, and one more where tasks share their host's network.
 */
export async function readStoppedTasks(
  ecs: ECSClient,
  region: string,
  {
    service,
    since,
    port,
  }: { readonly service: EcsServiceName; readonly since: string; readonly port: ServedPort },
): Promise<StoppedTaskReading> {
  const reader = new StoppedTasks(ecs, region, service);
  const tasks = await reader.describe(await reader.list());
  const instances = await reader.instancesOf(tasks);
  const stopped = tasks
    .map((task) => stoppedTask(task, port, instances))
    .filter((task) => stoppedAtOf(task) === '' || stoppedAtOf(task) >= since)
    .sort((left, right) => inTextOrder(stoppedAtOf(right), stoppedAtOf(left)));
  return { tasks: stopped.slice(0, MOST_TASKS), gaps: reader.gaps };
}
