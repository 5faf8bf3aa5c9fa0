import type { Finding, FindingReader } from '../finding.ts';
import { couldRead, largest, seriesOf, sum } from '../metric-view.ts';
import { METRIC_502, type Symptom, symptomOf } from '../symptom.ts';

/** How the 502s lie in time: scattered, in one burst, or everything that was sent. */
export const timeFindings: FindingReader = (bundle) => {
  const symptom = symptomOf(bundle);
  const { failures, requests, summary } = symptom;
  if (failures.size === 0) return [];
  const total = shareOfFailingMinutes(symptom);
  if (total !== null && total >= 0.9 && summary.count >= 5) {
    const fact = `in the failing minutes ${Math.round(total * 100)} % of the requests fail`;
    return [{ id: 'every-request-fails', fact, source: `${METRIC_502}, RequestCount` }];
  }
  const busiest = sum([...failures.values()].sort((left, right) => right - left).slice(0, 3));
  // A burst shows only against minutes that had traffic and no failure.
  const quiet = [...requests].filter(([time, count]) => count > 0 && !failures.has(time)).length;
  if (summary.count >= 20 && busiest / summary.count >= 0.8 && quiet >= 10) {
    const fact = `${busiest} of the ${summary.count} 502s fall into ${Math.min(3, failures.size)} minutes`;
    return [{ id: 'burst', fact, source: METRIC_502 }];
  }
  if (failures.size >= 4 && summary.ratio < 0.05 && busiest / summary.count < 0.9) {
    const fact = `the 502s are few and scattered: ${summary.count} in ${failures.size} separate minutes`;
    return [{ id: 'scattered', fact, source: METRIC_502 }, ...trafficFinding(symptom)];
  }
  return trafficFinding(symptom);
};

function shareOfFailingMinutes({ failures, requests }: Symptom): number | null {
  const seen = [...failures.keys()].map((time) => requests.get(time));
  if (seen.some((count) => count === undefined)) return null;
  const all = sum(seen.map((count) => count ?? 0));
  return all === 0 ? null : sum(failures.values()) / all;
}

/**
 * Does the share of failures fall as traffic rises? An idle race needs pauses, so it does; a broken path or a
 * limit per connection does not. Compares the busier with the quieter half of the minutes.
 */
function trafficFinding({ failures, requests }: Symptom): readonly Finding[] {
  const minutes = [...requests].filter(([, count]) => count > 0).sort((left, right) => left[1] - right[1]);
  if (minutes.length < 20 || sum(failures.values()) < 20) return [];
  const half = Math.floor(minutes.length / 2);
  const rate = (part: typeof minutes): { traffic: number; share: number } => {
    const traffic = sum(part.map(([, count]) => count));
    return {
      traffic: traffic / part.length,
      share: sum(part.map(([time]) => failures.get(time) ?? 0)) / traffic,
    };
  };
  const [slow, busy] = [rate(minutes.slice(0, half)), rate(minutes.slice(-half))];
  if (busy.traffic < 2 * slow.traffic) return [];
  const source = `${METRIC_502}, RequestCount`;
  if (busy.share < slow.share / 2) {
    return [
      { id: 'rate-falls-with-traffic', fact: 'the share of failed requests falls as traffic rises', source },
    ];
  }
  return busy.share > slow.share * 0.8
    ? [{ id: 'rate-follows-traffic', fact: 'the 502s rise and fall with the traffic', source }]
    : [];
}

/** Whether one Availability Zone has all the 502s though others have traffic. */
export const zoneFindings: FindingReader = (bundle) => {
  const failing = seriesOf(bundle, METRIC_502, 'zone').filter((series) => sum(series.values) > 0);
  const busy = seriesOf(bundle, 'RequestCount', 'zone').filter((series) => sum(series.values) > 0);
  const zones = new Set([...failing, ...busy].map((series) => series.dimensions['AvailabilityZone']));
  const total = sum(failing.flatMap((series) => series.values));
  if (zones.size < 2 || total < 10) return [];
  const only = failing.length === 1 ? failing[0] : undefined;
  const source = `${METRIC_502} by AvailabilityZone`;
  if (only) {
    const fact = `all ${total} 502s are in ${only.dimensions['AvailabilityZone']}, though other zones have traffic`;
    return [{ id: 'one-zone', fact, source }];
  }
  return [{ id: 'all-zones', fact: `the 502s are spread over ${failing.length} Availability Zones`, source }];
};

/** Slowest response a target gave: workers are not killed for slowness where nothing is slow. */
export const responseTimeFindings: FindingReader = (bundle) => {
  const metric = 'TargetResponseTime';
  const slowest = largest(bundle, metric, 'Maximum');
  if (slowest === null || !couldRead(bundle, metric) || symptomOf(bundle).failures.size === 0) return [];
  const fact = `the slowest response of a target took ${slowest.toFixed(slowest < 10 ? 2 : 0)} s`;
  if (slowest >= 20) return [{ id: 'slow-responses', fact, source: metric }];
  return slowest < 5 ? [{ id: 'fast-responses', fact, source: metric }] : [];
};
