import type { Route } from './routes.ts';

/**
 * Traffic of one kind; the rates are requests a second for the whole load balancer. Where a group is given the
 * listener sends it there, else it is spread over all by their shares.
 */
export type Traffic = { readonly group?: number } & (
  | Poisson
  | Bursty
  | Periodic
  | Paired
  | Users
  | Choreography
);

interface Poisson {
  readonly kind: 'poisson';
  readonly rate: number;
  readonly paths?: number;
}

export interface Bursty {
  readonly kind: 'bursty';
  readonly rate: number;
  /** Requests of a burst, on average, and the time over which they come. */
  readonly burst: number;
  readonly burstSeconds: number;
  readonly paths?: number;
}

/** One client that calls with a period. */
interface Periodic {
  readonly kind: 'periodic';
  readonly periodSeconds: number;
  readonly jitterSeconds: number;
}

/** Every so often one request, and always the same time after it another. */
interface Paired {
  readonly kind: 'paired';
  readonly rate: number;
  readonly pauseSeconds: number;
  readonly jitterSeconds: number;
}

/** People: visits of several pages, each of a few requests at once, with pauses to read. */
export interface Users {
  readonly kind: 'users';
  readonly rate: number;
  readonly clients: number;
  /** Exponent by which few clients make most of the visits; 0: all alike. */
  readonly zipf: number;
  readonly pagesPerVisit: number;
  readonly requestsPerPage: number;
  /** Median of the pauses between pages, and the deviation of their logarithm. */
  readonly pauseSeconds: number;
  readonly pauseSigma: number;
  readonly routes: readonly Route[];
  readonly cycle?: Cycle;
}

/** A swing of the rate, such as of day and night: from `1 - depth` to `1 + depth` of it. */
export interface Cycle {
  readonly periodSeconds: number;
  readonly depth: number;
  /** Where in the swing the log begins, 0 to 1. */
  readonly phase: number;
}

/** Requests that follow from one another, by a rule of the application. */
export interface Choreography {
  readonly kind: 'choreography';
  /** Client addresses are `198.51.A.B` of the numbers from here on. */
  readonly firstClient: number;
  readonly clients: number;
  readonly starts: Starts;
  /** The first is what starts it. */
  readonly steps: readonly [Step, ...Step[]];
}

export type Starts =
  | { readonly by: 'chance'; readonly rate: number }
  /** Each client by its own clock, or all at the same ticks. */
  | {
      readonly by: 'clock';
      readonly periodSeconds: number;
      readonly jitterSeconds: number;
      readonly together: boolean;
    };

export interface Step {
  readonly method: string;
  /** `{id}` is the same in all steps. */
  readonly path: string;
  readonly bodyBytes?: number;
  /** Work of the target on it, and the spread of its logarithm; as the group's other requests where absent. */
  readonly workSeconds?: number;
  readonly workSigma?: number;
  /** Share that the target answers with 503. */
  readonly unavailableShare?: number;
  /** Wait after the step before: from its answer, or from when it was sent. */
  readonly afterSeconds?: number;
  readonly jitterSeconds?: number;
  readonly from?: 'answer' | 'request';
  /** Who calls: the client that began, or a partner's server that calls back. */
  readonly by?: 'client' | 'partner';
  /** Follows with this chance. */
  readonly chance?: number;
  /** Follows only after such an answer. */
  readonly after?: '2xx' | '503' | '502';
  /** So often, each after the answer of the one before. */
  readonly times?: number;
  /** So many at once; of those only the last is followed. */
  readonly atOnce?: number;
}
