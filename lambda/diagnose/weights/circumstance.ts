import type { Weights } from './row.ts';

/** What speaks for a cause around the failures: timeouts, changes, and how the 502s lie in time and place. */
export const CIRCUMSTANCE_WEIGHTS = {
  // Keep-alive against idle timeout
  'keepalive-measured-short': { 'keepalive-mismatch': 3.6, 'requests-per-connection-limit': -0.5 },
  // About one load balancer in eight with 502s of another cause has a mismatch too that does nothing yet.
  'keepalive-declared-short': { 'keepalive-mismatch': 2.2 },
  'keepalive-default-short': { 'keepalive-mismatch': 1.3 },
  'keepalive-equal': { 'keepalive-mismatch': 2 },
  // It holds, but for coarse timers; no more likely than where nothing is known.
  'keepalive-thin': { 'keepalive-mismatch': 0 },
  'keepalive-measured-safe': { 'keepalive-mismatch': -4.5 },
  'keepalive-declared-safe': { 'keepalive-mismatch': -2.5 },
  'idle-timeout-raised-before': { 'keepalive-mismatch': 2.4 },

  // Shape in time and place
  // Nobody rolls out ten times in three hours; a process may crash ten times, but seldom does.
  scattered: {
    'keepalive-mismatch': 0.1,
    'requests-per-connection-limit': 0.1,
    'malformed-response': 0.1,
    'request-body-refused': 0.1,
    'response-header-too-large': 0.1,
    'target-crash': -1.5,
    deployment: -2.3,
    'deregistration-delay-elapsed': -2.3,
    'connection-refused': -0.4,
    'protocol-mismatch': -2,
    'tls-failure': -0.5,
    'network-path': -0.4,
  },
  // Rollouts and restarts are over within minutes.
  lasting: {
    deployment: -2.3,
    'deregistration-delay-elapsed': -3,
    'target-crash': -1.5,
  },
  burst: {
    'target-crash': 1.2,
    deployment: 1.2,
    'deregistration-delay-elapsed': 0.5,
    'keepalive-mismatch': -1.3,
    'requests-per-connection-limit': -1.5,
    'malformed-response': -0.5,
    'request-body-refused': -0.5,
    'response-header-too-large': -0.7,
  },
  'every-request-fails': {
    // Hardly anything else fails each request over a connection that stands.
    'protocol-mismatch': 3,
    'connection-refused': 1.5,
    'tls-failure': 1.5,
    'network-path': 0.8,
    'lambda-target-error': 0.7,
    'malformed-response': 0.3,
    'request-body-refused': 0.3,
    // Both leave the other targets at work.
    deployment: -1,
    'target-crash': -0.5,
    'keepalive-mismatch': -5,
    'requests-per-connection-limit': -5,
    'deregistration-delay-elapsed': -4,
    'response-header-too-large': -1.5,
    'worker-timeout': -1.5,
  },
  'rate-follows-traffic': {
    'malformed-response': 0.8,
    'request-body-refused': 0.8,
    'requests-per-connection-limit': 1,
    'keepalive-mismatch': -0.5,
  },
  'rate-falls-with-traffic': {
    // An idle race needs pauses, but so weak a sign must not name it.
    'keepalive-mismatch': 0.2,
    'requests-per-connection-limit': -0.8,
    'malformed-response': -0.6,
    'request-body-refused': -0.6,
    // A user with a large cookie calls as often in a quiet hour as in a busy one.
    'response-header-too-large': 0.3,
  },
  // Nodes of all zones send to all targets, unless cross-zone is off: a port that refuses one refuses all.
  'one-zone': {
    'network-path': 1.5,
    'connection-refused': -1.2,
    'target-crash': 0.4,
    'keepalive-mismatch': -0.8,
  },
  'all-zones': { 'network-path': -0.8, 'target-crash': -0.3 },
  'slow-responses': { 'worker-timeout': 1, 'deregistration-delay-elapsed': 0.4 },
  'fast-responses': { 'worker-timeout': -1.2, 'deregistration-delay-elapsed': -1 },

  // Changes of configuration
  'protocol-changed-before': { 'protocol-mismatch': 2.8, 'tls-failure': 1.2 },
  'network-changed-before': { 'network-path': 3, 'connection-refused': 0.5 },
  'tls-policy-changed-before': { 'tls-failure': 2 },
  'deregistration-delay-lowered-before': { 'deregistration-delay-elapsed': 1.8 },
} as const satisfies Readonly<Record<string, Weights>>;
