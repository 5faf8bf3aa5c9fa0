import { countByTime, coveredShare, sum } from '../bundle/metric-view.ts';
import { symptomOf } from '../symptom.ts';
import { observation } from './observation.ts';

const METRIC = 'TargetConnectionErrorCount';
/** Below this share of failures beside connection errors it goes without saying. */
const MAIN_SHARE = 0.5;
/** Fewer than this, or a smaller share, may be connections that were counted in another way. */
const LEAST_EXCESS = 3;
const EXCESS_SHARE = 0.03;
/** From this many on, the observation counts in full. */
const CLEAR_EXCESS = 10;

/** Failures that no connection error accounts for, wherever a minute ends: those requests had a connection. */
export const failuresBeyondConnectionErrors = observation({
  outcomes: ['more-failures-than-connection-errors'],
  needs: { metrics: [METRIC] },
  restOnAbsence: ['more-failures-than-connection-errors'],
  group: 'connections',
  from: 'scan',
  weights: {
    'keepalive-mismatch': [0],
    'requests-per-connection-limit': [0],
    deployment: [0.5],
    'deregistration-delay-elapsed': [0],
    'target-crash': [0.7],
    'worker-timeout': [0],
    'connection-refused': [-2.5],
    'network-path': [-1.5],
    'tls-failure': [0],
    'protocol-mismatch': [0],
    'malformed-response': [0],
    'response-header-too-large': [0],
    'lambda-target-error': [0],
    'request-body-refused': [0],
  },
  read: (bundle) => {
    const { failures, summary } = symptomOf(bundle);
    const errors = countByTime(bundle, METRIC);
    const excess = summary.count - sum(errors.values());
    if (coveredShare(failures, errors) < MAIN_SHARE) return [];
    if (excess < LEAST_EXCESS || excess / summary.count < EXCESS_SHARE) return [];
    const fact = `${excess} of ${summary.count} 502s are more than the connections that failed: those requests had one`;
    const source = `HTTPCode_ELB_502_Count, ${METRIC}`;
    const strength = Math.min(1, excess / CLEAR_EXCESS);
    return [{ id: 'more-failures-than-connection-errors', fact, source, strength }];
  },
});
