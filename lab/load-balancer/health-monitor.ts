import type { LabClock } from '../clock.ts';
import type { NodeIdentity } from './completed-request.ts';
import { exchangeOn } from './exchange.ts';
import { type HealthResult, nextHealth, statusMatches } from './health-state.ts';
import type { MetricRecorder } from './metric-recorder.ts';
import type { Target } from './target.ts';
import type { TargetConnection } from './target-connection.ts';
import type { TargetGroup } from './target-group.ts';

const FAILED: HealthResult = {
  healthy: false,
  reason: 'Target.FailedHealthChecks',
  description: 'Health checks failed',
};
const TIMED_OUT: HealthResult = {
  healthy: false,
  reason: 'Target.Timeout',
  description: 'Request timed out',
};

/** The health checks of one node on one target group: a connection of its own for every check. */
export class HealthMonitor {
  readonly #node: NodeIdentity;
  readonly #group: TargetGroup;
  readonly #clock: LabClock;
  readonly #recorder: MetricRecorder;
  readonly #loadBalancer: string;
  readonly #open = new Set<TargetConnection>();
  #timer: NodeJS.Timeout | undefined;

  constructor(
    node: NodeIdentity,
    group: TargetGroup,
    parts: { clock: LabClock; recorder: MetricRecorder; loadBalancer: string },
  ) {
    this.#node = node;
    this.#group = group;
    this.#clock = parts.clock;
    this.#recorder = parts.recorder;
    this.#loadBalancer = parts.loadBalancer;
  }

  start(): void {
    if (!this.#group.healthCheck.enabled || this.#timer) return;
    this.#timer = setInterval(
      () => void this.checkAll(),
      this.#clock.realMs(this.#group.healthCheck.intervalSeconds),
    );
  }

  stop(): void {
    clearInterval(this.#timer);
    for (const connection of this.#open) connection.close();
  }

  /** One round: checks every registered target, then publishes the host counts. */
  async checkAll(): Promise<void> {
    const targets = this.#group.targets.filter((target) => !target.draining);
    await Promise.all(targets.map((target) => this.check(target)));
    this.#publish();
  }

  async check(target: Target): Promise<void> {
    const result = await this.#ask(target);
    const before = target.healthOf(this.#node.ip);
    target.setHealth(this.#node.ip, nextHealth(before, result, this.#group.healthCheck));
  }

  async #ask(target: Target): Promise<HealthResult> {
    const { path, timeoutSeconds, matcher } = this.#group.healthCheck;
    let connection: TargetConnection;
    try {
      connection = await this.#group.connect(this.#node, target);
    } catch {
      return FAILED;
    }
    this.#open.add(connection);
    const request = `GET ${path} HTTP/1.1\r\nHost: ${target.address}\r\nConnection: close\r\nUser-Agent: ELB-HealthChecker/2.0\r\n\r\n`;
    const result = await exchangeOn(connection, {
      method: 'GET',
      body: null,
      head: Buffer.from(request),
      idleTimeoutMs: this.#clock.realMs(timeoutSeconds),
      now: () => this.#clock.now(),
      sink: { head: () => {}, body: () => {}, end: () => {} },
    });
    this.#open.delete(connection);
    connection.close();
    if (result.fault === 'response-timeout') return TIMED_OUT;
    if (result.fault !== null || result.targetStatus === null) return FAILED;
    if (statusMatches(matcher, result.targetStatus)) return { healthy: true };
    return {
      healthy: false,
      reason: 'Target.ResponseCodeMismatch',
      description: `Health checks failed with these codes: [${result.targetStatus}]`,
    };
  }

  #publish(): void {
    const dimensions = { LoadBalancer: this.#loadBalancer, TargetGroup: this.#group.dimension };
    const sets = [dimensions, { ...dimensions, AvailabilityZone: this.#node.zone }];
    const states = this.#group.targets
      .filter((target) => !target.draining)
      .map((target) => target.healthOf(this.#node.ip).state);
    const at = this.#clock.now();
    const counted = (state: string) => states.filter((candidate) => candidate === state).length;
    this.#recorder.record('HealthyHostCount', sets, { at, value: counted('healthy') });
    this.#recorder.record('UnHealthyHostCount', sets, { at, value: counted('unhealthy') });
  }
}
