import { observation } from './observation.ts';

/** Whether any target group speaks TLS to its targets at all. */
export const httpsGroups = observation({
  outcomes: ['no-https-group'],
  needs: { subjects: ['target-groups'] },
  restOnAbsence: ['no-https-group'],
  group: 'tls',
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
    'tls-failure': [-6],
    'protocol-mismatch': [0],
    'malformed-response': [0],
    'response-header-too-large': [0],
    'lambda-target-error': [0],
    'request-body-refused': [0],
  },
  read: (bundle) => {
    if (bundle.targetGroups.length === 0 || bundle.targetGroups.some(({ protocol }) => protocol === 'HTTPS'))
      return [];
    const fact = 'no target group uses HTTPS to its targets';
    return [{ id: 'no-https-group', fact, source: 'target group Protocol' }];
  },
});
