/**
 * The closed vocabulary of causes. The ids are part of the contract: they are never renamed, only added to.
 * The value is what an engineer would call it in one line.
 */
export const CAUSES = {
  'keepalive-mismatch': 'the target closes idle connections before the load balancer does',
  'requests-per-connection-limit':
    'the target closes a connection after a number of requests or at an age, unannounced',
  deployment: 'targets were replaced, drained or stopped too early',
  'deregistration-delay-elapsed': 'requests outlived the deregistration delay',
  'target-crash': 'a target process died with requests in flight',
  'worker-timeout': 'the server killed a worker that took too long',
  'connection-refused': 'targets refuse connections',
  'network-path': 'targets cannot be reached over the network',
  'tls-failure': 'the TLS handshake with the target fails',
  'protocol-mismatch': 'load balancer and target speak different protocols',
  'malformed-response': 'the target sends a response that is not valid HTTP',
  'response-header-too-large': 'the response headers exceed the limit of the load balancer',
  'lambda-target-error': 'the Lambda target fails or answers in the wrong shape',
  'request-body-refused': 'the target refuses a request body before it has read it',
  undetermined: 'the evidence does not separate the causes',
} as const;

/** One id of the vocabulary. */
export type Cause = keyof typeof CAUSES;

/** A cause that can be named; `undetermined` is the absence of one. */
export type NamedCause = Exclude<Cause, 'undetermined'>;

/** All ids, in the order of the vocabulary. */
export const CAUSE_IDS = Object.keys(CAUSES) as readonly Cause[] as readonly [Cause, ...Cause[]];

/** All ids but `undetermined`. */
export const NAMED_CAUSES: readonly NamedCause[] = CAUSE_IDS.filter(
  (cause): cause is NamedCause => cause !== 'undetermined',
);
