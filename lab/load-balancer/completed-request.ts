import type { Fault } from './exchange.ts';
import type { WireEvent } from './wire-history.ts';

/** A node of the load balancer: one address in one zone. */
export interface NodeIdentity {
  readonly ip: string;
  readonly zone: string;
}

/** Everything the stand-in knows of a request once it is over. Instants are lab time in epoch milliseconds. */
export interface CompletedRequest {
  readonly node: NodeIdentity;
  /** `IP:PORT` of the client. */
  readonly client: string;
  readonly traceId: string;
  readonly method: string;
  readonly url: string;
  readonly httpVersion: string;
  readonly host: string;
  readonly userAgent: string;
  readonly receivedAt: number;
  readonly finishedAt: number;
  readonly targetGroup: { readonly arn: string; readonly dimension: string; readonly lambda: boolean } | null;
  /** `IP:PORT`; null where no target was chosen, and for Lambda. */
  readonly target: string | null;
  /** Seconds until the request was written; null (logged as -1) where it never was. */
  readonly requestSeconds: number | null;
  /** Seconds from there to the target's first byte or its closing; null where neither came. */
  readonly targetSeconds: number | null;
  readonly responseSeconds: number | null;
  readonly elbStatus: number;
  readonly targetStatus: number | null;
  readonly receivedBytes: number;
  readonly sentBytes: number;
  readonly errorReason: string | null;
  /** What no log tells, and the lab knows. */
  readonly truth: {
    readonly fault: Fault | null;
    /** Lab seconds the connection lay idle before this request; null for a new one or none. */
    readonly idleGapSeconds: number | null;
    /** Requests on the connection, this one included; null where there was none. */
    readonly requestOnConnection: number | null;
    /** What was seen on its connection, the request before included; empty where it went well. */
    readonly wire: readonly WireEvent[];
  };
}
