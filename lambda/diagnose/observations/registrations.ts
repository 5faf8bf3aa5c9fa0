import { coincidence, FULL_NATS, LEAST_NATS } from '../coincidence.ts';
import { MINUTE_SLACK_MS, registrationsBeforeLastFailure, registrationsOf } from '../registrations.ts';
import { symptomOf } from '../symptom.ts';
import { observation } from './observation.ts';

/** So long after a registration or deregistration a failure still belongs to it. */
const AFTER_MS = 5 * 60_000;

/** Whether the 502s gather around registrations and deregistrations of targets. */
export const registrations = observation({
  outcomes: ['registration-near-failures', 'failures-apart-from-registrations'],
  needs: { subjects: ['changes'] },
  group: 'target-changes',
  way: 'scan',
  weights: {
    'keepalive-mismatch': [-1, 0],
    'requests-per-connection-limit': [0, 0],
    deployment: [2.6, -1.5],
    'deregistration-delay-elapsed': [2.2, 0],
    'target-crash': [0, 0],
    'worker-timeout': [0, 0],
    'connection-refused': [0, 0],
    'network-path': [0, 0],
    'tls-failure': [0, 0],
    'protocol-mismatch': [0, 0],
    'malformed-response': [-0.7, 0],
    'response-header-too-large': [0, 0],
    'lambda-target-error': [0, 0],
    'request-body-refused': [-0.7, 0],
  },
  read: (bundle) => {
    const symptom = symptomOf(bundle);
    const all = registrationsOf(bundle);
    if (all.length === 0 || symptom.failures.size === 0) return [];
    const changes = registrationsBeforeLastFailure(bundle);
    const [first] = changes;
    if (!first) {
      const fact = `the last 502 came before the ${all.length} registrations or deregistrations of targets`;
      return [
        { id: 'failures-apart-from-registrations', fact, source: 'RegisterTargets, DeregisterTargets' },
      ];
    }
    const events = changes.map(({ at }) => Date.parse(at));
    const near = coincidence(symptom, bundle.window, events, { fromMs: -MINUTE_SLACK_MS, toMs: AFTER_MS });
    const source = [...new Set(changes.map(({ eventName }) => eventName))].sort().join(', ');
    const shown = `${changes.length} registrations or deregistrations of targets`;
    const strength = Math.abs(near) / FULL_NATS;
    if (near >= LEAST_NATS) {
      const fact = `the 502s gather around ${shown} (the first at ${first.at})`;
      return [{ id: 'registration-near-failures', fact, source, strength }];
    }
    if (near > -LEAST_NATS) return [];
    const fact = `the 502s keep no company with ${shown}`;
    return [{ id: 'failures-apart-from-registrations', fact, source, strength }];
  },
});
