import type { Change } from '../../lambda/model/evidence.ts';
import type { LabClock } from '../clock.ts';
import { Lateness } from '../lateness.ts';
import { hexDigits, type Random, randomFrom } from '../random.ts';
import { type LogFileNaming, type LoggedLine, writeLogFiles } from './access-log-files.ts';
import { accessLogLine } from './access-log-line.ts';
import { type Attributes, LOAD_BALANCER_DEFAULTS, secondsOf } from './attributes.ts';
import type { CompletedRequest, NodeIdentity } from './completed-request.ts';
import { HealthMonitor } from './health-monitor.ts';
import { LambdaTargetGroup, type LambdaTargetGroupOptions } from './lambda-target-group.ts';
import { MetricRecorder } from './metric-recorder.ts';
import { LoadBalancerNode } from './node.ts';
import { recordRequest } from './request-metrics.ts';
import { type AnyTargetGroup, forwardChange, Rules, type Weighted } from './rules.ts';
import { TargetGroup, type TargetGroupOptions } from './target-group.ts';

/** Account and region that the lab's names carry; neither exists. */
export const LAB_ACCOUNT = '000000000000';
export const LAB_REGION = 'eu-lab-1';

export interface LoadBalancerOptions {
  readonly name: string;
  readonly clock: LabClock;
  readonly nodeCount: number;
  /** Real milliseconds between any node and any target, one way. */
  readonly oneWayMs: number;
  readonly seed: number;
  readonly attributes?: Attributes;
  readonly tags?: Readonly<Record<string, string>>;
}

/** Where clients reach a node: what DNS would answer, with a port instead of an address of its own. */
export interface Front {
  readonly nodeIp: string;
  readonly zone: string;
  readonly host: string;
  readonly port: number;
}

/**
 * Behaves as an Application Load Balancer does where it matters for 502s, over real sockets. Clients speak HTTP/1.1
 * to it; WebSockets, HTTP/2, authentication, redirects and stickiness are left out.
 */
export class LoadBalancer {
  readonly arn: string;
  readonly metrics = new MetricRecorder();
  readonly rules: Rules;
  /** Of configuration, since the last call of {@link forgetChanges}, as the trail would tell them. */
  readonly changes: Change[] = [];
  readonly tags: Record<string, string>;
  readonly clock: LabClock;
  readonly name: string;
  readonly createdAt: number;
  readonly #lateness = new Lateness();
  readonly #oneWayMs: number;
  readonly #random: Random;
  readonly #nodes: LoadBalancerNode[];
  readonly #groups: AnyTargetGroup[] = [];
  readonly #monitors: HealthMonitor[] = [];
  readonly #lines: LoggedLine[] = [];
  readonly #listeners: ((request: CompletedRequest) => void)[] = [];
  #attributes: Attributes;
  #fronts: readonly Front[] = [];

  constructor(options: LoadBalancerOptions) {
    this.name = options.name;
    this.clock = options.clock;
    this.createdAt = options.clock.now();
    this.#oneWayMs = options.oneWayMs;
    this.#random = randomFrom(options.seed);
    this.rules = new Rules(randomFrom(options.seed + 1));
    this.arn = this.#newArn(`loadbalancer/app/${options.name}`);
    this.tags = { ...options.tags };
    this.#attributes = { ...LOAD_BALANCER_DEFAULTS, ...options.attributes };
    this.#nodes = Array.from({ length: options.nodeCount }, (_, index) => this.#newNode(index));
  }

  /** Value of the CloudWatch dimension: `app/NAME/ID`. */
  get dimension(): string {
    return this.arn.slice(this.arn.indexOf('app/'));
  }

  get attributes(): Attributes {
    return this.#attributes;
  }

  get targetGroups(): readonly AnyTargetGroup[] {
    return this.#groups;
  }

  get zones(): readonly string[] {
    return [...new Set(this.#nodes.map((node) => node.identity.zone))];
  }

  /** Where clients reach the nodes; empty before the start. */
  get fronts(): readonly Front[] {
    return this.#fronts;
  }

  /** What was set up before the traffic is long past by the time anyone looks. */
  forgetChanges(): void {
    this.changes.length = 0;
  }

  /** Lines of the access log so far, in the order of their ends. */
  get logLines(): readonly LoggedLine[] {
    return this.#lines;
  }

  /** Sets attributes; connections that are idle already keep the timeout they were given. */
  modifyAttributes(changed: Attributes): void {
    const before = Object.keys(changed).map((key) => [key, this.#attributes[key] ?? ''] as const);
    this.#change('ModifyLoadBalancerAttributes', this.arn, {
      from: Object.fromEntries(before),
      to: { ...changed },
    });
    this.#attributes = { ...this.#attributes, ...changed };
  }

  /**
   * Adds a group and a rule that sends paths with the prefix to it; `/` is the default rule. With null it gets no request
   * until it is forwarded to.
   */
  addTargetGroup(options: TargetGroupOptions, pathPrefix: string | null = '/'): TargetGroup {
    const group = new TargetGroup(options, {
      clock: this.clock,
      arn: this.#newArn(`targetgroup/${options.name}`),
      oneWayMs: this.#oneWayMs,
      idleTimeoutSeconds: () => this.#idleTimeoutSeconds(),
      nodes: this.#nodes.map((node) => node.identity),
      onChange: (eventName, groupArn, values) => this.#change(eventName, groupArn, values),
    });
    for (const { identity } of this.#nodes) this.#watch(identity, group);
    this.#addRule(pathPrefix, group);
    return group;
  }

  addLambdaTargetGroup(options: LambdaTargetGroupOptions, pathPrefix = '/'): LambdaTargetGroup {
    const arn = this.#newArn(`targetgroup/${options.name}`);
    const group = new LambdaTargetGroup(options, { arn, account: LAB_ACCOUNT, region: LAB_REGION });
    this.#addRule(pathPrefix, group);
    return group;
  }

  /** Changes the weights of the rule of a prefix, at once and for every node. */
  forward(forward: readonly Weighted[], pathPrefix = '/'): void {
    this.rules.forward(pathPrefix, forward);
    const { eventName, arn, values } = forwardChange(this.arn, pathPrefix, forward);
    this.#change(eventName, arn, values);
  }

  /** Is told of every request once it is over. */
  onCompleted(listener: (request: CompletedRequest) => void): void {
    this.#listeners.push(listener);
  }

  /** Opens the nodes and checks every target once, so that traffic meets targets whose health is known. */
  async start(): Promise<readonly Front[]> {
    this.#lateness.start();
    const ports = await Promise.all(this.#nodes.map((node) => node.listen()));
    await Promise.all(this.#monitors.map((monitor) => monitor.checkAll()));
    for (const monitor of this.#monitors) monitor.start();
    this.#fronts = this.#nodes.map((node, index) => ({
      nodeIp: node.identity.ip,
      zone: node.identity.zone,
      host: '127.0.0.1',
      port: ports[index] ?? 0,
    }));
    return this.#fronts;
  }

  /** Runs a round of health checks from every node now. */
  async checkHealth(): Promise<void> {
    await Promise.all(this.#monitors.map((monitor) => monitor.checkAll()));
  }

  /** Writes the access log so far below a folder, as the bucket would hold it; returns the paths. */
  writeAccessLog(bucketFolder: string): readonly string[] {
    const naming: LogFileNaming = { account: LAB_ACCOUNT, region: LAB_REGION, loadBalancer: this.dimension };
    return writeLogFiles(bucketFolder, naming, this.#lines);
  }

  /** Ends every connection and timer. */
  async close(): Promise<void> {
    this.#lateness.stop();
    for (const monitor of this.#monitors) monitor.stop();
    for (const group of this.#groups) if (group.kind === 'ip') group.close();
    await Promise.all(this.#nodes.map((node) => node.close()));
  }

  #idleTimeoutSeconds(): number {
    return secondsOf(this.#attributes, 'idle_timeout.timeout_seconds');
  }

  #newArn(resource: string): string {
    const id = hexDigits(this.#random, 16);
    return `arn:aws:elasticloadbalancing:${LAB_REGION}:${LAB_ACCOUNT}:${resource}/${id}`;
  }

  #newNode(index: number): LoadBalancerNode {
    const zone = index % 2;
    const identity = { ip: `10.0.${zone}.${10 + index}`, zone: `${LAB_REGION}${'ab'[zone]}` };
    const balancer = { LoadBalancer: this.dimension };
    const sets = [balancer, { ...balancer, AvailabilityZone: identity.zone }];
    return new LoadBalancerNode({
      identity,
      clock: this.clock,
      lateness: this.#lateness,
      random: this.#random,
      idleTimeoutSeconds: () => this.#idleTimeoutSeconds(),
      route: (url) => this.rules.groupFor(url),
      onConnection: () => this.metrics.record('NewConnectionCount', sets, { at: this.clock.now(), value: 1 }),
      onCompleted: (request) => this.#completed(request),
    });
  }

  #watch(node: NodeIdentity, group: TargetGroup): void {
    const parts = { clock: this.clock, recorder: this.metrics, loadBalancer: this.dimension };
    const monitor = new HealthMonitor(node, group, parts);
    this.#monitors.push(monitor);
    group.onRegistered((target) => monitor.check(target));
  }

  #addRule(pathPrefix: string | null, group: AnyTargetGroup): void {
    this.#groups.push(group);
    if (pathPrefix !== null) this.rules.add(pathPrefix, group);
  }

  #change(eventName: string, resourceArn: string, values: Pick<Change, 'from' | 'to'>): void {
    this.changes.push({
      at: new Date(this.clock.now()).toISOString(),
      eventName,
      resourceArn,
      principal: `arn:aws:iam::${LAB_ACCOUNT}:role/lab`,
      sourceIpAddress: null,
      userAgent: null,
      ...values,
    });
  }

  #completed(request: CompletedRequest): void {
    recordRequest(this.metrics, this.dimension, request);
    const line = accessLogLine(this.dimension, 80, request);
    this.#lines.push({ nodeIp: request.node.ip, at: request.finishedAt, line });
    for (const listener of this.#listeners) listener(request);
  }
}
