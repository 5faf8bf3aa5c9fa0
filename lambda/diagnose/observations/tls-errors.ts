import { countByTime, coveredShare, sum } from '../bundle/metric-view.ts';
import { symptomOf } from '../symptom.ts';
import { observation } from './observation.ts';

const METRIC = 'TargetTLSNegotiationErrorCount';
/** Below this share of the 502s, handshakes that failed are taken as coincidence. */
const NOTABLE_SHARE = 0.05;
/** What a notable share is worth by itself; the share adds the rest. */
const LEAST_STRENGTH = 0.4;

/** TargetTLSNegotiationErrorCount beside the 502s: did a TLS handshake with a target fail? */
export const tlsErrors = observation({
  outcomes: ['tls-errors', 'no-tls-errors'],
  needs: { metrics: [METRIC] },
  restOnAbsence: ['no-tls-errors'],
  group: 'tls',
  from: 'scan',
  weights: {
    'keepalive-mismatch': [-3, 0],
    'requests-per-connection-limit': [-3, 0],
    deployment: [-1, 0],
    'deregistration-delay-elapsed': [-2, 0],
    'target-crash': [-1.5, 0],
    'worker-timeout': [-2.5, 0],
    'connection-refused': [-2, 0],
    'network-path': [-2, 0],
    'tls-failure': [5, -5],
    'protocol-mismatch': [1, 0],
    'malformed-response': [-3, 0],
    'response-header-too-large': [-3, 0],
    'lambda-target-error': [-3, 0],
    'request-body-refused': [-3, 0],
  },
  read: (bundle) => {
    const { failures, summary } = symptomOf(bundle);
    if (failures.size === 0) return [];
    const errors = countByTime(bundle, METRIC);
    const total = sum(errors.values());
    const share = coveredShare(failures, errors);
    if (share >= NOTABLE_SHARE) {
      const fact = `${total} TLS handshakes with targets failed beside the ${summary.count} 502s`;
      return [{ id: 'tls-errors', fact, source: METRIC, strength: Math.min(1, LEAST_STRENGTH + share) }];
    }
    return [{ id: 'no-tls-errors', fact: 'no TLS handshake with a target failed', source: METRIC }];
  },
});
