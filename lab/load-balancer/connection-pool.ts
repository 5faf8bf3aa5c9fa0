import type { TargetConnection } from './target-connection.ts';

/** A connection for one request, and how long it lay idle before. */
export interface Acquired {
  readonly connection: TargetConnection;
  /** Lab seconds since the previous response on it ended; null for a new connection. */
  readonly idleGapSeconds: number | null;
}

export interface PoolOptions {
  readonly open: () => Promise<TargetConnection>;
  /** Lab time, epoch milliseconds. */
  readonly now: () => number;
  /** The idle timeout in force, in real milliseconds. */
  readonly idleTimeoutMs: () => number;
}

/**
 * The connections of one node to one target. The connection used last is reused first; one whose FIN the node has
 * seen is dropped; one that was idle for the idle timeout is closed. A FIN still on its way cannot be seen: that
 * is the race.
 */
export class ConnectionPool {
  readonly #options: PoolOptions;
  readonly #idle: { connection: TargetConnection; timer: NodeJS.Timeout }[] = [];
  readonly #busy = new Set<TargetConnection>();
  #closed = false;

  constructor(options: PoolOptions) {
    this.#options = options;
  }

  get idleCount(): number {
    return this.#idle.length;
  }

  get busyCount(): number {
    return this.#busy.size;
  }

  /** @throws ConnectError where a new connection was needed and failed */
  async acquire(): Promise<Acquired> {
    const pooled = this.#idle.pop();
    if (pooled) {
      clearTimeout(pooled.timer);
      const since = pooled.connection.idleSince;
      this.#busy.add(pooled.connection);
      return {
        connection: pooled.connection,
        idleGapSeconds: since === null ? null : (this.#options.now() - since) / 1000,
      };
    }
    const connection = await this.#options.open();
    this.#busy.add(connection);
    return { connection, idleGapSeconds: null };
  }

  /** Takes a connection back after its request; one that cannot be used again is closed. */
  release(connection: TargetConnection, reusable: boolean): void {
    this.#busy.delete(connection);
    if (!reusable || connection.over || this.#closed) {
      connection.close();
      return;
    }
    connection.idleSince = this.#options.now();
    const timer = setTimeout(() => this.#drop(connection), this.#options.idleTimeoutMs());
    this.#idle.push({ connection, timer });
    // Bytes nobody asked for make a connection unusable, like its end.
    connection.receiveWith({
      data: () => this.#drop(connection),
      closed: () => this.#drop(connection),
    });
  }

  #drop(connection: TargetConnection): void {
    const index = this.#idle.findIndex((pooled) => pooled.connection === connection);
    const [pooled] = index < 0 ? [] : this.#idle.splice(index, 1);
    if (pooled) clearTimeout(pooled.timer);
    connection.close();
  }

  /** Ends what is idle, and lets requests in flight finish on connections that are not kept. */
  drain(): void {
    this.#closed = true;
    this.dropIdle();
  }

  /** Ends what is idle. */
  dropIdle(): void {
    for (const { connection } of [...this.#idle]) this.#drop(connection);
  }

  /** Ends what is in flight too. */
  abort(): void {
    this.drain();
    for (const connection of [...this.#busy]) connection.abort('deregistration-delay-elapsed');
    this.#busy.clear();
  }
}
