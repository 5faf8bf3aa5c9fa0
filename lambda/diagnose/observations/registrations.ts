import { coincidence, FULL_NATS, LEAST_NATS } from '../changes/coincidence.ts';
import {
  AFTER_MS,
  lastFailureMs,
  MINUTE_SLACK_MS,
  NOTICED_MS,
  type ReplacementOrder,
  registrationsBeforeLastFailure,
  registrationsOf,
  replacementOrder,
} from '../changes/registrations.ts';
import { trafficShiftsOf } from '../changes/traffic-shifts.ts';
import { symptomOf } from '../symptom.ts';
import { failuresApartFromCrashes } from '../workload/crashes.ts';
import { observation } from './observation.ts';

/** CloudTrail delivers an event within about 15 minutes. */
const TRAIL_DELAY_MS = 15 * 60_000;

/** Order counts: a rollout registers and then deregisters; after a crash failed targets go first, and new ones come. */
const OUTCOMES = {
  registered: 'rollout-near-failures',
  failed: 'failures-before-replacement',
  neither: 'registration-near-failures',
} as const;
const WORDS: Readonly<Record<ReplacementOrder, string>> = {
  registered: '; new targets were registered before old ones were deregistered',
  failed: '; they began before targets were deregistered, and new ones came after',
  neither: '',
};

/** Whether the 502s gather around registrations and deregistrations of targets. */
export const registrations = observation({
  outcomes: [
    'rollout-near-failures',
    'failures-before-replacement',
    'registration-near-failures',
    'failures-apart-from-registrations',
    'no-registrations',
  ],
  needs: { subjects: ['changes'] },
  restOnAbsence: ['no-registrations'],
  group: 'target-changes',
  from: 'scan',
  weights: {
    'keepalive-mismatch': [-1, -1, -1, 0, 0],
    'requests-per-connection-limit': [0, 0, 0, 0, 0],
    deployment: [3, -0.5, 2.4, -1.5, -1.2],
    'deregistration-delay-elapsed': [2.2, -0.5, 2.2, 0, -2],
    'target-crash': [-0.7, 2.2, 0.3, 0, 0],
    'worker-timeout': [0, 0, 0, 0, 0],
    'connection-refused': [0, 0, 0, 0, 0],
    'network-path': [0, 0, 0, 0, 0],
    'tls-failure': [0, 0, 0, 0, 0],
    'protocol-mismatch': [0, 0, 0, 0, 0],
    'malformed-response': [-0.7, -0.7, -0.7, 0, 0],
    'response-header-too-large': [0, 0, 0, 0, 0],
    'lambda-target-error': [0, 0, 0, 0, 0],
    'request-body-refused': [-0.7, -0.7, -0.7, 0, 0],
  },
  read: (bundle) => {
    const symptom = symptomOf(bundle);
    const all = registrationsOf(bundle);
    if (symptom.failures.size === 0) return [];
    if (all.length === 0) {
      // Both groups of a blue/green deployment may have had their targets for long.
      if (trafficShiftsOf(bundle.changes).length > 0) return [];
      const isInTrail = Date.parse(bundle.window.end) - lastFailureMs(bundle) >= TRAIL_DELAY_MS;
      const fact = 'no target was registered or deregistered in the window';
      return isInTrail
        ? [{ id: 'no-registrations', fact, source: 'RegisterTargets, DeregisterTargets' }]
        : [];
    }
    const changes = registrationsBeforeLastFailure(bundle);
    const counts = failuresApartFromCrashes(bundle);
    if (counts.failures.size === 0) return [];
    const [first] = changes;
    if (!first) {
      const fact = `the last 502 came before the ${all.length} registrations or deregistrations of targets`;
      return [
        { id: 'failures-apart-from-registrations', fact, source: 'RegisterTargets, DeregisterTargets' },
      ];
    }
    const order = replacementOrder(bundle, changes);
    const events = changes.map(({ at }) => Date.parse(at));
    const fromMs = order === 'failed' ? -NOTICED_MS : -MINUTE_SLACK_MS;
    const near = coincidence(counts, bundle.window, events, { fromMs, toMs: AFTER_MS });
    const source = [...new Set(changes.map(({ eventName }) => eventName))].sort().join(', ');
    const shown = `${changes.length} registrations or deregistrations of targets`;
    const strength = Math.abs(near) / FULL_NATS;
    if (near >= LEAST_NATS) {
      const fact = `the 502s gather around ${shown} (the first at ${first.at})${WORDS[order]}`;
      return [{ id: OUTCOMES[order], fact, source, strength }];
    }
    if (near > -LEAST_NATS) return [];
    const fact = `the 502s keep no company with ${shown}`;
    return [{ id: 'failures-apart-from-registrations', fact, source, strength }];
  },
});
