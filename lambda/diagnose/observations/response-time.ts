import { largest } from '../bundle/metric-view.ts';
import { symptomOf } from '../symptom.ts';
import { observation } from './observation.ts';

const METRIC = 'TargetResponseTime';
/** Servers kill workers after 20 s at the least; below 5 s nothing is near it. */
const SLOW_SECONDS = 20;
const FAST_SECONDS = 5;

/** Slowest response a target gave: workers are not killed for slowness where nothing is slow. */
export const responseTime = observation({
  outcomes: ['slow-responses', 'fast-responses'],
  needs: { metrics: [METRIC] },
  restOnAbsence: ['slow-responses', 'fast-responses'],
  group: 'response-time',
  from: 'scan',
  weights: {
    'keepalive-mismatch': [0, 0],
    'requests-per-connection-limit': [0, 0],
    deployment: [0, 0],
    'deregistration-delay-elapsed': [0.4, -1],
    'target-crash': [0, 0],
    'worker-timeout': [1, -1.2],
    'connection-refused': [0, 0],
    'network-path': [0, 0],
    'tls-failure': [0, 0],
    'protocol-mismatch': [0, 0],
    'malformed-response': [0, 0],
    'response-header-too-large': [0, 0],
    'lambda-target-error': [0, 0],
    'request-body-refused': [0, 0],
  },
  read: (bundle) => {
    const slowest = largest(bundle, METRIC, 'Maximum');
    if (slowest === null || symptomOf(bundle).failures.size === 0) return [];
    const fact = `the slowest response of a target took ${slowest.toFixed(slowest < 10 ? 2 : 0)} s`;
    if (slowest >= SLOW_SECONDS) return [{ id: 'slow-responses', fact, source: METRIC }];
    return slowest < FAST_SECONDS ? [{ id: 'fast-responses', fact, source: METRIC }] : [];
  },
});
