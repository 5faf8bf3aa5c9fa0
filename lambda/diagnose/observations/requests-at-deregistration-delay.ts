import { delayEndsOf, registrationsOf } from '../changes/registrations.ts';
import { observation } from './observation.ts';

/**
 * The load balancer ends what is left when the delay is over, give or take a few seconds of its own and of CloudTrail's
 * clock.
 */
const EARLY_MS = 3_000;
const LATE_MS = 8_000;
/** One alone may be luck. */
const LEAST_MATCHED = 2;
/** Chance of luck above which nothing is said: one deregistration in a window of three hours is below it. */
const MOST_LUCK = 0.002;

const isAt = (time: number, end: number): boolean => time >= end - EARLY_MS && time <= end + LATE_MS;

/** Failed requests that the log names, each ended at the moment at which a deregistration delay was over. Where whole
 * bursts end so, the log's own shape tells more, and this says nothing. */
export const requestsAtDeregistrationDelay = observation({
  outcomes: ['log-failed-at-deregistration-delay'],
  needs: { subjects: ['changes', 'access-log'] },
  group: 'deregistration-delay',
  from: 'access-log',
  weights: {
    'keepalive-mismatch': [-2],
    'requests-per-connection-limit': [-2],
    deployment: [0.3],
    'deregistration-delay-elapsed': [6],
    'target-crash': [-1.5],
    'worker-timeout': [-1],
    'connection-refused': [-2],
    'network-path': [0],
    'tls-failure': [0],
    'protocol-mismatch': [0],
    'malformed-response': [-1.5],
    'response-header-too-large': [-1.5],
    'lambda-target-error': [0],
    'request-body-refused': [-1.5],
  },
  read: (bundle) => {
    const { accessLog, window } = bundle;
    const failing = accessLog?.failingRequests ?? [];
    if (failing.length === 0 || accessLog?.explanations?.some(({ kind }) => kind === 'deregistration'))
      return [];
    const ends = delayEndsOf(bundle, registrationsOf(bundle));
    const matched = failing.filter(({ at }) => ends.some((end) => isAt(Date.parse(at), end)));
    const [first] = matched;
    if (first === undefined || matched.length < LEAST_MATCHED) return [];
    const windowMs = Math.max(1, Date.parse(window.end) - Date.parse(window.start));
    const coveredShare = (ends.length * (EARLY_MS + LATE_MS)) / windowMs;
    // Requests that end at one moment are not independent of each other; the moments are.
    const moments = ends.filter((end) => failing.some(({ at }) => isAt(Date.parse(at), end))).length;
    if (coveredShare ** moments > MOST_LUCK) return [];
    return [
      {
        id: 'log-failed-at-deregistration-delay',
        fact: `${matched.length} of ${failing.length} failed requests ended when a deregistration delay was over (the first at ${first.at})`,
        source: 'access log, DeregisterTargets, deregistration_delay.timeout_seconds',
        strength: matched.length / failing.length,
      },
    ];
  },
});
