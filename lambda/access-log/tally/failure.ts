import type { Signatures } from '../../model/access-log-summary.ts';

/** A request that got the load balancer's own 502, as far as explanations need it. */
export interface Failure {
  /** When the load balancer answered, seconds since 1970. */
  readonly endSeconds: number;
  /** When the request was sent to the target; of one that was not dispatched, when it came. */
  readonly sentSeconds: number;
  /** How long the target had it; -1 where it was not dispatched. */
  readonly targetSeconds: number;
  readonly signature: keyof Signatures;
  /** Number of the target group; -1 where the line names none. */
  readonly group: number;
  /** Number of the target; -1 where the line names none. */
  readonly target: number;
  readonly node: number;
  /** Hashes of method and path (see `PathHash`). */
  readonly exactPath: number;
  readonly route: number;
  readonly packedPath: number;
  /** Hash of the client, signed as in the exchanges of its stream. */
  readonly client: number;
  /** Bytes of the request of a method that has a body; -1 for the others. */
  readonly bodyBytes: number;
  /**
   * Failures of one node and target between which it answered nothing share a run; 0 where there is no target.
   */
  readonly run: number;
  /** The same for its node and target group: failures between which no target of the group answered it anything. */
  readonly groupRun: number;
  /** Whether nothing of its run failed before it. */
  readonly isFirstOfRun: boolean;
  /**
   * When its node and target last had a request that the target neither answered nor broke off (504, 460), seconds since
   * 1970; `-Infinity` where there was none before.
   */
  readonly unansweredSeconds: number;
}

/** Longer than a round trip to any target, even from a busy machine; work that is shorter breaks off as well. */
const LONGEST_CLOSE_SECONDS = 0.25;

/** Whether the target may have closed the connection as the request came, without having worked on it. */
export const mayBeClose = ({ signature, targetSeconds }: Failure): boolean =>
  signature === 'closedOnReuse' || (signature === 'midRequest' && targetSeconds <= LONGEST_CLOSE_SECONDS);
