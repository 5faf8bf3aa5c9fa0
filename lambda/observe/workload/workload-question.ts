import type { Gap, TargetGroup } from '../../model/evidence.ts';
import type { Workload } from '../../model/workload.ts';
import type { ClientOptions } from '../clients.ts';
import type { Sharing } from '../pacer.ts';
import type { EcsIndexStore } from './ecs-index.ts';

/** Target groups, and how much of what runs behind them is of interest. */
export interface WorkloadQuestion {
  readonly region: string;
  readonly groups: readonly Pick<TargetGroup, 'arn' | 'name' | 'targetType' | 'targets' | 'tags'>[];
  /** What came to an end before it is left out. ISO time. */
  readonly since: string;
  /**
   * Without 502s, what a service is made of is all there is to know; with them also what happened to it: deployments,
   * stopped tasks, scaling activities.
   */
  readonly isFailing: boolean;
}

/** What runs behind each target group, by ARN, as far as AWS was asked; Kubernetes is known from tags. */
export interface WorkloadReading {
  readonly workloads: ReadonlyMap<string, Workload>;
  readonly gaps: readonly Gap[];
}

/**
 * Reads workloads.
 *
 * @throws RemoteError where the credentials are missing, expired or refused
 */
export type ReadWorkloads = (question: WorkloadQuestion) => Promise<WorkloadReading>;

/** How workloads are read. */
export interface WorkloadOptions {
  readonly client?: ClientOptions;
  /** Processes that share what ECS, EC2 Auto Scaling and Lambda allow. */
  readonly sharing: Sharing;
  /** How long one look waits for the list of a region's ECS services. */
  readonly maxListingMs: number;
  /** null: nobody looks again. */
  readonly store: EcsIndexStore | null;
}
