import { HeadTooLargeError, MalformedResponseError, NotHttpError, ReadLimitError } from '../http1/failure.ts';
import { type Endpoint, endpointName } from './endpoint.ts';

/** Why a target could not be measured. */
export type FailureCode =
  | 'unresolvable'
  | 'refused'
  | 'unreachable'
  | 'timeout'
  | 'tls'
  | 'not-http'
  | 'speaks-tls'
  | 'speaks-plain-http'
  | 'speaks-http2'
  /** HTTP/1.x, but not as the load balancer accepts it: it answers 502 in its place. */
  | 'malformed-response'
  | 'response-header-too-large'
  /** Longer, or longer under way, than the probe reads: nothing is known of its end, and it may be well. */
  | 'not-read-to-the-end'
  | 'closed'
  | 'invalid';

/** A target could not be measured; the message names it and says what to do. */
export class ProbeFailure extends Error {
  override readonly name = 'ProbeFailure';
  readonly code: FailureCode;
  /** What was seen, without name and advice. */
  readonly detail: string | undefined;

  constructor(code: FailureCode, message: string, detail?: string) {
    super(message);
    this.code = code;
    this.detail = detail;
  }
}

const CODES: Readonly<Record<string, FailureCode>> = {
  ENOTFOUND: 'unresolvable',
  EAI_AGAIN: 'unresolvable',
  EAI_NODATA: 'unresolvable',
  ECONNREFUSED: 'refused',
  EHOSTUNREACH: 'unreachable',
  ENETUNREACH: 'unreachable',
  EADDRNOTAVAIL: 'unreachable',
  EACCES: 'unreachable',
  EPERM: 'unreachable',
  EINVAL: 'unreachable',
  ETIMEDOUT: 'timeout',
  ECONNRESET: 'closed',
  EPIPE: 'closed',
};

const ADVICE: Readonly<Record<FailureCode, (endpoint: Endpoint) => string>> = {
  unresolvable: ({ host }) => `the name ${host} does not resolve; check it, or give an address`,
  refused: ({ port }) => `nothing listens on port ${port}; check the port and that the server runs`,
  unreachable: () => 'there is no route to it from here; run the probe where its network can be reached',
  timeout: () =>
    'it does not answer; check security groups and that the server is up, or raise --max-seconds',
  tls: ({ port }) => `it does not speak TLS on port ${port}; use http:// if it is a plain port`,
  'not-http': () => 'it does not answer in HTTP/1.x; check the port, or https:// if it expects TLS',
  'speaks-tls': () => 'it answers over TLS only; use https://, and HTTPS as the protocol of its target group',
  'speaks-plain-http': () =>
    'it answers in plain HTTP only; use http://, and HTTP as the protocol of its target group',
  'speaks-http2': () =>
    'it speaks only HTTP/2 over TLS, and the probe measures HTTP/1.1; its target group must have the protocol HTTPS and the protocol version HTTP2 or GRPC, for with HTTP1 every request gets 502',
  'malformed-response': () =>
    'its response is malformed, so the load balancer answers 502 in its place; mend it, or give another path to measure',
  'response-header-too-large': () =>
    'its response headers are above the 32 K that a load balancer takes, so it answers 502 in their place; send fewer, or give another path to measure',
  'not-read-to-the-end': () =>
    'its response had not ended when the probe stopped reading, so it is not known whether it is well; give a path with a shorter one, or raise --max-seconds',
  closed: () =>
    'it closed the connection without a whole answer, for which a load balancer answers 502; check the server, the port, or https:// if it expects TLS',
  invalid: () => 'it cannot be probed',
};

/** The failure of one endpoint, with what to do. */
export function probeFailure(code: FailureCode, endpoint: Endpoint, detail?: string): ProbeFailure {
  const why = detail === undefined ? '' : ` (${detail})`;
  return new ProbeFailure(code, `${endpointName(endpoint)}: ${ADVICE[code](endpoint)}${why}`, detail);
}

/** Translates an error of a socket or of name resolution. */
export function probeFailureFrom(error: unknown, endpoint: Endpoint): ProbeFailure {
  if (error instanceof ProbeFailure) return error;
  const code = errorCode(error);
  const known = CODES[code];
  // A TLS client that meets something else: a plain server's answer, or a close within the handshake.
  if (endpoint.tls && (known === undefined || known === 'closed')) {
    return probeFailure('tls', endpoint, code || undefined);
  }
  return probeFailure(known ?? 'unreachable', endpoint, known === undefined ? code || undefined : undefined);
}

/** Why a response was not read to its end; null where the error is not the response reader's. */
export function faultOf(error: unknown): FailureCode | null {
  if (error instanceof ReadLimitError) return 'not-read-to-the-end';
  if (!(error instanceof MalformedResponseError)) return null;
  if (error instanceof NotHttpError) return 'not-http';
  return error instanceof HeadTooLargeError ? 'response-header-too-large' : 'malformed-response';
}

/** The code that Node gives its system and TLS errors; empty where there is none. */
export function errorCode(error: unknown): string {
  if (!(error instanceof Error) || !('code' in error)) return '';
  return typeof error.code === 'string' ? error.code : '';
}
