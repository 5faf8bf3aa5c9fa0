import { FULL_NATS, LEAST_NATS } from '../changes/coincidence.ts';
import {
  hostAdditions,
  hostCountChanges,
  NOTICED_AFTER_MS,
  nearHostChanges,
} from '../changes/host-counts.ts';
import { observation } from './observation.ts';

const METRIC = 'HealthyHostCount';

/** Whether the 502s gather around changes of the number of healthy hosts, and in which order these came. */
export const healthyHostCount = observation({
  outcomes: ['hosts-added', 'hosts-lost'],
  needs: { metrics: [METRIC] },
  group: 'target-changes',
  from: 'scan',
  weights: {
    'keepalive-mismatch': [-0.6, -0.6],
    'requests-per-connection-limit': [0, 0],
    deployment: [2, 0.3],
    'deregistration-delay-elapsed': [1.8, 0.2],
    'target-crash': [-0.3, 1],
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
    const added = nearHostChanges(bundle, hostAdditions(bundle), 0);
    if (added >= LEAST_NATS) {
      const fact = 'the 502s gather around minutes in which a group had more healthy hosts than usual';
      return [{ id: 'hosts-added', fact, source: METRIC, strength: added / FULL_NATS }];
    }
    const lost = nearHostChanges(bundle, hostCountChanges(bundle, METRIC, 'Minimum'), NOTICED_AFTER_MS);
    if (lost < LEAST_NATS) return [];
    const fact =
      'the 502s gather around minutes in which a group lost healthy hosts, without new ones before';
    return [{ id: 'hosts-lost', fact, source: METRIC, strength: lost / FULL_NATS }];
  },
});
