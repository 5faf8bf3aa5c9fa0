import type { NamedCause } from '../../model/cause.ts';

/** Natural-log likelihood ratios: +0.7 doubles the odds of a cause, +2.3 makes them tenfold, -2.3 a tenth. */
export type Weights = Partial<Readonly<Record<NamedCause, number>>>;

/** Causes that need a target which speaks HTTP over a connection. */
export const NEEDS_HTTP_TARGET: Weights = {
  'keepalive-mismatch': -8,
  'requests-per-connection-limit': -8,
  deployment: -5,
  'deregistration-delay-elapsed': -8,
  'target-crash': -6,
  'worker-timeout': -6,
  'connection-refused': -8,
  'network-path': -8,
  'tls-failure': -8,
  'protocol-mismatch': -8,
  'malformed-response': -5,
  'request-body-refused': -5,
  'response-header-too-large': -5,
};
