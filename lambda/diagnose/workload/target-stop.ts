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
  /** `IP:PORT`; null where it is not known. */
  readonly target: string | null;
  /** `task 0a1b2c3d of shop:42: OutOfMemoryError, exit code 137`. */
  readonly description: string;
  readonly source: string;
}
