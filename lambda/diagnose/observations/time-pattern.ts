import { percent, sum } from '../bundle/metric-view.ts';
import { totalFailure } from '../bundle/total-failure.ts';
import { METRIC_502, type Symptom, symptomOf } from '../symptom.ts';
import type { Observed } from './observation.ts';
import { observation } from './observation.ts';

/** Base rates are of failures that came back: fewer than these may be anything. */
const LEAST_PATTERN = 3;
/** Failing minutes with less than this between them are one episode. */
const APART_MS = 3 * 60_000;
/** Failures that last for so long without a break are neither a rollout nor a restart. */
const LASTING_MS = 20 * 60_000;
/** Share of failing minutes where failures last. */
const LASTING_DENSITY = 0.4;
/** Fewer episodes than this are no pattern; so many are as scattered as can be. */
const LEAST_EPISODES = 4;
const MANY_EPISODES = 10;
/** A share of failed requests from which on they are not few. */
const MANY_RATIO = 0.05;
/** A burst is so many failures, of which such a share falls into three minutes, beside so many quiet ones. */
const BURST_FAILURES = 20;
const BURST_SHARE = 0.8;
const BURST_QUIET_MINUTES = 10;

function lasting({ failures }: Symptom): readonly Observed<'lasting'>[] {
  const times = [...failures.keys()].map((time) => Date.parse(time));
  const span = (times.at(-1) ?? 0) - (times[0] ?? 0) + 60_000;
  const density = (times.length * 60_000) / span;
  if (span < LASTING_MS || density < LASTING_DENSITY) return [];
  const fact = `the 502s go on for ${Math.round(span / 60_000)} minutes, in ${percent(density)} of them`;
  return [{ id: 'lasting', fact, source: METRIC_502 }];
}

function scattered({ failures, summary }: Symptom): readonly Observed<'scattered'>[] {
  const times = [...failures.keys()].map((time) => Date.parse(time));
  const episodes = times.filter((time, index) => time - (times[index - 1] ?? 0) >= APART_MS).length;
  if (episodes < LEAST_EPISODES || summary.ratio >= MANY_RATIO) return [];
  const fact = `the 502s are few and scattered: ${summary.count} in ${episodes} separate episodes`;
  return [{ id: 'scattered', fact, source: METRIC_502, strength: episodes / MANY_EPISODES }];
}

/** A burst shows only against minutes that had traffic and no failure. */
export function isBurst({ failures, requests, summary }: Symptom): boolean {
  const quiet = [...requests].filter(([time, count]) => count > 0 && !failures.has(time)).length;
  return (
    summary.count >= BURST_FAILURES &&
    busiestThree(failures) / summary.count >= BURST_SHARE &&
    quiet >= BURST_QUIET_MINUTES
  );
}

const busiestThree = (failures: Symptom['failures']): number =>
  sum([...failures.values()].sort((left, right) => right - left).slice(0, 3));

/** How the 502s lie in time: everything fails, one burst, without a break, or scattered. */
export const timePattern = observation({
  outcomes: ['every-request-fails', 'burst', 'lasting', 'scattered', 'few-failures'],
  needs: { metrics: [METRIC_502, 'RequestCount'] },
  group: 'time-and-place',
  from: 'scan',
  weights: {
    'keepalive-mismatch': [-5, -1.3, 0, 0.1, -0.6],
    'requests-per-connection-limit': [-5, -1.5, 0, 0.1, -0.6],
    deployment: [-1, 1, -2.3, -2.3, -0.6],
    'deregistration-delay-elapsed': [-4, 0.5, -3, -2.3, -0.6],
    'target-crash': [-0.5, 1.6, -1.5, -1.5, -0.6],
    'worker-timeout': [-1.5, 0, 0, 0, -0.6],
    'connection-refused': [1.5, 0, 0, -0.4, -0.6],
    'network-path': [0.8, 0, 0, -0.4, -0.6],
    'tls-failure': [1.5, 0, 0, -0.5, -0.6],
    'protocol-mismatch': [3, 0, 0, -2, -0.6],
    'malformed-response': [0.3, -0.5, 0, 0.1, -0.6],
    'response-header-too-large': [-1.5, -0.7, 0, 0.1, -0.6],
    'lambda-target-error': [0.7, 0, 0, 0, -0.6],
    'request-body-refused': [0.3, -0.5, 0, 0.1, -0.6],
  },
  read: (bundle) => {
    const symptom = symptomOf(bundle);
    const { failures, summary } = symptom;
    if (failures.size === 0) return [];
    if (summary.count < LEAST_PATTERN) {
      const fact = `${summary.count} in the window are too few for a pattern`;
      return [{ id: 'few-failures', fact, source: METRIC_502 }];
    }
    const total = totalFailure(bundle, symptom);
    if (total !== null)
      return [
        { id: 'every-request-fails', fact: total, source: `${METRIC_502}, RequestCount` },
        ...lasting(symptom),
      ];
    if (isBurst(symptom)) {
      const fact = `${busiestThree(failures)} of the ${summary.count} 502s fall into ${Math.min(3, failures.size)} minutes`;
      return [{ id: 'burst', fact, source: METRIC_502 }];
    }
    const found = lasting(symptom);
    return found.length > 0 ? found : scattered(symptom);
  },
});
