import type {
  Container,
  EcsService as Evidence,
  ServiceDeployment,
  StoppedTask,
} from '../../lambda/model/workload.ts';
import { LAB_ACCOUNT, LAB_REGION } from '../load-balancer/load-balancer.ts';
import type { TargetGroup } from '../load-balancer/target-group.ts';
import { hexDigits } from '../random.ts';
import type { Stage } from '../scenario.ts';
import type { ServerProcess } from '../servers/server-process.ts';
import { ENDINGS, type Ending, type Program, type Task } from './task.ts';

const CLUSTER = 'lab';

/** An ECS service with real processes for its tasks; it remembers what ECS would tell of them. */
export class EcsService {
  readonly name: string;
  readonly tasks: Task[] = [];
  readonly #stage: Stage;
  readonly #programs: Program[];
  readonly #prepared: ServerProcess[] = [];
  readonly #stopped: StoppedTask[] = [];
  readonly #deployments: ServiceDeployment[] = [];

  /** @param program - of the first revision */
  constructor(stage: Stage, name: string, program: Program) {
    this.#stage = stage;
    this.name = name;
    this.#programs = [program];
  }

  /** The newest revision; the first is 1. */
  get revision(): number {
    return this.#programs.length;
  }

  /** Registers another revision of the task definition. */
  revise(program: Program): number {
    return this.#programs.push(program);
  }

  /** Registers another revision that starts the same. */
  reviseAlike(): number {
    return this.revise(this.#programOf(this.revision));
  }

  /** Shows the service behind a group. */
  serveBehind(group: TargetGroup): void {
    group.workload = () => ({ ecsService: this.describe() });
  }

  /**
   * Starts servers of a revision that is to come, ahead of its tasks: their start must not take its time from the
   * deployment on a busy machine.
   */
  async prepare(program: Program, count: number): Promise<void> {
    const { module, settings } = program;
    const starting = Array.from({ length: count }, () => this.#stage.startServer(module, settings));
    this.#prepared.push(...(await Promise.all(starting)));
  }

  /** Starts a task of a revision, with a server that was prepared if there is one, and registers it once it listens. */
  async start(group: TargetGroup, revision = this.revision): Promise<Task> {
    const program = this.#programOf(revision);
    const prepared = revision === this.revision ? this.#prepared.shift() : undefined;
    const server = prepared ?? (await this.#stage.startServer(program.module, program.settings));
    const target = await group.register('127.0.0.1', server.port);
    const task = {
      arn: this.#newArn(),
      ...{ revision, group, server, target },
      startedAt: this.#stage.clock.now(),
    };
    this.tasks.push(task);
    return task;
  }

  /** Stops a task as the scheduler does: deregistered, drained, then told to end. */
  async stop(task: Task): Promise<void> {
    const stoppingAt = this.#stage.clock.now();
    this.#remove(task);
    await task.group.deregister(task.target);
    await task.server.stop('SIGTERM');
    this.#tell(task, stoppingAt, ENDINGS.scheduled);
  }

  /** Stops a task while nodes still send requests to it. */
  async stopEarly(task: Task, lateSeconds: number): Promise<void> {
    const stoppingAt = this.#stage.clock.now();
    this.#remove(task);
    await task.server.stop('SIGKILL');
    await this.#stage.wait(lateSeconds);
    void task.group.deregister(task.target);
    this.#tell(task, stoppingAt, ENDINGS.scheduled);
  }

  /** A task ends by a signal from outside of ECS, which notices it, deregisters it and starts another. */
  async lose(task: Task, signal: NodeJS.Signals, ending: Ending): Promise<void> {
    const stoppingAt = this.#stage.clock.now();
    this.#remove(task);
    await task.server.stop(signal);
    this.#tell(task, stoppingAt, ending);
    await this.#stage.wait(2);
    void task.group.deregister(task.target);
    await this.start(task.group, task.revision);
  }

  /** A task is killed, and the next one comes up at the same address, as with the host's network. */
  async restart(task: Task, signal: NodeJS.Signals): Promise<void> {
    const stoppingAt = this.#stage.clock.now();
    await task.server.stop(signal);
    this.#tell(task, stoppingAt, ENDINGS.exited);
    const { module, settings } = this.#programOf(task.revision);
    const server = await this.#stage.startServer(module, { ...settings, port: task.server.port });
    this.#remove(task);
    this.tasks.push({ ...task, arn: this.#newArn(), server, startedAt: this.#stage.clock.now() });
  }

  /** Begins a deployment from one revision to another; what is told of it later is merged in. */
  beginDeployment(
    strategy: string,
    fromRevision: number,
    toRevision: number,
  ): (patch: Partial<ServiceDeployment>) => void {
    const id = `ecs-svc/${hexDigits(this.#stage.random, 16)}`;
    const begun: ServiceDeployment = {
      id,
      startedAt: this.#now(),
      finishedAt: null,
      status: 'IN_PROGRESS',
      strategy,
      statusReason: null,
      fromTaskDefinition: this.#definition(fromRevision),
      toTaskDefinition: this.#definition(toRevision),
      circuitBreakerStatus: strategy === 'ROLLING' ? 'MONITORING' : 'DISABLED',
      trafficShiftedAt: null,
    };
    this.#deployments.unshift(begun);
    return (patch) => {
      const at = this.#deployments.findIndex((one) => one.id === id);
      const known = this.#deployments[at];
      if (known !== undefined) this.#deployments[at] = { ...known, ...patch };
    };
  }

  /** What `DescribeServices`, `DescribeTaskDefinition`, `DescribeServiceDeployments` and `DescribeTasks` would tell. */
  describe(): Evidence {
    const program = this.#programs.at(-1);
    const base = `arn:aws:ecs:${LAB_REGION}:${LAB_ACCOUNT}`;
    return {
      clusterArn: `${base}:cluster/${CLUSTER}`,
      serviceArn: `${base}:service/${CLUSTER}/${this.name}`,
      serviceName: this.name,
      taskDefinition: this.#definition(this.tasks.at(-1)?.revision ?? this.revision),
      launchType: 'FARGATE',
      deploymentController: 'ECS',
      ownsLoadBalancer: false,
      minimumHealthyPercent: 100,
      maximumPercent: 200,
      healthCheckGracePeriodSeconds: null,
      containers: program === undefined ? [] : [containerOf(program)],
      deployments: [...this.#deployments],
      events: [],
      stoppedTasks: [...this.#stopped],
    };
  }

  #programOf(revision: number): Program {
    const program = this.#programs[revision - 1];
    if (program === undefined) throw new Error(`${this.name} has no revision ${revision}`);
    return program;
  }

  #newArn(): string {
    return `arn:aws:ecs:${LAB_REGION}:${LAB_ACCOUNT}:task/${CLUSTER}/${hexDigits(this.#stage.random, 32)}`;
  }

  #now(): string {
    return new Date(this.#stage.clock.now()).toISOString();
  }

  #definition(revision: number): string {
    return `${this.name}:${revision}`;
  }

  #remove(task: Task): void {
    const at = this.tasks.indexOf(task);
    if (at >= 0) this.tasks.splice(at, 1);
  }

  #tell({ arn, revision, server, target, startedAt }: Task, stoppingAt: number, ending: Ending): void {
    const { stopCode, stoppedReason, reason } = ending;
    this.#stopped.unshift({
      taskArn: arn,
      taskDefinition: this.#definition(revision),
      target: target.address,
      startedAt: new Date(startedAt).toISOString(),
      stoppingAt: new Date(stoppingAt).toISOString(),
      stoppedAt: this.#now(),
      stopCode,
      stoppedReason,
      containers: [{ name: 'app', exitCode: server.exitCode(), reason }],
    });
  }
}

const containerOf = ({ container }: Program): Container => ({
  name: 'app',
  entryPoint: null,
  essential: true,
  servesTargetGroup: true,
  stopTimeoutSeconds: null,
  healthCheckCommand: null,
  ...container,
});
