import { sum } from '../bundle/metric-view.ts';
import { totalFailure } from '../bundle/total-failure.ts';
import { METRIC_502, type Symptom, symptomOf } from '../symptom.ts';
import { observation } from './observation.ts';
import { isBurst } from './time-pattern.ts';

const SOURCE = `${METRIC_502}, RequestCount`;
/** Fewer minutes or failures than this show no rate. */
const LEAST_MINUTES = 20;
const LEAST_FAILURES = 20;
/** The busier half of the minutes must have so many times the traffic of the quieter half. */
const LEAST_CONTRAST = 2;
/** In the middle third of the minutes the share is so many times that of either other. */
const PEAK = 2;
/** Shares of the busier half against the quieter: below it falls, above it rises, between it follows. */
const FALLS = 0.5;
const FOLLOWS = 0.8;
const RISES = 2;

const WORDS = {
  'rate-follows-traffic': 'the 502s rise and fall with the traffic',
  'rate-falls-with-traffic': 'the share of failed requests falls as traffic rises',
  'rate-rises-with-traffic': 'the share of failed requests rises with the traffic',
  'rate-peaks-at-medium-traffic':
    'the share of failed requests is highest at medium traffic: lower in the quiet and in the rush',
} as const;

type RateOutcome = keyof typeof WORDS;

interface Rate {
  /** Requests a minute. */
  readonly traffic: number;
  /** Share of them that failed. */
  readonly share: number;
}

/** The minutes with traffic in parts of equal number, the quietest first. */
function ratesOf({ failures, requests }: Symptom, parts: number): readonly Rate[] {
  const minutes = [...requests].filter(([, count]) => count > 0).sort((left, right) => left[1] - right[1]);
  const size = Math.floor(minutes.length / parts);
  return Array.from({ length: parts }, (_, part) => {
    const own = part === parts - 1 ? minutes.slice(-size) : minutes.slice(part * size, (part + 1) * size);
    const sent = sum(own.map(([, count]) => count));
    return { traffic: sent / own.length, share: sum(own.map(([time]) => failures.get(time) ?? 0)) / sent };
  });
}

/** A race needs connections that are idle for as long as the keep-alive: seldom in the quiet, never in the rush. */
function peaks([quiet, medium, busy]: readonly Rate[]): boolean {
  if (!quiet || !medium || !busy) return false;
  return medium.share >= PEAK * quiet.share && medium.share >= PEAK * busy.share;
}

/**
 * How the share of failed requests goes with the traffic. Of an idle race it rises with the traffic and falls again as
 * the pauses vanish; that of a limit per connection or of a broken path stays the same; what overload brings about rises.
 */
export const rateAndTraffic = observation({
  outcomes: [
    'rate-follows-traffic',
    'rate-falls-with-traffic',
    'rate-rises-with-traffic',
    'rate-peaks-at-medium-traffic',
  ],
  needs: { metrics: [METRIC_502, 'RequestCount'] },
  group: 'time-and-place',
  from: 'scan',
  weights: {
    'keepalive-mismatch': [-0.3, 0.1, 0, 0.2],
    'requests-per-connection-limit': [1, -0.6, -0.6, -0.8],
    deployment: [0, 0, 0, 0],
    'deregistration-delay-elapsed': [0, 0, 0, 0],
    'target-crash': [0, 0, 0.3, 0],
    'worker-timeout': [0, 0, 0.8, 0],
    'connection-refused': [0, 0, 0.5, 0],
    'network-path': [0, 0, 0, 0],
    'tls-failure': [0, 0, 0, 0],
    'protocol-mismatch': [0, 0, 0, 0],
    'malformed-response': [0.8, -0.4, -0.6, -0.6],
    'response-header-too-large': [0, 0.3, -0.6, 0],
    'lambda-target-error': [0, 0, 0, 0],
    'request-body-refused': [0.8, -0.4, -0.6, -0.6],
  },
  read: (bundle) => {
    const symptom = symptomOf(bundle);
    const minutes = [...symptom.requests.values()].filter((count) => count > 0).length;
    if (minutes < LEAST_MINUTES || sum(symptom.failures.values()) < LEAST_FAILURES) return [];
    if (isBurst(symptom) || totalFailure(bundle, symptom) !== null) return [];
    const [quieter, busier] = ratesOf(symptom, 2);
    if (!quieter || !busier || busier.traffic < LEAST_CONTRAST * quieter.traffic) return [];
    const found = (id: RateOutcome) => [{ id, fact: WORDS[id], source: SOURCE }];
    if (peaks(ratesOf(symptom, 3))) return found('rate-peaks-at-medium-traffic');
    if (busier.share < quieter.share * FALLS) return found('rate-falls-with-traffic');
    if (busier.share > quieter.share * RISES) return found('rate-rises-with-traffic');
    return busier.share > quieter.share * FOLLOWS ? found('rate-follows-traffic') : [];
  },
});
