import type { Cause } from '../lambda/model/cause.ts';
import type { LabClock } from './clock.ts';
import type { LoadBalancer } from './load-balancer/load-balancer.ts';
import type { Random } from './random.ts';
import type { ServerProcess } from './servers/server-process.ts';
import type { Habits } from './traffic/visitor.ts';

/** A program that must be installed, and the Debian package that has it. */
export interface Need {
  readonly program: string;
  readonly debianPackage: string;
}

/** What a scenario is set up on. */
export interface Stage {
  readonly clock: LabClock;
  readonly random: Random;
  readonly loadBalancer: LoadBalancer;
  /** Starts one of the lab's own servers; it ends with the stage. */
  readonly startServer: (module: string, settings: object) => Promise<ServerProcess>;
  /** Is called when the stage closes, before what was begun earlier is ended. */
  readonly onClose: (ending: () => Promise<void>) => void;
  /** Waits so many lab seconds; ends early, by throwing, when the stage closes. */
  readonly wait: (labSeconds: number) => Promise<void>;
}

/** What an engineer would do about it. */
export interface Fix {
  /** One line for the reader. */
  readonly says: string;
  readonly apply: () => Promise<void>;
}

/** A scenario that is set up. */
export interface Play {
  /** Lines that say what stands where, for the reader. */
  readonly scene: readonly string[];
  readonly habits: (visitor: number) => Habits;
  /** Goes wrong again and again until the stage closes or the fix is applied. */
  readonly disturb?: (signal: AbortSignal) => Promise<void>;
  /** null where the tour has none to show. */
  readonly fix: Fix | null;
}

/** A failure, or the absence of one, that a real server really has. */
export interface Scenario {
  readonly name: string;
  readonly title: string;
  /**
   * The cause that a right diagnosis names, `undetermined` where nothing in common is to be found; null for a healthy
   * control, which must raise no alert but the warning of `warns`.
   */
  readonly truth: Cause | null;
  /** Other verdicts that are right as well: a second cause, or that none can be told. */
  readonly orElse?: readonly Cause[];
  /** Its configuration is one to warn of, though nothing fails. */
  readonly warns?: true;
  /** null where Node is enough. */
  readonly needs: Need | null;
  /** Lab seconds per real second. */
  readonly scale: number;
  readonly nodeCount: number;
  /** Real milliseconds between node and target, one way. */
  readonly oneWayMs: number;
  readonly setUp: (stage: Stage) => Promise<Play>;
}

/** Whether the diagnosis is one that its scenario bears out. */
export function isRight(
  { truth, orElse = [] }: Pick<Scenario, 'truth' | 'orElse'>,
  verdict: Cause | null,
): boolean {
  return verdict === truth || (verdict !== null && orElse.includes(verdict));
}
