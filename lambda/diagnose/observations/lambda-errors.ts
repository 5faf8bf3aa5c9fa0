import type { EvidenceBundle } from '../../model/evidence.ts';
import { countByTime, coveredShare, sum, totalsByTime } from '../bundle/metric-view.ts';
import { lambdaShare } from '../bundle/serving-groups.ts';
import { symptomOf } from '../symptom.ts';
import { observation } from './observation.ts';

const METRICS = ['LambdaUserError', 'LambdaInternalError'] as const;
const SOURCE = METRICS.join(', ');
/** Below this share of the 502s, errors of a function are taken as coincidence. */
const NOTABLE_SHARE = 0.05;
/** What a notable share is worth by itself; the share adds the rest. */
const LEAST_STRENGTH = 0.4;

/** Errors of Lambda targets by minute: of groups within the load balancer, else of groups alone. */
function errorsByMinute(bundle: EvidenceBundle): ReadonlyMap<string, number> {
  const totals = new Map<string, number>();
  for (const metric of METRICS) {
    const scoped = countByTime(bundle, metric);
    const alone = bundle.metrics.filter(
      (series) => series.name === metric && Object.keys(series.dimensions).join() === 'TargetGroup',
    );
    for (const [time, count] of scoped.size > 0 ? scoped : totalsByTime(alone))
      totals.set(time, (totals.get(time) ?? 0) + count);
  }
  return totals;
}

/** Errors of Lambda targets in the minutes of the 502s. */
export const lambdaErrors = observation({
  outcomes: ['lambda-errors', 'no-lambda-errors'],
  needs: { metrics: METRICS },
  restOnAbsence: ['no-lambda-errors'],
  group: 'lambda',
  from: 'scan',
  weights: {
    'keepalive-mismatch': [-2, 0],
    'requests-per-connection-limit': [0, 0],
    deployment: [-2, 0],
    'deregistration-delay-elapsed': [0, 0],
    'target-crash': [-2, 0],
    'worker-timeout': [-2, 0],
    'connection-refused': [-2, 0],
    'network-path': [0, 0],
    'tls-failure': [0, 0],
    'protocol-mismatch': [0, 0],
    'malformed-response': [-2, 0],
    'response-header-too-large': [0, 0],
    'lambda-target-error': [5, -3],
    'request-body-refused': [-2, 0],
  },
  read: (bundle) => {
    const { failures, summary } = symptomOf(bundle);
    const share = lambdaShare(bundle);
    if (failures.size === 0 || (share !== 'only' && share !== 'partly')) return [];
    const errors = errorsByMinute(bundle);
    const total = sum(errors.values());
    const beside = coveredShare(failures, errors);
    if (beside >= NOTABLE_SHARE) {
      const fact = `the Lambda target failed ${total} times beside the ${summary.count} 502s`;
      return [{ id: 'lambda-errors', fact, source: SOURCE, strength: Math.min(1, LEAST_STRENGTH + beside) }];
    }
    const fact = 'no Lambda error was counted in the minutes of the 502s';
    return [{ id: 'no-lambda-errors', fact, source: SOURCE }];
  },
});
