import type { Weights } from './row.ts';

/** What speaks for a cause around the failures: timeouts, changes, and how the 502s lie in time and place. */
export const CIRCUMSTANCE_WEIGHTS = {
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
} as const satisfies Readonly<Record<string, Weights>>;
