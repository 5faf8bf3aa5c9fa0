import { DEFAULT_IDLE_TIMEOUT_SECONDS } from '../../lambda/diagnose/keep-alive/keep-alive.ts';
import type { CheckedTargetGroup } from '../model.ts';
import type { ByHand } from './by-hand.ts';
import type { ServerOfContainer } from './container-servers.ts';
import { type CheckedPath, type NotJoined, ofSomebody, type PathLoadBalancer } from './path.ts';
import type { Program } from './programs.ts';

/** What is known besides the files of the repository. */
export interface JoinOptions {
  /** Stands in for load balancers that are defined elsewhere; null where nobody said one. */
  readonly idleTimeoutSeconds: { readonly seconds: number; readonly origin: 'option' | 'document' } | null;
  readonly byHand: ByHand | null;
  readonly serverOf: ServerOfContainer;
}

/** Everything that could be joined, and what could not. */
export interface Joined {
  readonly paths: readonly CheckedPath[];
  /** Workloads behind a target group whose server cannot be read: only how they stop is compared. */
  readonly withoutServer: readonly CheckedPath[];
  readonly notJoined: readonly NotJoined[];
}

/** A load balancer or target group whose server is not known yet. */
export interface OpenEnd {
  readonly loadBalancer: PathLoadBalancer;
  readonly targetGroup: CheckedTargetGroup | null;
  /** The workload behind the target group, whose server cannot be read; null where there is none. */
  readonly program: Program | null;
}

/** The load balancer that stands in for one that is defined elsewhere. */
export function standIn({ idleTimeoutSeconds }: JoinOptions): PathLoadBalancer {
  return idleTimeoutSeconds === null
    ? ofSomebody('an ALB with the default idle timeout', 'default', DEFAULT_IDLE_TIMEOUT_SECONDS)
    : ofSomebody('the ALB', idleTimeoutSeconds.origin, idleTimeoutSeconds.seconds);
}
