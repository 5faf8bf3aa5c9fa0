import type { Step } from './traffic.ts';

/** A request as it comes to the load balancer. */
export interface Arrival {
  readonly at: number;
  readonly client: string;
  readonly path: string;
  readonly retry: boolean;
  /** The group that the listener's rules send it to; by the groups' shares where absent. */
  readonly group?: number;
  /** GET where absent. */
  readonly method?: string;
  readonly bodyBytes?: number;
  /** Work as a multiple of the group's, or in seconds. */
  readonly work?: number;
  readonly workSeconds?: number;
  /** What the target answers; 200 where absent. */
  readonly status?: number;
  /** What it is a part of. */
  readonly plan?: Plan;
}

/** A choreography under way. */
export interface Plan {
  readonly steps: readonly Step[];
  /** The step that this request is, and how often it was made. */
  readonly step: number;
  readonly time: number;
  readonly id: number;
  readonly beginner: string;
  /** Whether anything follows this request: of those made at once, only one is followed. */
  readonly leads: boolean;
}
