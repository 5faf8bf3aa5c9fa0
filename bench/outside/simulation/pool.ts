import type { Connection } from './target.ts';

/**
 * The idle connections of one node to one target. The node knows of a close once the FIN has arrived, one way later;
 * until then it takes the connection for good.
 */
export class Pool {
  readonly #idle: Connection[] = [];
  readonly #order: 'lifo' | 'fifo';

  constructor(order: 'lifo' | 'fifo') {
    this.#order = order;
  }

  take(now: number, oneWaySeconds: number, idleTimeoutSeconds: number): Connection | null {
    for (;;) {
      const connection = this.#order === 'lifo' ? this.#idle.pop() : this.#idle.shift();
      if (connection === undefined) return null;
      const seenClosed = connection.closesAt + oneWaySeconds <= now;
      if (!seenClosed && now - connection.idleSince < idleTimeoutSeconds) return connection;
      connection.target.connections.delete(connection);
    }
  }

  putBack(connection: Connection): void {
    this.#idle.push(connection);
  }
}
