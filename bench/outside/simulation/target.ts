import type { Random } from './random.ts';
import type { Truth } from './request.ts';

/** What a server does with its connections. Absent: it never does. */
export interface ServerRules {
  readonly keepAliveSeconds?: number;
  /** Each connection's own keep-alive is this much longer at most. */
  readonly keepAliveJitterSeconds?: number;
  /** Idle connections are looked at once in this time; a connection lives until the next look. */
  readonly sweepSeconds?: number;
  /** A request that lies this long in the socket of a busy process is lost with the close. */
  readonly busySeconds?: number;
  /** The connection is closed, unannounced, when the request after this one arrives. */
  readonly requestLimit?: number;
  readonly requestLimitJitter?: number;
  /** The limit is met right after the last answer, within this time, and not when the next request arrives. */
  readonly closesAfterLastSeconds?: number;
  readonly ageLimitSeconds?: number;
  readonly ageLimitJitterSeconds?: number;
  readonly workerTimeoutSeconds?: number;
  /** Workers are looked at once in this time. */
  readonly workerSweepSeconds?: number;
}

export interface Connection {
  readonly node: number;
  readonly target: Target;
  readonly openedAt: number;
  readonly requestLimit: number;
  readonly ageLimitSeconds: number;
  readonly keepAliveSeconds: number;
  requests: number;
  idleSince: number;
  /** When the target closes it while it is idle. */
  closesAt: number;
  closeTruth: Truth;
}

/** A request that a target works on. */
export interface Flight {
  readonly connection: Connection;
  readonly breakOff: (truth: Truth) => void;
}

/** One server behind the load balancer, and what it is doing. */
export class Target {
  readonly flights = new Set<Flight>();
  readonly connections = new Set<Connection>();
  listening = true;
  /** The load balancer sends it requests. */
  routed = true;
  downTruth: Truth = 'connection-refused';
  readonly address: string;
  readonly rules: ServerRules;
  readonly #random: Random;
  readonly #sweepPhase: number;

  constructor(address: string, rules: ServerRules, random: Random) {
    this.address = address;
    this.rules = rules;
    this.#random = random;
    this.#sweepPhase = random.next();
  }

  connect(node: number, now: number): Connection {
    const { rules } = this;
    const random = this.#random;
    const connection: Connection = {
      node,
      target: this,
      openedAt: now,
      requestLimit:
        (rules.requestLimit ?? Number.POSITIVE_INFINITY) + random.integer(0, rules.requestLimitJitter ?? 0),
      ageLimitSeconds:
        (rules.ageLimitSeconds ?? Number.POSITIVE_INFINITY) +
        random.next() * (rules.ageLimitJitterSeconds ?? 0),
      keepAliveSeconds:
        (rules.keepAliveSeconds ?? Number.POSITIVE_INFINITY) +
        random.next() * (rules.keepAliveJitterSeconds ?? 0),
      requests: 0,
      idleSince: now,
      closesAt: Number.POSITIVE_INFINITY,
      closeTruth: 'keepalive-mismatch',
    };
    this.connections.add(connection);
    return connection;
  }

  /** The target has sent its answer: when will it close this connection? */
  rest(connection: Connection, now: number): void {
    const lastAnswer = this.rules.closesAfterLastSeconds;
    if (!this.listening) {
      connection.closesAt = now;
      connection.closeTruth = this.downTruth;
    } else if (lastAnswer !== undefined && connection.requests >= connection.requestLimit) {
      connection.closesAt = now + this.#random.next() * lastAnswer;
      connection.closeTruth = 'requests-per-connection-limit';
    } else {
      connection.closesAt = this.#nextLook(now + connection.keepAliveSeconds, this.rules.sweepSeconds);
      connection.closeTruth = 'keepalive-mismatch';
    }
  }

  /** How long a worker may work on a request that arrived now. */
  workerTimeout(now: number): number {
    const { workerTimeoutSeconds: timeout, workerSweepSeconds: sweep } = this.rules;
    return timeout === undefined ? Number.POSITIVE_INFINITY : this.#nextLook(now + timeout, sweep) - now;
  }

  #nextLook(due: number, sweepSeconds: number | undefined): number {
    if (sweepSeconds === undefined || due === Number.POSITIVE_INFINITY) return due;
    const phase = this.#sweepPhase * sweepSeconds;
    return Math.ceil((due - phase) / sweepSeconds) * sweepSeconds + phase;
  }

  /** It stops listening and closes what is idle; what it works on is broken off, or finished where it is graceful. */
  stop(now: number, truth: Truth, graceful: boolean): void {
    this.listening = false;
    this.downTruth = truth;
    for (const connection of this.connections) {
      if (connection.closesAt > now) {
        connection.closesAt = now;
        connection.closeTruth = truth;
      }
    }
    if (!graceful) for (const flight of [...this.flights]) flight.breakOff(truth);
  }

  start(): void {
    this.listening = true;
  }
}
