import type { Weights } from './row.ts';

/** What a target answers when a path is asked of it directly. A target that does so may have other trouble as well. */
export const PROBE_WEIGHTS = {
  'probe-header-too-large': { 'response-header-too-large': 5, 'malformed-response': -1.5 },
  'probe-malformed-response': { 'malformed-response': 5, 'response-header-too-large': -1.5 },
  'probe-speaks-tls': { 'protocol-mismatch': 5, 'tls-failure': -1 },
  'probe-speaks-plain-http': { 'tls-failure': 5, 'protocol-mismatch': 1 },
  'probe-tls': { 'tls-failure': 2.5 },
  // It refuses now; a process that crashed or is being replaced does so too, but not for long.
  'probe-refused': { 'connection-refused': 1.5, 'target-crash': 0.5, 'network-path': -1 },
  // It may take a user's own cookies, or a body that is sent, to get the response that fails.
  'probe-response-fine': {
    'malformed-response': -0.7,
    'response-header-too-large': -0.5,
    'connection-refused': -0.7,
    'protocol-mismatch': -2,
    'tls-failure': -1,
  },
} as const satisfies Readonly<Record<string, Weights>>;
