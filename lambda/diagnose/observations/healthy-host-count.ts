import { FULL_NATS, LEAST_NATS } from '../coincidence.ts';
import { hostAdditions, hostCountChanges, nearHostChanges } from '../host-counts.ts';
import { observation } from './observation.ts';

const METRIC = 'HealthyHostCount';

/** Whether the 502s gather around changes of the number of healthy hosts, and in which order these came. */
export const healthyHostCount = observation({
  outcomes: ['hosts-added', 'host-count-changed'],
  needs: { metrics: [METRIC] },
  group: 'target-changes',
  way: 'scan',
  weights: {
    'keepalive-mismatch': [-0.6, -0.6],
    'requests-per-connection-limit': [0, 0],
    deployment: [2, 1],
    'deregistration-delay-elapsed': [1.8, 0.9],
    'target-crash': [-0.3, 0.7],
    'worker-timeout': [0, 0],
    'connection-refused': [-0.3, 0],
    'network-path': [0, 0],
    'tls-failure': [0, 0],
    'protocol-mismatch': [0, 0],
    'malformed-response': [0, 0],
    'response-header-too-large': [0, 0],
    'lambda-target-error': [0, 0],
    'request-body-refused': [0, 0],
  },
  read: (bundle) => {
    const added = nearHostChanges(bundle, hostAdditions(bundle));
    if (added >= LEAST_NATS) {
      const fact = 'the 502s gather around minutes in which a group had more healthy hosts than usual';
      return [{ id: 'hosts-added', fact, source: METRIC, strength: added / FULL_NATS }];
    }
    const changed = nearHostChanges(bundle, hostCountChanges(bundle, METRIC, 'Minimum'));
    if (changed < LEAST_NATS) return [];
    const fact = 'the 502s gather around changes of the number of healthy hosts';
    return [{ id: 'host-count-changed', fact, source: METRIC, strength: changed / FULL_NATS }];
  },
});
