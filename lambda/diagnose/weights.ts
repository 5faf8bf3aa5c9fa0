import type { NamedCause } from '../model/cause.ts';

/**
 * Prior chance of each cause, given that a load balancer shows 502s of its own and nothing else is known.
 * Judged from the published incident reports listed in docs/causes.md; only ratios matter.
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
};

/** Natural-log likelihood ratios: +0.7 doubles the odds of a cause, +2.3 makes them tenfold, -2.3 a tenth. */
export type Weights = Partial<Readonly<Record<NamedCause, number>>>;

/** Every observation the diagnosis knows, and how far it moves each cause. One row an observation. */
export const WEIGHTS = {
  'connection-errors': { 'connection-refused': 4 },
} as const satisfies Readonly<Record<string, Weights>>;

export type FindingId = keyof typeof WEIGHTS;
