import type { Random } from './random.ts';
import type { TrueCause } from './scenario.ts';

/** A connection of one node to one target. */
export interface Connection {
  requests: number;
  idleSince: number;
  /** When the load balancer will see the server's FIN; null: the server does not close it. */
  finAt: number | null;
  finCause: TrueCause;
}

interface InUse {
  readonly connection: Connection;
  readonly until: number;
}

/** Idle connections of one node to one target, and the rule by which the next is taken. */
export class Pool {
  private idle: Connection[] = [];
  private inUse: InUse[] = [];
  private readonly discipline: 'lifo' | 'fifo' | 'random';
  private readonly random: Random;

  constructor(discipline: 'lifo' | 'fifo' | 'random', random: Random) {
    this.discipline = discipline;
    this.random = random;
  }

  /** An idle connection, or a new one. Those whose FIN was seen, or that are idle too long, are gone. */
  take(at: number, idleTimeoutSeconds: number): Connection {
    this.comeHome(at);
    this.idle = this.idle.filter(
      ({ finAt, idleSince }) => (finAt === null || finAt > at) && at - idleSince < idleTimeoutSeconds,
    );
    const place =
      this.discipline === 'lifo'
        ? this.idle.length - 1
        : this.discipline === 'fifo'
          ? 0
          : this.random.whole(Math.max(1, this.idle.length));
    const [taken] = this.idle.splice(Math.max(0, place), 1);
    return taken ?? { requests: 0, idleSince: at, finAt: null, finCause: 'keepalive-mismatch' };
  }

  giveBack(connection: Connection, until: number, finAt: number | null): void {
    connection.finAt = finAt;
    connection.finCause = 'keepalive-mismatch';
    connection.idleSince = until;
    this.inUse.push({ connection, until });
  }

  private comeHome(at: number): void {
    if (this.inUse.length === 0) return;
    const back = this.inUse.filter(({ until }) => until <= at).sort((a, b) => a.until - b.until);
    this.inUse = this.inUse.filter(({ until }) => until > at);
    this.idle.push(...back.map(({ connection }) => connection));
  }

  /** The process ends: what is idle gets a FIN. */
  closeAll(at: number, finAt: number, cause: TrueCause): void {
    this.comeHome(at);
    for (const connection of this.idle) {
      connection.finAt = finAt;
      connection.finCause = cause;
    }
  }
}
