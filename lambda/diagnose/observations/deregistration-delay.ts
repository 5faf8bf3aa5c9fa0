import { coincidence, FULL_NATS, isWithin, LEAST_NATS } from '../changes/coincidence.ts';
import { delayEndsOf, MINUTE_SLACK_MS, registrationsBeforeLastFailure } from '../changes/registrations.ts';
import { failuresApartFromCrashes } from '../workload/crashes.ts';
import { observation } from './observation.ts';

const REACH = { fromMs: -MINUTE_SLACK_MS, toMs: MINUTE_SLACK_MS };
/** A delay is over at one moment, which may lie on the border of two minutes: what fails for longer fails otherwise. */
const MOST_MINUTES_PER_END = 2;

/** How many minutes with failures there are for each minute in which delays were over with failures near. */
function failingMinutesPerEnd(failures: ReadonlyMap<string, number>, ends: readonly number[]): number {
  const minutes = [...failures.keys()];
  const spanOf = (end: number) => ({ fromMs: end + REACH.fromMs, toMs: end + REACH.toMs });
  const failing = ends.filter((end) => minutes.some((time) => isWithin([spanOf(end)], time)));
  const near = minutes.filter((time) => isWithin(failing.map(spanOf), time)).length;
  return near / Math.max(1, new Set(failing.map((end) => Math.floor(end / 60_000))).size);
}

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
    // A target that crashed is deregistered as well; what failed as it died did not outlive a delay.
    const counts = failuresApartFromCrashes(bundle);
    const ends = delayEndsOf(bundle, registrationsBeforeLastFailure(bundle));
    const near = coincidence(counts, bundle.window, ends, REACH);
    if (near < LEAST_NATS || failingMinutesPerEnd(counts.failures, ends) > MOST_MINUTES_PER_END) return [];
    const fact = 'the 502s gather one deregistration delay after targets were deregistered';
    const source = 'DeregisterTargets, deregistration_delay.timeout_seconds';
    return [{ id: 'failures-at-deregistration-delay', fact, source, strength: near / FULL_NATS }];
  },
});
