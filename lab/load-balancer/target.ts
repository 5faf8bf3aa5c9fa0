import type { Target as TargetEvidence } from '../../lambda/model/evidence.ts';
import type { ConnectionPool } from './connection-pool.ts';
import { type HealthState, INITIAL_HEALTH } from './health-state.ts';

/** What a node has of a target: its own pool and its own opinion of the health. */
interface NodeView {
  readonly pool: ConnectionPool;
  health: HealthState;
}

/** One registered target. */
export class Target {
  readonly host: string;
  readonly port: number;
  readonly zone: string;
  readonly #views = new Map<string, NodeView>();
  draining = false;

  constructor(host: string, port: number, zone: string) {
    this.host = host;
    this.port = port;
    this.zone = zone;
  }

  /** `IP:PORT`, as the access log has it. */
  get address(): string {
    return `${this.host}:${this.port}`;
  }

  attach(nodeIp: string, pool: ConnectionPool): void {
    this.#views.set(nodeIp, { pool, health: INITIAL_HEALTH });
  }

  poolOf(nodeIp: string): ConnectionPool | undefined {
    return this.#views.get(nodeIp)?.pool;
  }

  healthOf(nodeIp: string): HealthState {
    return this.#views.get(nodeIp)?.health ?? INITIAL_HEALTH;
  }

  setHealth(nodeIp: string, health: HealthState): void {
    const view = this.#views.get(nodeIp);
    if (view) view.health = health;
  }

  /** Requests in flight from all nodes. */
  get outstanding(): number {
    return this.#pools().reduce((sum, pool) => sum + pool.busyCount, 0);
  }

  /** Ends idle connections; those in flight may finish. */
  drain(): void {
    this.draining = true;
    for (const pool of this.#pools()) pool.drain();
  }

  /** Ends requests in flight too. */
  abort(): void {
    for (const pool of this.#pools()) pool.abort();
  }

  /** The path from a node ended what was idle on it. */
  dropIdle(nodeIp: string): void {
    this.poolOf(nodeIp)?.dropIdle();
  }

  /** As DescribeTargetHealth gives it: healthy if any node thinks so. */
  describe(): TargetEvidence {
    const views = [...this.#views.values()].map((view) => view.health);
    const health =
      views.find((view) => view.state === 'healthy') ??
      views.find((view) => view.state === 'unhealthy') ??
      INITIAL_HEALTH;
    const shown = this.draining
      ? {
          state: 'draining',
          reason: 'Target.DeregistrationInProgress',
          description: 'Target deregistration is in progress',
        }
      : health;
    return {
      id: this.host,
      port: this.port,
      availabilityZone: this.zone,
      state: shown.state,
      reason: shown.reason,
      description: shown.description,
      anomaly: null,
    };
  }

  #pools(): readonly ConnectionPool[] {
    return [...this.#views.values()].map((view) => view.pool);
  }
}
