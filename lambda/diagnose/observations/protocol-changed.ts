import { changeBefore } from '../changes/change-before.ts';
import { observation } from './observation.ts';

const EVENTS = /^(CreateTargetGroup|ModifyRule|CreateRule)$/;

/** A new target group or rule, by which requests may come to targets in another protocol. */
export const protocolChanged = observation({
  outcomes: ['protocol-changed-before'],
  needs: { subjects: ['changes'] },
  group: 'configuration',
  from: 'scan',
  weights: {
    'keepalive-mismatch': [0],
    'requests-per-connection-limit': [0],
    deployment: [1.2],
    'deregistration-delay-elapsed': [0],
    'target-crash': [0],
    'worker-timeout': [0],
    'connection-refused': [0],
    'network-path': [0],
    'tls-failure': [1.2],
    'protocol-mismatch': [2.8],
    'malformed-response': [0],
    'response-header-too-large': [0],
    'lambda-target-error': [0],
    'request-body-refused': [0],
  },
  read: (bundle) => {
    const found = changeBefore(bundle, ({ eventName }) =>
      EVENTS.test(eventName) ? 'target groups or rules were changed' : null,
    );
    return found === null ? [] : [{ id: 'protocol-changed-before', ...found }];
  },
});
