import type { Weights } from './row.ts';

/** What does not wait for a target to be drained. */
const NOT_IN_DRAINED: Weights = {
  'connection-refused': -3,
  'keepalive-mismatch': -3,
  'requests-per-connection-limit': -3,
  'malformed-response': -3,
  'response-header-too-large': -3,
};

/** What the access log shows of targets that refuse requests, go away or are replaced. */
export const LOG_TARGET_WEIGHTS = {
  'log-bursts-again': { 'target-crash': 1.2, deployment: -1.5, 'deregistration-delay-elapsed': -1.5 },
  'log-brief-outage': {
    'target-crash': 3.4,
    deployment: 1.6,
    'connection-refused': -1,
    'network-path': -1,
    'tls-failure': -2,
    'protocol-mismatch': -2,
  },
  // Requests in flight at the first refusal were answered after it: nothing died.
  'log-answered-while-refusing': {
    'connection-refused': 1.5,
    'network-path': 0.5,
    'target-crash': -3.5,
    deployment: -3.5,
  },
  // A process that dies cuts off what it is at work on, however long it then takes to be back.
  'log-none-cut-off': { 'target-crash': -2, deployment: -1 },
  'log-refused-by-node': {
    'network-path': 6.5,
    'connection-refused': -2,
    'target-crash': -3,
    deployment: -3,
    'deregistration-delay-elapsed': -3,
    'tls-failure': -1.5,
  },
  'log-long-outage': { 'connection-refused': 2, 'network-path': 0.5, 'target-crash': -1, deployment: -1.5 },
  'log-target-gone': { deployment: 4.2, 'deregistration-delay-elapsed': 3.5, 'target-crash': -0.3 },
  'log-target-replaced': { deployment: 3, 'deregistration-delay-elapsed': 2.5, 'target-crash': -0.7 },
  // Drained: sent nothing more, and what it still had ended together. So end the delay, and a stop before it.
  'log-drained': {
    ...NOT_IN_DRAINED,
    'deregistration-delay-elapsed': 5.5,
    deployment: 1.5,
    'target-crash': -2.5,
  },
  'log-drained-at-delay': {
    ...NOT_IN_DRAINED,
    'deregistration-delay-elapsed': 8.5,
    deployment: -0.5,
    'target-crash': -4,
  },
} as const satisfies Readonly<Record<string, Weights>>;
