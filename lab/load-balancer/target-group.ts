import type { Change, TargetGroup as TargetGroupEvidence } from '../../lambda/model/evidence.ts';
import type { Workload } from '../../lambda/model/workload.ts';
import type { LabClock } from '../clock.ts';
import { type Attributes, secondsOf, TARGET_GROUP_DEFAULTS } from './attributes.ts';
import type { NodeIdentity } from './completed-request.ts';
import { ConnectionPool } from './connection-pool.ts';
import { HEALTH_CHECK_DEFAULTS, type HealthCheckSettings } from './health-state.ts';
import { Target } from './target.ts';
import { openTargetConnection, type TargetConnection } from './target-connection.ts';
import { WireHistory } from './wire-history.ts';

/** Seconds a load balancer waits for a target to accept (AWS: troubleshooting, HTTP 504). */
const CONNECT_TIMEOUT_SECONDS = 10;

export interface TargetGroupOptions {
  readonly name: string;
  readonly protocol?: 'HTTP' | 'HTTPS';
  readonly attributes?: Attributes;
  readonly tags?: Readonly<Record<string, string>>;
  readonly healthCheck?: Partial<HealthCheckSettings>;
  /** Where what a node sends to a target ends up: at the target, unless something between them takes it. */
  readonly route?: (node: NodeIdentity, target: Target) => Endpoint;
}

/** An address of this machine. */
interface Endpoint {
  readonly host: string;
  readonly port: number;
}

/** What a target group needs of the load balancer it belongs to. */
export interface TargetGroupContext {
  readonly clock: LabClock;
  readonly arn: string;
  /** Real milliseconds between any node and any target, one way. */
  readonly oneWayMs: number;
  readonly idleTimeoutSeconds: () => number;
  readonly nodes: readonly NodeIdentity[];
  readonly onChange: (eventName: string, arn: string, values: Pick<Change, 'from' | 'to'>) => void;
}

/** A target group of addresses: who is registered, and who gets the next request. */
export class TargetGroup {
  readonly kind = 'ip';
  readonly name: string;
  readonly arn: string;
  readonly protocol: 'HTTP' | 'HTTPS';
  readonly healthCheck: HealthCheckSettings;
  readonly tags: Record<string, string>;
  attributes: Attributes;
  /** What runs behind it, as the account tells; null where the account tells nothing. */
  workload: (() => Workload) | null = null;
  readonly #context: TargetGroupContext;
  readonly #route: (node: NodeIdentity, target: Target) => Endpoint;
  readonly #targets: Target[] = [];
  readonly #drainTimers = new Set<NodeJS.Timeout>();
  readonly #turns = new Map<string, number>();
  readonly #listeners: ((target: Target) => Promise<void>)[] = [];

  constructor(options: TargetGroupOptions, context: TargetGroupContext) {
    this.name = options.name;
    this.arn = context.arn;
    this.protocol = options.protocol ?? 'HTTP';
    this.tags = { ...options.tags };
    this.attributes = { ...TARGET_GROUP_DEFAULTS, ...options.attributes };
    this.healthCheck = { ...HEALTH_CHECK_DEFAULTS, ...options.healthCheck };
    this.#context = context;
    this.#route = options.route ?? ((_, target) => target);
  }

  /** Value of the CloudWatch dimension: `targetgroup/NAME/ID`. */
  get dimension(): string {
    return this.arn.slice(this.arn.lastIndexOf(':') + 1);
  }

  get targets(): readonly Target[] {
    return this.#targets;
  }

  onRegistered(listener: (target: Target) => Promise<void>): void {
    this.#listeners.push(listener);
  }

  /**
   * Registers a target and checks its health once from every node.
   *
   * @param host - an address of this machine
   */
  async register(host: string, port: number): Promise<Target> {
    const { nodes } = this.#context;
    const zone = nodes[this.#targets.length % nodes.length]?.zone ?? '';
    const target = new Target(host, port, zone);
    for (const node of nodes) target.attach(node.ip, this.#poolFor(node, target));
    this.#targets.push(target);
    this.#context.onChange('RegisterTargets', this.arn, { from: null, to: { target: target.address } });
    await Promise.all(this.#listeners.map((listener) => listener(target)));
    return target;
  }

  #poolFor(node: NodeIdentity, target: Target): ConnectionPool {
    const { clock, idleTimeoutSeconds } = this.#context;
    return new ConnectionPool({
      open: () => this.connect(node, target),
      now: () => clock.now(),
      idleTimeoutMs: () => clock.realMs(idleTimeoutSeconds()),
    });
  }

  /** Opens a connection that belongs to no pool, as health checks use. @throws ConnectError */
  connect(node: NodeIdentity, target: Target): Promise<TargetConnection> {
    const { clock } = this.#context;
    const { host, port } = this.#route(node, target);
    return openTargetConnection({
      host,
      port,
      tls: this.protocol === 'HTTPS',
      oneWayMs: this.#context.oneWayMs,
      timeoutMs: clock.realMs(CONNECT_TIMEOUT_SECONDS),
      history: new WireHistory(() => clock.now()),
    });
  }

  /**
   * Stops routing to the target at once. It stays as draining for the deregistration delay; what is then still in
   * flight is cut off.
   *
   * @returns when the delay is over
   */
  deregister(target: Target): Promise<void> {
    target.drain();
    this.#context.onChange('DeregisterTargets', this.arn, { from: { target: target.address }, to: null });
    const delaySeconds = secondsOf(this.attributes, 'deregistration_delay.timeout_seconds');
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#drainTimers.delete(timer);
        target.abort();
        const index = this.#targets.indexOf(target);
        if (index >= 0) this.#targets.splice(index, 1);
        resolve();
      }, this.#context.clock.realMs(delaySeconds));
      this.#drainTimers.add(timer);
    });
  }

  /**
   * The target for the next request of a node: healthy ones if there are any, otherwise all (fail open).
   *
   * @returns null where none is registered
   */
  choose(nodeIp: string): Target | null {
    const registered = this.#targets.filter((target) => !target.draining);
    const healthy = registered.filter((target) => target.healthOf(nodeIp).state === 'healthy');
    const candidates = healthy.length > 0 ? healthy : registered;
    const turn = this.#turns.get(nodeIp) ?? 0;
    this.#turns.set(nodeIp, turn + 1);
    const rotated = candidates.map((_, index) => candidates[(index + turn) % candidates.length]);
    if (this.attributes['load_balancing.algorithm.type'] !== 'least_outstanding_requests')
      return rotated[0] ?? null;
    return rotated.reduce<Target | null>(
      (least, target) => (target && (!least || target.outstanding < least.outstanding) ? target : least),
      null,
    );
  }

  describe(serving: boolean): TargetGroupEvidence {
    return {
      arn: this.arn,
      name: this.name,
      targetType: 'ip',
      protocol: this.protocol,
      protocolVersion: 'HTTP1',
      port: this.protocol === 'HTTPS' ? 443 : 80,
      attributes: { ...this.attributes },
      tags: { ...this.tags },
      healthCheck: { ...this.healthCheck, protocol: this.protocol, port: 'traffic-port' },
      targets: this.#targets.map((target) => target.describe()),
      serving,
      ...(this.workload === null ? {} : { workload: this.workload() }),
    };
  }

  close(): void {
    for (const timer of this.#drainTimers) clearTimeout(timer);
    for (const target of this.#targets) target.abort();
  }
}
