/** What the simulated failure was. */
export type TrueCause =
  | 'keepalive-mismatch'
  | 'requests-per-connection-limit'
  | 'deployment'
  | 'deregistration-delay-elapsed'
  | 'target-crash'
  | 'worker-timeout'
  | 'connection-refused'
  | 'malformed-response'
  | 'response-header-too-large'
  | 'lambda-target-error';

/** Traffic of many users, or of one client that calls with a period. Rates are per second for the whole balancer. */
export type Traffic =
  | { readonly kind: 'poisson'; readonly rate: number; readonly paths?: number }
  | {
      readonly kind: 'bursty';
      readonly rate: number;
      /** Requests of a burst, on average, and the time over which they come. */
      readonly burst: number;
      readonly burstSeconds: number;
      readonly paths?: number;
    }
  | { readonly kind: 'periodic'; readonly periodSeconds: number; readonly jitterSeconds: number }
  /** Every so often one request, and always the same time after it another. */
  | {
      readonly kind: 'paired';
      readonly rate: number;
      readonly pauseSeconds: number;
      readonly jitterSeconds: number;
    };

/** A target group and how its servers behave. */
export interface GroupSpec {
  readonly name: string;
  readonly targets: number;
  readonly share: number;
  readonly lambda?: boolean;
  /** Idle time after which servers close; of each target in turn where several are given. null: never. */
  readonly keepAliveSeconds: readonly (number | null)[];
  /** The fix: from then on all servers close after this idle time, on the same addresses. */
  readonly fixed?: { readonly atSeconds: number; readonly keepAliveSeconds: number | null };
  /** Servers close up to this much later (a timer that looks once in a while). */
  readonly granularitySeconds?: number;
  readonly roundTripSeconds: number;
  readonly pool: 'lifo' | 'fifo' | 'random';
  readonly serviceSeconds: number;
  /** Servers reset the connection at the request after this many. */
  readonly requestsPerConnection?: number;
  /** Share of requests that hang, and when the server kills their worker. */
  readonly hangs?: {
    readonly share: number;
    readonly killedAfterSeconds: number;
    readonly slackSeconds: number;
  };
  /** One path (or client) whose response cannot be passed on. */
  readonly malformedPath?: { readonly share: number; readonly afterSeconds?: number };
  readonly largeHeaderClients?: { readonly clients: number; readonly share: number };
  readonly crashes?: readonly {
    readonly atSeconds: number;
    readonly target: number;
    readonly downSeconds: number;
  }[];
  /** A target leaves and is sent nothing new; its last requests end with the deregistration delay. */
  readonly drains?: readonly {
    readonly atSeconds: number;
    readonly target: number;
    readonly delaySeconds: number;
    /** The lines carry -1 in all times. */
    readonly undispatched: boolean;
  }[];
  /** Targets are replaced one after the other, each killed with requests in flight. */
  readonly deployment?: { readonly atSeconds: number; readonly everySeconds: number };
  /** Stretches in which connections to a target are refused. */
  readonly refusals?: readonly {
    readonly fromSeconds: number;
    readonly toSeconds: number;
    readonly target: number;
    /** Only of this node: something between them refuses. */
    readonly node?: number;
  }[];
  readonly lambdaErrorShare?: number;
}

/** One load balancer with its traffic. */
export interface Scenario {
  readonly seed: number;
  readonly durationSeconds: number;
  readonly nodes: number;
  readonly idleTimeoutSeconds: number;
  readonly traffic: readonly Traffic[];
  readonly groups: readonly GroupSpec[];
  /** Share of failed requests that their client sends again, and after how long. */
  readonly retries?: { readonly share: number; readonly afterSeconds: number };
  /** How the load balancer learns of the close: by the FIN, or by the reset that answers the request. */
  readonly seenBy?: 'fin' | 'rst';
}

/** One line to be written, before it is text. */
export interface Exchange {
  readonly node: number;
  readonly group: number;
  readonly target: string;
  readonly client: string;
  readonly path: string;
  /** Seconds from the begin of the log. */
  readonly arrived: number;
  readonly end: number;
  readonly requestSeconds: number;
  readonly targetSeconds: number;
  readonly responseSeconds: number;
  readonly elbStatus: number;
  readonly targetStatus: number | null;
  readonly errorReason: string | null;
  /** Why it failed, if the load balancer answered 502. */
  readonly cause: TrueCause | null;
}
