import type { NamedCause } from '../model/cause.ts';

/**
 * Prior chance of each cause, given that a load balancer shows 502s of its own and nothing else is known.
 * Judged from published incident reports; only the ratios matter.
 */
export const PRIOR: Readonly<Record<NamedCause, number>> = {
  'keepalive-mismatch': 0.26,
  'requests-per-connection-limit': 0.03,
  deployment: 0.14,
  'deregistration-delay-elapsed': 0.03,
  'target-crash': 0.14,
  'worker-timeout': 0.06,
  'connection-refused': 0.12,
  'network-path': 0.04,
  'tls-failure': 0.03,
  'protocol-mismatch': 0.03,
  'malformed-response': 0.05,
  'response-header-too-large': 0.03,
  'lambda-target-error': 0.04,
  'request-body-refused': 0.015,
};

/** Prior chance that the cause is none of the vocabulary; no evidence moves it. */
export const OTHER_PRIOR = 0.05;
