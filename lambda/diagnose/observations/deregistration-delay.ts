import { coincidence, FULL_NATS, LEAST_NATS } from '../changes/coincidence.ts';
import { delayEndsOf, MINUTE_SLACK_MS, registrationsBeforeLastFailure } from '../changes/registrations.ts';
import { symptomOf } from '../symptom.ts';
import { observation } from './observation.ts';

/** Whether the 502s gather one deregistration delay after targets were deregistered. */
export const deregistrationDelay = observation({
  outcomes: ['failures-at-deregistration-delay'],
  needs: { subjects: ['changes'] },
  group: 'deregistration-delay',
  from: 'scan',
  weights: {
    'keepalive-mismatch': [-1],
    'requests-per-connection-limit': [0],
    deployment: [0.5],
    'deregistration-delay-elapsed': [4],
    'target-crash': [0],
    'worker-timeout': [0],
    'connection-refused': [0],
    'network-path': [0],
    'tls-failure': [0],
    'protocol-mismatch': [0],
    'malformed-response': [0],
    'response-header-too-large': [0],
    'lambda-target-error': [0],
    'request-body-refused': [0],
  },
  read: (bundle) => {
    const symptom = symptomOf(bundle);
    const ends = delayEndsOf(bundle, registrationsBeforeLastFailure(bundle));
    const near = coincidence(symptom, bundle.window, ends, {
      fromMs: -MINUTE_SLACK_MS,
      toMs: MINUTE_SLACK_MS,
    });
    if (near < LEAST_NATS) return [];
    const fact = 'the 502s gather one deregistration delay after targets were deregistered';
    const source = 'DeregisterTargets, deregistration_delay.timeout_seconds';
    return [{ id: 'failures-at-deregistration-delay', fact, source, strength: near / FULL_NATS }];
  },
});
