import { FULL_NATS, LEAST_NATS } from '../changes/coincidence.ts';
import { hostCountChanges, NOTICED_AFTER_MS, nearHostChanges } from '../changes/host-counts.ts';
import { observation } from './observation.ts';

const METRIC = 'UnHealthyHostCount';

/** Whether the 502s gather around changes of the number of unhealthy hosts. */
export const unhealthyHostCount = observation({
  outcomes: ['health-flipped'],
  needs: { metrics: [METRIC] },
  group: 'target-changes',
  from: 'scan',
  weights: {
    'keepalive-mismatch': [-1],
    'requests-per-connection-limit': [0],
    deployment: [0.7],
    'deregistration-delay-elapsed': [0],
    'target-crash': [1.8],
    'worker-timeout': [0],
    'connection-refused': [0],
    'network-path': [0],
    'tls-failure': [0],
    'protocol-mismatch': [0],
    'malformed-response': [-0.5],
    'response-header-too-large': [-0.5],
    'lambda-target-error': [0],
    'request-body-refused': [-0.5],
  },
  read: (bundle) => {
    const near = nearHostChanges(bundle, hostCountChanges(bundle, METRIC, 'Maximum'), NOTICED_AFTER_MS);
    if (near < LEAST_NATS) return [];
    const fact = 'the 502s gather around changes of the number of unhealthy hosts';
    return [{ id: 'health-flipped', fact, source: METRIC, strength: near / FULL_NATS }];
  },
});
