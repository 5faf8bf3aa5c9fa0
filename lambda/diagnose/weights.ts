import type { NamedCause } from '../model/cause.ts';
import { CIRCUMSTANCE_WEIGHTS } from './weights/circumstance.ts';
import { LOG_WEIGHTS } from './weights/log.ts';
import { PROBE_WEIGHTS } from './weights/probe.ts';
import { TARGET_WEIGHTS } from './weights/target.ts';

export type { Weights } from './weights/row.ts';

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

/**
 * Every observation the diagnosis knows, and how far it moves each cause. One row an observation.
 * `npm run bench -- weights` shows how far the probabilities that come of it can be believed.
 */
export const WEIGHTS = {
  ...TARGET_WEIGHTS,
  ...CIRCUMSTANCE_WEIGHTS,
  ...LOG_WEIGHTS,
  ...PROBE_WEIGHTS,
} as const;

export type FindingId = keyof typeof WEIGHTS;

/** Findings about failures that no explanation of the access log accounts for; the others speak for all failures. */
export const IS_OF_UNEXPLAINED: ReadonlySet<FindingId> = new Set<FindingId>([
  'log-closed-on-reuse',
  'log-mid-request',
  'log-never-dispatched',
  'log-answered-badly',
  'log-nothing-answered',
  'log-nothing-in-common',
]);
