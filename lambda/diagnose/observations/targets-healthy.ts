import { allLoggedChecksPassed } from '../bundle/logged-checks.ts';
import { registeredTargets } from '../bundle/registered-targets.ts';
import { observation } from './observation.ts';

/** Whether all targets are healthy now, or passed all their checks around the 502s where these are logged. */
export const targetsHealthy = observation({
  outcomes: ['targets-healthy'],
  needs: { subjects: ['target-groups', 'target-health'] },
  restOnAbsence: ['targets-healthy'],
  group: 'health',
  from: 'scan',
  weights: {
    'keepalive-mismatch': [0.2],
    'requests-per-connection-limit': [0.2],
    deployment: [0],
    'deregistration-delay-elapsed': [0],
    'target-crash': [-0.5],
    'worker-timeout': [0],
    'connection-refused': [-0.7],
    'network-path': [-1.5],
    'tls-failure': [-0.7],
    'protocol-mismatch': [-1],
    'malformed-response': [0.2],
    'response-header-too-large': [0.2],
    'lambda-target-error': [0],
    'request-body-refused': [0.2],
  },
  read: (bundle) => {
    const used = registeredTargets(bundle).filter(({ target }) => target.state !== 'unused');
    const isHealthy = used.length > 0 && used.every(({ target }) => target.state === 'healthy');
    const logged = allLoggedChecksPassed(bundle);
    if (!isHealthy) return logged === null ? [] : [{ id: 'targets-healthy', ...logged }];
    return [
      {
        id: 'targets-healthy',
        fact: `all ${used.length} targets are healthy`,
        source: 'DescribeTargetHealth',
      },
    ];
  },
});
