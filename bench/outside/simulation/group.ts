import type { EventQueue } from './event-queue.ts';
import type { Random } from './random.ts';
import type { Ask, Treatment, Truth } from './request.ts';
import { type Flight, type ServerRules, Target } from './target.ts';

/** A request that has arrived at a target. */
export interface Visit {
  readonly ask: Ask;
  readonly target: Target;
  readonly node: number;
  readonly now: number;
  readonly random: Random;
  readonly flight: Flight;
  readonly queue: EventQueue;
}

/** What may go wrong with a request; null: it does not concern this one. */
export type Fault = (visit: Visit) => Treatment | null;

/** What may go wrong with a new connection; null: nothing. */
export type ConnectFault = (target: Target, node: number, now: number, random: Random) => Truth | null;

/** A target group: servers of one kind behind one rule. */
export class Group {
  readonly arn: string;
  readonly pathPrefix: string;
  readonly rules: ServerRules;
  readonly faults: Fault[] = [];
  readonly connectFaults: ConnectFault[] = [];
  readonly targets: Target[] = [];
  readonly isLambda: boolean;
  readonly port: number;
  readonly #random: Random;
  readonly #subnet: number;
  #registered = 0;
  #turn = 0;

  constructor(
    random: Random,
    options: { pathPrefix?: string; rules: ServerRules; targets: number; isLambda?: boolean; port?: number },
  ) {
    this.#random = random;
    this.#subnet = random.integer(0, 200);
    this.rules = options.rules;
    this.pathPrefix = options.pathPrefix ?? '/';
    this.isLambda = options.isLambda ?? false;
    this.port = options.port ?? random.pick([80, 3000, 8000, 8080]);
    this.arn = `arn:aws:elasticloadbalancing:eu-central-1:210987654321:targetgroup/tg-${random.hex(4)}/${random.hex(16)}`;
    for (let made = 0; made < options.targets; made++) this.register();
  }

  register(): Target {
    const last = this.#registered++;
    const address = `10.20.${this.#subnet + (last >> 7)}.${4 + ((last * 37) % 250)}:${this.port}`;
    const target = new Target(address, this.rules, this.#random);
    this.targets.push(target);
    return target;
  }

  /** Round robin over the targets that are sent requests. */
  choose(): Target | null {
    const routed = this.targets.filter((target) => target.routed);
    return routed[this.#turn++ % Math.max(1, routed.length)] ?? null;
  }
}
