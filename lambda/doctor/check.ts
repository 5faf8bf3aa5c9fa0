import type { ClientOptions } from '../observe/clients.ts';
import type { DeployedStack } from '../observe/stack.reader.ts';
import type { MonitorStore } from '../store/monitor-store.ts';

/** Everything `doctor` looks at, in its order (contract: ids are added, never renamed). */
export const CHECK_IDS = [
  'stack',
  'version',
  'screening',
  'investigation',
  'reads',
  'metrics-insights',
  'trail',
  'access-logs',
  'probe',
  'queue',
  'dead-letters',
  'outbox',
  'subscriptions',
  'chat',
  'delivery',
] as const;
export type CheckId = (typeof CHECK_IDS)[number];

/**
 * `ok`: seen to be right. `problem`: seen to be wrong. `unknown`: could not be seen, which is no all-clear. `skipped`:
 * there is nothing to look at.
 */
export type Outcome = 'ok' | 'problem' | 'unknown' | 'skipped';

/** One thing that a check found, in one line, and what to do about it. */
export interface CheckResult {
  readonly outcome: Outcome;
  readonly what: string;
  /** null where nothing needs to be done. */
  readonly todo: string | null;
}

/** A deployed monitor, and with what it is looked at. */
export interface Deployment {
  /** Of the stack. */
  readonly region: string;
  readonly account: string;
  readonly stack: DeployedStack;
  readonly options: ClientOptions;
  /** Of the command line. */
  readonly version: string;
  readonly now: Date;
}

/** What is known of it before the first check. */
export interface Examined extends Deployment {
  /** The regions that it watches, or that of the stack alone where they could not be read. */
  readonly watched: readonly string[];
  /** Why they could not be read; null: they could. */
  readonly watchedUnknown: string | null;
  readonly store: MonitorStore;
}

/** One check. It throws a RemoteError where AWS would not answer: that is `unknown`. */
export interface Check {
  readonly id: CheckId;
  /** What it looks for, as the progress line says it. */
  readonly title: string;
  run(examined: Examined): Promise<readonly CheckResult[]>;
}

export const ok = (what: string): CheckResult => ({ outcome: 'ok', what, todo: null });
export const problem = (what: string, todo: string): CheckResult => ({ outcome: 'problem', what, todo });
export const unknown = (what: string, todo: string): CheckResult => ({ outcome: 'unknown', what, todo });
export const skipped = (what: string): CheckResult => ({ outcome: 'skipped', what, todo: null });

/** A time before now, ISO. */
export const hoursBefore = (now: Date, hours: number): string =>
  new Date(now.getTime() - hours * 3_600_000).toISOString();

/** The output of the stack. A check that needs one which is not there has nothing to look at. */
export const outputOf = ({ stack }: Deployment, name: string): string => stack.outputs[name] ?? '';

/** `1 line`, `2 lines`. */
export const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;
