import { largest } from '../bundle/metric-view.ts';
import { registeredTargets } from '../bundle/registered-targets.ts';
import { observation } from './observation.ts';

/** Targets that anomaly detection tells apart from their peers. */
export const anomalousTargets = observation({
  outcomes: ['anomalous-targets'],
  needs: { subjects: ['target-health'], metrics: ['AnomalousHostCount'] },
  group: 'health',
  from: 'scan',
  weights: {
    'keepalive-mismatch': [-0.7],
    'requests-per-connection-limit': [0],
    deployment: [0],
    'deregistration-delay-elapsed': [0],
    'target-crash': [1.2],
    'worker-timeout': [0],
    'connection-refused': [0.4],
    'network-path': [0],
    'tls-failure': [0],
    'protocol-mismatch': [0],
    'malformed-response': [0],
    'response-header-too-large': [0],
    'lambda-target-error': [0],
    'request-body-refused': [0],
  },
  read: (bundle) => {
    const now = registeredTargets(bundle).filter(({ target }) => target.anomaly === 'anomalous').length;
    if (registeredTargets(bundle).length === 0) return [];
    const count = Math.max(now, largest(bundle, 'AnomalousHostCount', 'Maximum') ?? 0);
    if (count === 0) return [];
    const fact = `${count} targets behave differently from their peers`;
    return [{ id: 'anomalous-targets', fact, source: 'anomaly detection' }];
  },
});
