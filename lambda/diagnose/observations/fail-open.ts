import { countByTime, sum } from '../bundle/metric-view.ts';
import { symptomOf } from '../symptom.ts';
import { observation } from './observation.ts';

const METRIC = 'UnhealthyRoutingRequestCount';

/** Requests that went to unhealthy targets because too few were healthy. */
export const failOpen = observation({
  outcomes: ['fail-open'],
  needs: { metrics: [METRIC] },
  group: 'health',
  from: 'scan',
  weights: {
    'keepalive-mismatch': [-0.7],
    'requests-per-connection-limit': [0],
    deployment: [0],
    'deregistration-delay-elapsed': [0],
    'target-crash': [1],
    'worker-timeout': [0],
    'connection-refused': [1],
    'network-path': [0.5],
    'tls-failure': [0],
    'protocol-mismatch': [0],
    'malformed-response': [0],
    'response-header-too-large': [0],
    'lambda-target-error': [0],
    'request-body-refused': [0],
  },
  read: (bundle) => {
    const routed = sum(countByTime(bundle, METRIC).values());
    if (routed === 0 || symptomOf(bundle).failures.size === 0) return [];
    const fact = `${routed} requests went to unhealthy targets because too few were healthy`;
    return [{ id: 'fail-open', fact, source: METRIC }];
  },
});
