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
};

/** Natural-log likelihood ratios: +0.7 doubles the odds of a cause, +2.3 makes them tenfold, -2.3 a tenth. */
export type Weights = Partial<Readonly<Record<NamedCause, number>>>;

/** No connection to a target failed, so whatever happened came after the connection stood. */
const CONNECTED: Weights = { 'connection-refused': -4.5, 'network-path': -3, 'target-crash': -0.6 };

/** Causes that need a target which speaks HTTP over a connection. */
const NEEDS_HTTP_TARGET: Weights = {
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
  'response-header-too-large': -5,
};

/** Every observation the diagnosis knows, and how far it moves each cause. One row an observation. */
export const WEIGHTS = {
  // Connections to targets (TargetConnectionErrorCount, HTTPCode_ELB_504_Count)
  'connection-errors': {
    'connection-refused': 4.5,
    'network-path': 2.5,
    'target-crash': 1.2,
    deployment: 1.2,
    'keepalive-mismatch': -3,
    'requests-per-connection-limit': -3,
    'malformed-response': -3,
    'response-header-too-large': -3,
    'worker-timeout': -2,
    'deregistration-delay-elapsed': -2,
    'tls-failure': -1.5,
    'protocol-mismatch': -1,
    'lambda-target-error': -3,
  },
  'some-connection-errors': {
    'connection-refused': -0.3,
    'target-crash': 1.5,
    deployment: 1.3,
    'keepalive-mismatch': -0.8,
    'malformed-response': -0.6,
    'response-header-too-large': -0.6,
  },
  'no-connection-errors': CONNECTED,
  'gateway-timeouts': { 'network-path': 2, 'worker-timeout': 0.7, 'keepalive-mismatch': -0.4 },
  'no-gateway-timeouts': { 'network-path': -1 },

  // TLS and protocol
  'tls-errors': {
    'tls-failure': 5,
    'protocol-mismatch': 1,
    'keepalive-mismatch': -3,
    'requests-per-connection-limit': -3,
    'connection-refused': -2,
    'network-path': -2,
    'malformed-response': -3,
    'response-header-too-large': -3,
    'target-crash': -1.5,
    'worker-timeout': -2.5,
    deployment: -1,
    'deregistration-delay-elapsed': -2,
    'lambda-target-error': -3,
  },
  'no-tls-errors': { 'tls-failure': -5 },
  'no-https-group': { 'tls-failure': -6 },
  'http2-group': { 'protocol-mismatch': 0.8 },
  'http1-groups-only': { 'protocol-mismatch': -0.8 },

  // Lambda
  'lambda-errors': {
    'lambda-target-error': 5,
    'keepalive-mismatch': -2,
    'target-crash': -2,
    deployment: -2,
    'malformed-response': -2,
    'connection-refused': -2,
    'worker-timeout': -2,
  },
  'no-lambda-errors': { 'lambda-target-error': -3 },
  'no-lambda-group': { 'lambda-target-error': -8 },
  'lambda-groups-only': NEEDS_HTTP_TARGET,

  // Health of the targets
  'targets-healthy': {
    'keepalive-mismatch': 0.3,
    'requests-per-connection-limit': 0.3,
    'malformed-response': 0.3,
    'response-header-too-large': 0.3,
    'connection-refused': -1,
    'network-path': -1.5,
    'target-crash': -0.5,
    'tls-failure': -0.7,
    'protocol-mismatch': -1,
  },
  'no-target-change': { deployment: -0.8, 'deregistration-delay-elapsed': -0.8, 'target-crash': -0.4 },
  'targets-fail-checks': {
    'connection-refused': 1.5,
    'target-crash': 0.8,
    'tls-failure': 0.5,
    'protocol-mismatch': 0.7,
    'keepalive-mismatch': -1,
    'requests-per-connection-limit': -1,
  },
  'targets-time-out': {
    'network-path': 2,
    'worker-timeout': 0.7,
    'connection-refused': -1,
    'keepalive-mismatch': -0.7,
  },
  'targets-answer-wrong': { 'protocol-mismatch': 0.7, 'target-crash': 0.3, 'keepalive-mismatch': -0.3 },
  'health-flipped': {
    'target-crash': 1.8,
    deployment: 1,
    'connection-refused': 0.5,
    'keepalive-mismatch': -1,
    'malformed-response': -0.5,
    'response-header-too-large': -0.5,
  },
  'fail-open': {
    'connection-refused': 1,
    'target-crash': 1,
    'network-path': 0.5,
    'keepalive-mismatch': -0.7,
  },
  'anomalous-targets': { 'target-crash': 1.2, 'connection-refused': 0.4, 'keepalive-mismatch': -0.7 },

  // Replacement of targets
  'targets-changing': {
    deployment: 1.6,
    'deregistration-delay-elapsed': 1,
    'target-crash': 0.3,
    'keepalive-mismatch': -0.4,
  },
  'registration-near-failures': {
    deployment: 2.6,
    'deregistration-delay-elapsed': 0.8,
    'keepalive-mismatch': -1,
    'malformed-response': -0.7,
  },
  'failures-at-deregistration-delay': {
    'deregistration-delay-elapsed': 4,
    deployment: 0.5,
    'keepalive-mismatch': -1,
  },
  'host-count-changed': { deployment: 1.3, 'target-crash': 0.5, 'keepalive-mismatch': -0.4 },

  // Keep-alive against idle timeout
  'keepalive-measured-short': { 'keepalive-mismatch': 3.6, 'requests-per-connection-limit': -0.5 },
  'keepalive-declared-short': { 'keepalive-mismatch': 2.6 },
  'keepalive-default-short': { 'keepalive-mismatch': 1.4 },
  'keepalive-equal': { 'keepalive-mismatch': 2.2 },
  'keepalive-thin': { 'keepalive-mismatch': 0.4 },
  'keepalive-measured-safe': { 'keepalive-mismatch': -4.5 },
  'keepalive-declared-safe': { 'keepalive-mismatch': -2.5 },
  'idle-timeout-raised-before': { 'keepalive-mismatch': 2.4 },

  // Shape in time and place
  scattered: {
    'keepalive-mismatch': 0.4,
    'requests-per-connection-limit': 0.4,
    'malformed-response': 0.3,
    'response-header-too-large': 0.3,
    'target-crash': -0.7,
    deployment: -1,
    'deregistration-delay-elapsed': -1,
    'connection-refused': -0.4,
    'protocol-mismatch': -2,
    'tls-failure': -0.5,
    'network-path': -0.4,
  },
  burst: {
    'target-crash': 1.2,
    deployment: 1.2,
    'deregistration-delay-elapsed': 0.5,
    'connection-refused': 0.3,
    'keepalive-mismatch': -1.3,
    'requests-per-connection-limit': -1.5,
    'malformed-response': -0.5,
    'response-header-too-large': -0.7,
  },
  'every-request-fails': {
    'protocol-mismatch': 2.6,
    'connection-refused': 1.5,
    'tls-failure': 1.5,
    'network-path': 0.8,
    'lambda-target-error': 0.7,
    'malformed-response': 0.3,
    'keepalive-mismatch': -5,
    'requests-per-connection-limit': -5,
    'deregistration-delay-elapsed': -4,
    'response-header-too-large': -1.5,
    'worker-timeout': -1.5,
  },
  'rate-follows-traffic': {
    'malformed-response': 0.8,
    'requests-per-connection-limit': 1,
    'response-header-too-large': 0.6,
    'keepalive-mismatch': -0.7,
  },
  'rate-falls-with-traffic': {
    'keepalive-mismatch': 0.9,
    'requests-per-connection-limit': -0.8,
    'malformed-response': -0.6,
    'response-header-too-large': -0.6,
  },
  'one-zone': { 'network-path': 1.5, 'target-crash': 0.8, 'keepalive-mismatch': -0.8 },
  'all-zones': { 'network-path': -0.8, 'target-crash': -0.3, 'keepalive-mismatch': 0.2 },
  'slow-responses': { 'worker-timeout': 1, 'deregistration-delay-elapsed': 0.4 },
  'fast-responses': { 'worker-timeout': -1.2, 'deregistration-delay-elapsed': -1 },

  // Changes of configuration
  'protocol-changed-before': { 'protocol-mismatch': 2.8, 'tls-failure': 1.2 },
  'network-changed-before': { 'network-path': 3, 'connection-refused': 0.5 },
  'tls-policy-changed-before': { 'tls-failure': 2 },
  'deregistration-delay-lowered-before': { 'deregistration-delay-elapsed': 1.8 },

  // The targets' own logs
  'backend-log-crash': { 'target-crash': 2.5, deployment: 0.3 },
  'backend-log-worker-timeout': { 'worker-timeout': 3 },
  'backend-log-shutdown': { deployment: 1.5 },
} as const satisfies Readonly<Record<string, Weights>>;

export type FindingId = keyof typeof WEIGHTS;
