import type { Fault } from './fault.ts';
import type { Traffic } from './traffic.ts';
import type { Cause, ExplanationKind } from './truth.ts';

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
  /** A server looks for connections that were idle too long only so often. */
  readonly sweepSeconds?: number;
  readonly roundTripSeconds: number;
  readonly pool: 'lifo' | 'fifo' | 'random';
  readonly serviceSeconds: number;
  /** Servers reset the connection at the request after this many. */
  readonly requestsPerConnection?: number;
  /** The limit of each connection is up to so many requests higher. */
  readonly requestsPerConnectionJitter?: number;
  /** Servers end connections of this age, unannounced. */
  readonly connectionAge?: ConnectionAge;
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
  readonly deployment?: {
    readonly atSeconds: number;
    readonly everySeconds: number;
    /** Each is sent nothing new and ends what it has: nobody notices. */
    readonly graceful?: true;
    /** The process starts again on its own address; else a new target takes its place. */
    readonly inPlace?: true;
  };
  /** Stretches in which connections to a target are refused. */
  readonly refusals?: readonly {
    readonly fromSeconds: number;
    readonly toSeconds: number;
    readonly target: number;
    /** Only of this node: something between them refuses. */
    readonly node?: number;
  }[];
  readonly lambdaErrorShare?: number;
  /** The target group speaks TLS: a new connection takes two round trips more. */
  readonly tls?: true;
  /** What else makes requests fail; the first that matches and strikes counts. */
  readonly faults?: readonly Fault[];
}

/** A limit to the age of connections. */
export interface ConnectionAge {
  readonly seconds: number;
  /** Each connection lives up to so much longer. */
  readonly jitterSeconds: number;
  /** Resets the next request, or cuts whatever is in flight at that instant. */
  readonly ends: 'next request' | 'at once';
}

/** One load balancer with its traffic. */
export interface Scenario {
  readonly seed: number;
  readonly durationSeconds: number;
  readonly nodes: number;
  readonly idleTimeoutSeconds: number;
  /** What clients speak: HTTPS where it is absent. */
  readonly clientProtocol?: 'http' | 'https' | 'h2';
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
  readonly method: string;
  readonly path: string;
  /** Of the request, headers and body. */
  readonly receivedBytes: number;
  readonly sentBytes: number;
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
  readonly cause: Cause | null;
  /** What explains that it failed; null too where nothing does. */
  readonly kind: ExplanationKind | null;
}
