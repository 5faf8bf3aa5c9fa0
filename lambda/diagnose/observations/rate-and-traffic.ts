import { sum } from '../metric-view.ts';
import { METRIC_502, symptomOf } from '../symptom.ts';
import { totalFailure } from '../total-failure.ts';
import { observation } from './observation.ts';
import { isBurst } from './time-pattern.ts';

const SOURCE = `${METRIC_502}, RequestCount`;
/** Fewer minutes or failures than this show no rate. */
const LEAST_MINUTES = 20;
const LEAST_FAILURES = 20;
/** The busier half of the minutes must have so many times the traffic of the quieter half. */
const LEAST_CONTRAST = 2;

/** Whether the share of failures falls as traffic rises. An idle race needs pauses, so it does; a broken path or a limit
 * per connection does not. */
export const rateAndTraffic = observation({
  outcomes: ['rate-follows-traffic', 'rate-falls-with-traffic'],
  needs: { metrics: [METRIC_502, 'RequestCount'] },
  group: 'time-and-place',
  way: 'scan',
  weights: {
    'keepalive-mismatch': [-0.5, 0.2],
    'requests-per-connection-limit': [1, -0.8],
    deployment: [0, 0],
    'deregistration-delay-elapsed': [0, 0],
    'target-crash': [0, 0],
    'worker-timeout': [0, 0],
    'connection-refused': [0, 0],
    'network-path': [0, 0],
    'tls-failure': [0, 0],
    'protocol-mismatch': [0, 0],
    'malformed-response': [0.8, -0.6],
    'response-header-too-large': [0, 0.3],
    'lambda-target-error': [0, 0],
    'request-body-refused': [0.8, -0.6],
  },
  read: (bundle) => {
    const symptom = symptomOf(bundle);
    const { failures, requests } = symptom;
    const minutes = [...requests].filter(([, count]) => count > 0).sort((left, right) => left[1] - right[1]);
    if (minutes.length < LEAST_MINUTES || sum(failures.values()) < LEAST_FAILURES) return [];
    if (isBurst(symptom) || totalFailure(bundle, symptom) !== null) return [];
    const half = Math.floor(minutes.length / 2);
    const rate = (part: typeof minutes): { traffic: number; share: number } => {
      const traffic = sum(part.map(([, count]) => count));
      return {
        traffic: traffic / part.length,
        share: sum(part.map(([time]) => failures.get(time) ?? 0)) / traffic,
      };
    };
    const [slow, busy] = [rate(minutes.slice(0, half)), rate(minutes.slice(-half))];
    if (busy.traffic < LEAST_CONTRAST * slow.traffic) return [];
    if (busy.share < slow.share / 2) {
      const fact = 'the share of failed requests falls as traffic rises';
      return [{ id: 'rate-falls-with-traffic', fact, source: SOURCE }];
    }
    if (busy.share <= slow.share * 0.8) return [];
    return [{ id: 'rate-follows-traffic', fact: 'the 502s rise and fall with the traffic', source: SOURCE }];
  },
});
