import type { Random } from './random.ts';
import type { Cause, ExplanationKind } from './truth.ts';

/** A connection of one node to one target. */
export interface Connection {
  requests: number;
  idleSince: number;
  /** When the load balancer will see the server's FIN; infinity: the server does not close it. */
  finAt: number;
  finCause: Cause;
  finKind: ExplanationKind;
  /** Of requests, where the server has one. */
  readonly limit: number;
  /** When it is too old, where the server has such a limit. */
  readonly oldAt: number;
}

/** What a server allows a connection that is opened now. */
export type Limits = Pick<Connection, 'limit' | 'oldAt'>;

interface InUse {
  readonly connection: Connection;
  readonly until: number;
}

// All connections have their fields in one order: the engine reads them faster so.
const opened = (at: number, { limit, oldAt }: Limits): Connection => ({
  requests: 0,
  idleSince: at,
  finAt: Number.POSITIVE_INFINITY,
  finCause: 'keepalive-mismatch',
  finKind: 'idle-time',
  limit,
  oldAt,
});

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
  take(at: number, idleTimeoutSeconds: number, limitsOf: () => Limits): Connection {
    this.comeHome(at);
    this.idle = this.idle.filter(({ finAt, idleSince }) => finAt > at && at - idleSince < idleTimeoutSeconds);
    const place =
      this.discipline === 'lifo'
        ? this.idle.length - 1
        : this.discipline === 'fifo'
          ? 0
          : this.random.whole(Math.max(1, this.idle.length));
    const [taken] = this.idle.splice(Math.max(0, place), 1);
    return taken ?? opened(at, limitsOf());
  }

  giveBack(
    connection: Connection,
    until: number,
    fin: { readonly at: number; readonly cause: Cause; readonly kind: ExplanationKind },
  ): void {
    connection.finAt = fin.at;
    connection.finCause = fin.cause;
    connection.finKind = fin.kind;
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
  closeAll(at: number, finAt: number, cause: Cause): void {
    this.comeHome(at);
    for (const connection of this.idle) {
      connection.finAt = finAt;
      connection.finCause = cause;
      connection.finKind = 'target-stop';
    }
  }

  /** The load balancer lets go of the target and closes what it has to it. */
  empty(): void {
    this.idle = [];
    this.inUse = [];
  }
}
