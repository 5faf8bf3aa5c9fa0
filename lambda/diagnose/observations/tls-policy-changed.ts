import { changeBefore } from '../changes/change-before.ts';
import { printable } from '../remedies/command.ts';
import { observation } from './observation.ts';

/** A change of a listener's TLS policy, which also decides the TLS spoken to targets. */
export const tlsPolicyChanged = observation({
  outcomes: ['tls-policy-changed-before'],
  needs: { subjects: ['changes'] },
  group: 'configuration',
  from: 'scan',
  weights: {
    'keepalive-mismatch': [0],
    'requests-per-connection-limit': [0],
    deployment: [0],
    'deregistration-delay-elapsed': [0],
    'target-crash': [0],
    'worker-timeout': [0],
    'connection-refused': [0],
    'network-path': [0],
    'tls-failure': [2],
    'protocol-mismatch': [0],
    'malformed-response': [0],
    'response-header-too-large': [0],
    'lambda-target-error': [0],
    'request-body-refused': [0],
  },
  read: (bundle) => {
    const found = changeBefore(bundle, ({ eventName, to }) =>
      eventName === 'ModifyListener' && to?.['sslPolicy'] !== undefined
        ? `the listener's policy became ${printable(to['sslPolicy'])}, which also decides the TLS spoken to targets`
        : null,
    );
    return found === null ? [] : [{ id: 'tls-policy-changed-before', ...found }];
  },
});
