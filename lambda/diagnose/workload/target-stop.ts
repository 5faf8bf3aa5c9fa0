/** Why a target stopped. */
export type StopReason =
  | 'out-of-memory'
  /** It exited by itself with an error code, and not in a rollout. */
  | 'exit'
  | 'rollout'
  | 'scale-in'
  /** Taken back by AWS with a notice: Spot, retirement of a host. */
  | 'interruption'
  /** Its host is gone. */
  | 'host'
  | 'health-check';

/** One target that stopped. */
export interface TargetStop {
  readonly reason: StopReason;
  /** From when it was being stopped, or was found dead, in epoch milliseconds. */
  readonly fromMs: number;
  readonly toMs: number;
  /** `IP:PORT` or `INSTANCE:PORT`, one for each target group that it is in; empty where it is not known. */
  readonly targets: readonly string[];
  /** `task 0a1b2c3d of shop:42: OutOfMemoryError, exit code 137`. */
  readonly description: string;
  readonly source: string;
}

const portOf = (target: string): string => target.slice(target.lastIndexOf(':') + 1);

/** Whether a target as the log names it, `IP:PORT`, can be the one that stopped: of an instance, the port tells. */
export const isStopOf = ({ targets }: TargetStop, logged: string): boolean =>
  targets.some(
    (target) => target === logged || (target.startsWith('i-') && portOf(target) === portOf(logged)),
  );
