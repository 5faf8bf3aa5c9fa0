import type { EventQueue } from './event-queue.ts';
import type { Group } from './group.ts';
import type { Logged } from './log-line.ts';
import { Pool } from './pool.ts';
import type { Random } from './random.ts';
import type { Ask, Treatment, Truth } from './request.ts';
import type { Connection, Flight, Target } from './target.ts';

export interface BalancerSettings {
  readonly nodes: number;
  readonly order: 'lifo' | 'fifo';
  readonly idleTimeoutSeconds: number;
  /** Network and kernel, node to target. */
  readonly oneWaySeconds: number;
}

/** A request on its way through one node to one target. */
interface Passage {
  readonly ask: Ask;
  readonly createdAt: number;
  readonly node: number;
  readonly group: Group;
  readonly target: Target;
}

/** The nodes of one Application Load Balancer with their pools; says of each request how it ended, and of what. */
export class LoadBalancer {
  readonly settings: BalancerSettings;
  readonly groups: Group[] = [];
  readonly #queue: EventQueue;
  readonly #random: Random;
  readonly #pools = new Map<string, Pool>();
  readonly #write: (logged: Logged, truth: Truth | null) => void;

  constructor(
    settings: BalancerSettings,
    queue: EventQueue,
    random: Random,
    write: (logged: Logged, truth: Truth | null) => void,
  ) {
    this.settings = settings;
    this.#queue = queue;
    this.#random = random;
    this.#write = write;
  }

  send(ask: Ask): void {
    const node = this.#random.integer(0, this.settings.nodes - 1);
    const createdAt = this.#queue.now;
    const group = this.#groupOf(ask.path);
    const target = group.choose();
    if (target === null) {
      this.#log({ ask, createdAt, node, group, target: null }, 503, {});
      return;
    }
    const passage = { ask, createdAt, node, group, target };
    if (group.isLambda) this.#invoke(passage);
    else this.#dispatch(passage);
  }

  #groupOf(path: string): Group {
    const matching = this.groups.filter(({ pathPrefix }) => path.startsWith(pathPrefix));
    const longest = matching.sort((a, b) => b.pathPrefix.length - a.pathPrefix.length)[0];
    if (longest === undefined) throw new RangeError(`no group serves ${path}`);
    return longest;
  }

  #dispatch(passage: Passage): void {
    const { group, target, node } = passage;
    const oneWay = this.#oneWay();
    const { now } = this.#queue;
    const pooled = this.#poolOf(node, target).take(now, oneWay, this.settings.idleTimeoutSeconds);
    let arrivesAt = now + oneWay;
    let connection = pooled;
    if (connection === null) {
      const refusal = target.listening ? this.#connectFault(passage) : target.downTruth;
      if (refusal !== null) {
        this.#queue.after(2 * oneWay, () => this.#log(passage, 502, { truth: refusal, refused: true }));
        return;
      }
      connection = target.connect(node, now);
      arrivesAt += 2 * oneWay;
    }
    const taken = connection;
    const busy = group.rules.busySeconds ?? 0;
    if (pooled !== null && pooled.closesAt <= arrivesAt + this.#random.next() * busy) {
      // The FIN that was under way, or the RST that answers the request, whichever is first.
      const told = Math.min(Math.max(pooled.closesAt, now) + oneWay, arrivesAt + oneWay);
      this.#queue.at(told, () => this.#break(passage, taken, taken.closeTruth));
      return;
    }
    taken.closesAt = Number.POSITIVE_INFINITY;
    this.#queue.at(arrivesAt, () => this.#arrive(passage, taken, oneWay));
  }

  #connectFault({ group, target, node }: Passage): Truth | null {
    for (const fault of group.connectFaults) {
      const truth = fault(target, node, this.#queue.now, this.#random);
      if (truth !== null) return truth;
    }
    return null;
  }

  #arrive(passage: Passage, connection: Connection, oneWay: number): void {
    const { now } = this.#queue;
    const { target } = passage;
    const breakNow = (truth: Truth) =>
      this.#queue.after(oneWay, () => this.#break(passage, connection, truth));
    if (connection.closesAt <= now) {
      breakNow(connection.closeTruth);
      return;
    }
    const aged = now - connection.openedAt > connection.ageLimitSeconds;
    const closesOnNext = target.rules.closesAfterLastSeconds === undefined;
    if (aged || (closesOnNext && connection.requests >= connection.requestLimit)) {
      breakNow('requests-per-connection-limit');
      return;
    }
    let over = false;
    const flight: Flight = {
      connection,
      breakOff: (truth) => {
        if (over) return;
        over = true;
        target.flights.delete(flight);
        this.#queue.after(oneWay, () => this.#break(passage, connection, truth));
      },
    };
    target.flights.add(flight);
    const treatment = this.#treatment(passage, flight, now);
    this.#queue.after(treatment.afterSeconds, () => {
      if (over) return;
      if (treatment.kind === 'break') {
        flight.breakOff(treatment.truth);
        treatment.also?.();
        return;
      }
      over = true;
      target.flights.delete(flight);
      connection.requests++;
      target.rest(connection, this.#queue.now);
      this.#queue.after(oneWay, () => this.#answer(passage, connection, treatment.status));
    });
  }

  #treatment({ ask, group, target, node }: Passage, flight: Flight, now: number): Treatment {
    const random = this.#random;
    let treatment: Treatment | null = null;
    for (const fault of group.faults) {
      treatment = fault({ ask, target, node, now, random, flight, queue: this.#queue });
      if (treatment) break;
    }
    treatment ??= { kind: 'answer', afterSeconds: ask.workSeconds, status: usualStatus(random) };
    const timeout = target.workerTimeout(now);
    return treatment.afterSeconds > timeout
      ? { kind: 'break', afterSeconds: timeout, truth: 'worker-timeout' }
      : treatment;
  }

  #answer(passage: Passage, connection: Connection, status: number): void {
    const { now } = this.#queue;
    const targetSeconds = now - passage.createdAt;
    if (targetSeconds > this.settings.idleTimeoutSeconds) {
      this.#log(passage, 504, {});
      return;
    }
    connection.idleSince = now;
    this.#poolOf(connection.node, connection.target).putBack(connection);
    this.#log(passage, status, { targetStatus: status, targetSeconds });
  }

  #break(passage: Passage, connection: Connection, truth: Truth): void {
    connection.target.connections.delete(connection);
    const targetSeconds = this.#queue.now - passage.createdAt;
    this.#log(passage, 502, { truth, targetSeconds });
  }

  #invoke(passage: Passage): void {
    const { ask, group, target, node } = passage;
    const { now } = this.#queue;
    const random = this.#random;
    const connection = target.connect(node, now);
    const flight = { connection, breakOff: () => undefined };
    const fault = group.faults
      .map((each) => each({ ask, target, node, now, random, flight, queue: this.#queue }))
      .find(Boolean);
    const seconds = fault?.afterSeconds ?? ask.workSeconds;
    this.#queue.after(seconds, () => {
      if (fault?.kind === 'break') {
        this.#log(passage, 502, { truth: fault.truth, targetSeconds: seconds, lambda: true });
      } else this.#log(passage, 200, { targetStatus: 200, targetSeconds: seconds });
    });
  }

  #log(
    passage: Omit<Passage, 'target'> & { readonly target: Target | null },
    status: number,
    end: {
      truth?: Truth;
      refused?: boolean;
      lambda?: boolean;
      targetStatus?: number;
      targetSeconds?: number;
    },
  ): void {
    const { ask, group, target } = passage;
    const dispatched = end.targetSeconds !== undefined;
    this.#write(
      {
        ask,
        createdAt: passage.createdAt,
        endedAt: this.#queue.now,
        node: passage.node,
        groupArn: group.arn,
        target: group.isLambda ? null : (target?.address ?? null),
        requestSeconds: dispatched ? this.#random.next() * 0.0012 : null,
        targetSeconds: end.targetSeconds ?? null,
        responseSeconds: end.targetStatus !== undefined || end.lambda ? 0 : null,
        status,
        targetStatus: end.targetStatus ?? null,
        errorReason: end.lambda ? this.#random.pick(LAMBDA_REASONS) : null,
      },
      end.truth ?? null,
    );
    ask.onEnd?.(status);
  }

  #poolOf(node: number, target: Target): Pool {
    const key = `${node} ${target.address}`;
    let pool = this.#pools.get(key);
    if (pool === undefined) {
      pool = new Pool(this.settings.order);
      this.#pools.set(key, pool);
    }
    return pool;
  }

  #oneWay(): number {
    return this.settings.oneWaySeconds * this.#random.between(0.8, 1.3);
  }
}

const LAMBDA_REASONS = ['LambdaUnhandled', 'LambdaUnhandled', 'LambdaInvalidResponse'];

const usualStatus = (random: Random): number =>
  random.chance(0.93) ? 200 : random.pick([201, 204, 302, 304, 304, 404, 404, 400, 500]);
