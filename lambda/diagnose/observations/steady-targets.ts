import { seriesOf } from '../bundle/metric-view.ts';
import { registeredTargets } from '../bundle/registered-targets.ts';
import { hostCountChanges } from '../changes/host-counts.ts';
import { registrationsOf } from '../changes/registrations.ts';
import { trafficShiftsOf } from '../changes/traffic-shifts.ts';
import { symptomOf } from '../symptom.ts';
import { observation } from './observation.ts';

/** Whether no target was added, drained or lost in the whole window. */
export const steadyTargets = observation({
  outcomes: ['no-target-change'],
  needs: { subjects: ['target-groups', 'target-health'], metrics: ['HealthyHostCount'] },
  restOnAbsence: ['no-target-change'],
  group: 'target-changes',
  from: 'scan',
  weights: {
    'keepalive-mismatch': [0],
    'requests-per-connection-limit': [0],
    deployment: [-0.8],
    'deregistration-delay-elapsed': [-0.8],
    'target-crash': [-0.4],
    'worker-timeout': [0],
    'connection-refused': [0],
    'network-path': [0],
    'tls-failure': [0],
    'protocol-mismatch': [0],
    'malformed-response': [0],
    'response-header-too-large': [0],
    'lambda-target-error': [0],
    'request-body-refused': [0],
  },
  read: (bundle) => {
    const states = registeredTargets(bundle).map(({ target }) => target.state);
    const changes = [
      ...hostCountChanges(bundle, 'HealthyHostCount', 'Minimum'),
      ...hostCountChanges(bundle, 'HealthyHostCount', 'Maximum'),
      ...hostCountChanges(bundle, 'UnHealthyHostCount', 'Maximum'),
    ];
    const isSteady =
      states.length > 0 &&
      symptomOf(bundle).failures.size > 0 &&
      seriesOf(bundle, 'HealthyHostCount', 'target-group', 'Minimum').length > 0 &&
      states.every((state) => state === 'healthy' || state === 'unused') &&
      changes.length === 0 &&
      registrationsOf(bundle).length === 0 &&
      trafficShiftsOf(bundle.changes).length === 0;
    if (!isSteady) return [];
    const fact = 'no target was added, drained or lost in the window';
    return [{ id: 'no-target-change', fact, source: 'HealthyHostCount, DescribeTargetHealth' }];
  },
});
