import { FAILED_CHECK_TEXT, loggedCheckFailures } from '../bundle/logged-checks.ts';
import { registeredTargets, targetLabel } from '../bundle/registered-targets.ts';
import { observation } from './observation.ts';

const REASONS = [
  { reason: 'Target.FailedHealthChecks', id: 'targets-fail-checks' },
  { reason: 'Target.Timeout', id: 'targets-time-out' },
  { reason: 'Target.ResponseCodeMismatch', id: 'targets-answer-wrong' },
] as const;
/** What one of many targets is worth. */
const LEAST_STRENGTH = 0.4;

/**
 * How targets fail their health checks: now, with AWS's reasons, and around the 502s, where health checks are logged.
 */
export const healthCheckFailures = observation({
  outcomes: ['targets-fail-checks', 'targets-time-out', 'targets-answer-wrong'],
  needs: { subjects: ['target-health'] },
  group: 'health',
  from: 'scan',
  weights: {
    'keepalive-mismatch': [-1, -0.7, -0.3],
    'requests-per-connection-limit': [-1, 0, 0],
    deployment: [0, 0, 0],
    'deregistration-delay-elapsed': [0, 0, 0],
    'target-crash': [0.8, 0, 0.3],
    'worker-timeout': [0, 0.7, 0],
    'connection-refused': [1.5, -1.5, 0],
    'network-path': [0, 2, 0],
    'tls-failure': [0.5, 0, 0],
    'protocol-mismatch': [0.7, 0, 0.7],
    'malformed-response': [0, 0, 0],
    'response-header-too-large': [0, 0, 0],
    'lambda-target-error': [0, 0, 0],
    'request-body-refused': [0, 0, 0],
  },
  read: (bundle) => {
    const all = registeredTargets(bundle);
    const now = REASONS.flatMap(({ reason, id }) => {
      const hit = all.filter(({ target }) => target.reason === reason);
      const [first] = hit;
      if (!first) return [];
      const fact = `${hit.length} of ${all.length} targets ${FAILED_CHECK_TEXT[id]} (${targetLabel(first)})`;
      const strength = Math.max(LEAST_STRENGTH, hit.length / all.length);
      return [{ id, fact, source: 'DescribeTargetHealth', strength }];
    });
    // Where the log says the same as the state of the targets, it is said once.
    const logged = loggedCheckFailures(bundle)
      .filter(({ id }) => !now.some((other) => other.id === id))
      .map(({ share, ...rest }) => ({ ...rest, strength: Math.max(LEAST_STRENGTH, share) }));
    return [...now, ...logged];
  },
});
