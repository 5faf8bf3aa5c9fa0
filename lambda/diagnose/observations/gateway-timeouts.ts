import { countByTime, coveredShare, sum } from '../bundle/metric-view.ts';
import { symptomOf } from '../symptom.ts';
import { observation } from './observation.ts';

const METRIC = 'HTTPCode_ELB_504_Count';
/** From this share of the 502s on, the 504s beside them have the same reason. */
const NOTABLE_SHARE = 0.2;

/** 504s in the minutes of the 502s: a path that swallows packets times out, a port that refuses answers at once. */
export const gatewayTimeouts = observation({
  outcomes: ['gateway-timeouts', 'no-gateway-timeouts'],
  needs: { metrics: [METRIC] },
  restOnAbsence: ['no-gateway-timeouts'],
  group: 'timeouts',
  from: 'scan',
  weights: {
    'keepalive-mismatch': [-0.4, 0],
    'requests-per-connection-limit': [0, 0],
    deployment: [0, 0],
    'deregistration-delay-elapsed': [0, 0],
    'target-crash': [0, 0],
    'worker-timeout': [0.7, 0],
    'connection-refused': [-1.2, 0],
    'network-path': [2.6, -0.6],
    'tls-failure': [0, 0],
    'protocol-mismatch': [0, 0],
    'malformed-response': [0, 0],
    'response-header-too-large': [0, 0],
    'lambda-target-error': [0, 0],
    'request-body-refused': [0, 0],
  },
  read: (bundle) => {
    const { failures, summary } = symptomOf(bundle);
    if (failures.size === 0) return [];
    const timeouts = countByTime(bundle, METRIC);
    const total = sum(timeouts.values());
    if (coveredShare(failures, timeouts) >= NOTABLE_SHARE) {
      const fact = `${total} requests timed out with 504 beside the ${summary.count} 502s`;
      return [{ id: 'gateway-timeouts', fact, source: METRIC }];
    }
    return total === 0
      ? [{ id: 'no-gateway-timeouts', fact: 'no request timed out with 504', source: METRIC }]
      : [];
  },
});
