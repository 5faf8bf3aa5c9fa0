import { NEEDS_HTTP_TARGET, type Weights } from './row.ts';

/** No connection to a target failed, so whatever happened came after the connection stood. */
// A target that is stopped before it is let go of refuses connections for as long.
const CONNECTED: Weights = {
  'connection-refused': -4.5,
  'network-path': -3,
  'target-crash': -0.6,
  deployment: -0.4,
};

/** A connection that was never made cannot have been idle, broken off or answered badly. */
const NOT_CONNECTED: Weights = {
  'keepalive-mismatch': -3,
  'requests-per-connection-limit': -3,
  'malformed-response': -3,
  'request-body-refused': -3,
  'response-header-too-large': -3,
  'worker-timeout': -2,
  'deregistration-delay-elapsed': -2,
  'tls-failure': -1.5,
  'protocol-mismatch': -1,
  'lambda-target-error': -3,
};

/** What metrics and health say of the way to the targets and of the targets themselves. */
export const TARGET_WEIGHTS = {
  // Connections to targets (TargetConnectionErrorCount, HTTPCode_ELB_504_Count)
  // A process that crashed or was stopped too early refuses connections as well, until it is back or taken out.
  'connection-errors': {
    ...NOT_CONNECTED,
    'connection-refused': 3.6,
    'network-path': 2.6,
    'target-crash': 2,
    deployment: 2,
  },
  // A process that dies takes requests along that were already connected; a port that refuses has none.
  'only-connection-errors': {
    ...NOT_CONNECTED,
    'connection-refused': 5,
    'network-path': 2.6,
    'target-crash': 1.3,
    deployment: 1.4,
  },
  'some-connection-errors': {
    'connection-refused': -0.3,
    'target-crash': 1.5,
    deployment: 1.3,
    'keepalive-mismatch': -0.8,
    'malformed-response': -0.6,
    'request-body-refused': -0.6,
    'response-header-too-large': -0.6,
  },
  // What refuses connections fails no request over one that stands; what dies takes those along that it had.
  'more-failures-than-connection-errors': {
    'connection-refused': -2.5,
    'network-path': -1.5,
    'target-crash': 0.7,
    deployment: 0.5,
  },
  'no-connection-errors': CONNECTED,
  // A path that swallows packets times out; a port that refuses answers at once.
  'gateway-timeouts': {
    'network-path': 2.6,
    'connection-refused': -1.2,
    'worker-timeout': 0.7,
    'keepalive-mismatch': -0.4,
  },
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
    'request-body-refused': -3,
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
    'request-body-refused': -2,
    'connection-refused': -2,
    'worker-timeout': -2,
  },
  'no-lambda-errors': { 'lambda-target-error': -3 },
  'no-lambda-group': { 'lambda-target-error': -8 },
  'lambda-groups-only': NEEDS_HTTP_TARGET,

  // Health of the targets
  'targets-healthy': {
    'keepalive-mismatch': 0.2,
    'requests-per-connection-limit': 0.2,
    'malformed-response': 0.2,
    'request-body-refused': 0.2,
    'response-header-too-large': 0.2,
    // Health checks may use another port, and a full backlog takes some connections.
    'connection-refused': -0.7,
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
    'connection-refused': -1.5,
    'keepalive-mismatch': -0.7,
  },
  'targets-answer-wrong': { 'protocol-mismatch': 0.7, 'target-crash': 0.3, 'keepalive-mismatch': -0.3 },
  'health-flipped': {
    'target-crash': 1.8,
    deployment: 0.7,
    'keepalive-mismatch': -1,
    'malformed-response': -0.5,
    'request-body-refused': -0.5,
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
    // Most delays are five minutes or less, which is near as well.
    'deregistration-delay-elapsed': 2.2,
    'keepalive-mismatch': -1,
    'malformed-response': -0.7,
    'request-body-refused': -0.7,
  },
  'failures-apart-from-registrations': { deployment: -1.5 },
  'failures-at-deregistration-delay': {
    'deregistration-delay-elapsed': 4,
    deployment: 0.5,
    'keepalive-mismatch': -1,
  },
  // To the second, and request by request.
  'log-failed-at-deregistration-delay': {
    'deregistration-delay-elapsed': 6,
    deployment: 0.3,
    'target-crash': -1.5,
    'keepalive-mismatch': -2,
    'requests-per-connection-limit': -2,
    'connection-refused': -2,
    'worker-timeout': -1,
    'malformed-response': -1.5,
    'request-body-refused': -1.5,
    'response-header-too-large': -1.5,
  },
  // Replacing targets adds the new ones first; a crash only takes away.
  'hosts-added': {
    deployment: 2,
    'deregistration-delay-elapsed': 1.8,
    'target-crash': -0.3,
    'connection-refused': -0.3,
    'keepalive-mismatch': -0.6,
  },
  'host-count-changed': {
    deployment: 1,
    'deregistration-delay-elapsed': 0.9,
    'target-crash': 0.7,
    'keepalive-mismatch': -0.6,
  },
} as const satisfies Readonly<Record<string, Weights>>;
