import { countByTime, coveredShare, percent, sameMinuteShare, sum } from '../bundle/metric-view.ts';
import { symptomOf } from '../symptom.ts';
import { observation } from './observation.ts';

const METRIC = 'TargetConnectionErrorCount';
/** Above this share of the 502s, connection errors are taken as what caused them. */
const MAIN_SHARE = 0.5;
/** Below this share they are taken as coincidence. */
const NOTABLE_SHARE = 0.05;
/** From this share on, no failure is left that a connection error of the same minute does not account for. */
const ONLY_SHARE = 0.95;

/** TargetConnectionErrorCount beside the 502s: did a connection to a target fail? */
export const connectionErrors = observation({
  outcomes: ['only-connection-errors', 'connection-errors', 'some-connection-errors', 'no-connection-errors'],
  needs: { metrics: [METRIC] },
  restOnAbsence: ['some-connection-errors', 'no-connection-errors'],
  group: 'connections',
  from: 'scan',
  weights: {
    'keepalive-mismatch': [-3, -3, -0.8, 0],
    'requests-per-connection-limit': [-3, -3, 0, 0],
    deployment: [1.4, 2, 1.3, -0.4],
    'deregistration-delay-elapsed': [-2, -2, 0, 0],
    'target-crash': [1.3, 2, 1.5, -0.6],
    'worker-timeout': [-2, -2, 0, 0],
    'connection-refused': [4.4, 3.6, -0.3, -4.5],
    'network-path': [2.6, 2.6, 0, -3],
    'tls-failure': [-1.5, -1.5, 0, 0],
    'protocol-mismatch': [-1, -1, 0, 0],
    'malformed-response': [-3, -3, -0.6, 0],
    'response-header-too-large': [-3, -3, -0.6, 0],
    'lambda-target-error': [-3, -3, 0, 0],
    'request-body-refused': [-3, -3, -0.6, 0],
  },
  read: (bundle) => {
    const { failures, summary } = symptomOf(bundle);
    if (failures.size === 0) return [];
    const errors = countByTime(bundle, METRIC);
    const share = coveredShare(failures, errors);
    const total = sum(errors.values());
    if (share >= MAIN_SHARE) {
      const fact = `${total} connections to targets failed, next to ${percent(share)} of the ${summary.count} 502s`;
      const isOnly = sameMinuteShare(failures, errors) >= ONLY_SHARE;
      return [{ id: isOnly ? 'only-connection-errors' : 'connection-errors', fact, source: METRIC }];
    }
    if (share >= NOTABLE_SHARE) {
      const fact = `${total} connections to targets failed, next to only ${percent(share)} of the 502s`;
      return [{ id: 'some-connection-errors', fact, source: METRIC }];
    }
    const fact = 'no connection to a target failed in the minutes of the 502s';
    return [{ id: 'no-connection-errors', fact, source: METRIC }];
  },
});
