import { totalFailure } from '../bundle/total-failure.ts';
import { coincidence, FULL_NATS, LEAST_NATS } from '../changes/coincidence.ts';
import { AFTER_MS, MINUTE_SLACK_MS } from '../changes/registrations.ts';
import { beganWithShift, shiftsBeforeLastFailure } from '../changes/shift-onset.ts';
import { shiftText } from '../changes/traffic-shifts.ts';
import { symptomOf } from '../symptom.ts';
import { observation } from './observation.ts';

/** Whether the 502s begin with, or gather around, a shift of traffic to other target groups. */
export const trafficShift = observation({
  outcomes: ['traffic-shift-near-failures', 'every-request-fails-after-traffic-shift'],
  needs: { subjects: ['changes'] },
  group: 'target-changes',
  from: 'scan',
  weights: {
    'keepalive-mismatch': [-1, -1],
    'requests-per-connection-limit': [0, 0],
    deployment: [3.2, 4],
    'deregistration-delay-elapsed': [0.5, -1],
    'target-crash': [0, 0],
    'worker-timeout': [0, 0],
    'connection-refused': [0, 0],
    'network-path': [0, 0],
    'tls-failure': [0.2, 0.3],
    'protocol-mismatch': [0.3, 0.5],
    'malformed-response': [0, 0],
    'response-header-too-large': [0, 0],
    'lambda-target-error': [0, 0],
    'request-body-refused': [0, 0],
  },
  read: (bundle) => {
    const symptom = symptomOf(bundle);
    const shifts = shiftsBeforeLastFailure(bundle);
    const [first] = shifts;
    if (first === undefined || symptom.failures.size === 0) return [];
    const times = shifts.map(({ change }) => Date.parse(change.at));
    const near = coincidence(symptom, bundle.window, times, { fromMs: -MINUTE_SLACK_MS, toMs: AFTER_MS });
    const began = beganWithShift(bundle);
    const strength = Math.max(near >= LEAST_NATS ? Math.min(1, near / FULL_NATS) : 0, began?.strength ?? 0);
    if (strength === 0) return [];
    const isTotal = began !== null && totalFailure(bundle, symptom) !== null;
    const id = isTotal ? 'every-request-fails-after-traffic-shift' : 'traffic-shift-near-failures';
    const shown = `${shifts.length === 1 ? 'a shift' : `${shifts.length} shifts`} of traffic (${first.change.at}: ${shiftText(bundle, first)})`;
    const fact = began?.fact ?? `the 502s gather around ${shown}`;
    return [{ id, fact, source: first.change.eventName, strength }];
  },
});
