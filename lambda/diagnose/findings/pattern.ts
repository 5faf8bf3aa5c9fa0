import type { EvidenceBundle } from '../../model/evidence.ts';
import { printable } from '../command.ts';
import type { Finding, FindingReader } from '../finding.ts';
import { servingGroups } from '../groups.ts';
import { couldRead, largest, seriesOf, seriesOfGroup, sum, totalsByTime } from '../metric-view.ts';
import { METRIC_502, type Symptom, symptomOf } from '../symptom.ts';

/** Share of failed requests from which on "all of them" is meant. */
const TOTAL_SHARE = 0.9;
/** Fewer requests of a group than this show nothing. */
const GROUP_REQUESTS = 20;
const ANSWERS = [2, 3, 4, 5].map((digit) => `HTTPCode_Target_${digit}XX_Count`);

const percent = (share: number): string => `${Math.round(share * 100)} %`;

/** Fewer failures than this show no pattern. */
const LEAST_FAILURES = 5;

/** Failing minutes with less than this between them are one episode. */
const APART_MS = 3 * 60_000;
/** Trouble that lasts for so long without a break is neither a rollout nor a restart. */
const LASTING_MS = 20 * 60_000;
/** Share of failing minutes in a lasting trouble. */
const LASTING_DENSITY = 0.4;
/** So many separate episodes are as scattered as can be. */
const MANY_EPISODES = 10;

/** How the 502s lie in time: everything fails, one burst, without a break, or scattered. */
export const timeFindings: FindingReader = (bundle) => {
  const symptom = symptomOf(bundle);
  const { failures, requests, summary } = symptom;
  if (failures.size === 0) return [];
  const total = totalFailure(bundle, symptom);
  if (total !== null) {
    const source = `${METRIC_502}, RequestCount`;
    return [{ id: 'every-request-fails', fact: total, source }, ...lastingFinding(symptom)];
  }
  const busiest = sum([...failures.values()].sort((left, right) => right - left).slice(0, 3));
  // A burst shows only against minutes that had traffic and no failure.
  const quiet = [...requests].filter(([time, count]) => count > 0 && !failures.has(time)).length;
  if (summary.count >= 20 && busiest / summary.count >= 0.8 && quiet >= 10) {
    const fact = `${busiest} of the ${summary.count} 502s fall into ${Math.min(3, failures.size)} minutes`;
    return [{ id: 'burst', fact, source: METRIC_502 }];
  }
  const lasting = lastingFinding(symptom);
  return [...(lasting.length > 0 ? lasting : scatteredFinding(symptom)), ...trafficFinding(symptom)];
};

function lastingFinding({ failures }: Symptom): readonly Finding[] {
  const times = [...failures.keys()].map((time) => Date.parse(time));
  const span = (times.at(-1) ?? 0) - (times[0] ?? 0) + 60_000;
  const density = (times.length * 60_000) / span;
  if (span < LASTING_MS || density < LASTING_DENSITY) return [];
  const fact = `the 502s go on for ${Math.round(span / 60_000)} minutes, in ${percent(density)} of them`;
  return [{ id: 'lasting', fact, source: METRIC_502 }];
}

function scatteredFinding({ failures, summary }: Symptom): readonly Finding[] {
  const times = [...failures.keys()].map((time) => Date.parse(time));
  const episodes = times.filter((time, index) => time - (times[index - 1] ?? 0) >= APART_MS).length;
  if (episodes < 4 || summary.ratio >= 0.05) return [];
  const fact = `the 502s are few and scattered: ${summary.count} in ${episodes} separate episodes`;
  return [{ id: 'scattered', fact, source: METRIC_502, strength: episodes / MANY_EPISODES }];
}

/**
 * Whether everything failed from the first 502 to the last, of the load balancer or of one group: in words, or null.
 * The failing minutes alone would not tell: in a quiet service a minute has one request.
 */
function totalFailure(bundle: EvidenceBundle, { failures, requests, summary }: Symptom): string | null {
  const { firstSeen, lastSeen } = summary;
  if (firstSeen === null || lastSeen === null || summary.count < LEAST_FAILURES) return null;
  const within = (series: ReadonlyMap<string, number>): number =>
    sum([...series].filter(([time]) => time >= firstSeen && time <= lastSeen).map(([, count]) => count));
  const failed = within(failures);
  const sent = within(requests);
  if (sent > 0 && failed / sent >= TOTAL_SHARE) {
    return `from the first 502 to the last, ${percent(failed / sent)} of the requests failed`;
  }
  const groups = servingGroups(bundle).filter((group) => group.targetType !== 'lambda');
  for (const group of couldRead(bundle, 'RequestCount') && groups.length > 1 ? groups : []) {
    const of = (name: string): number => within(totalsByTime(seriesOfGroup(bundle, name, group)));
    const [asked, answered] = [of('RequestCount'), sum(ANSWERS.map(of))];
    // As many failures as it had requests, and no answer of its targets: the group fails as a whole.
    const matches = asked >= GROUP_REQUESTS && failed / asked >= 0.8 && failed / asked <= 1.25;
    if (matches && answered / asked <= 1 - TOTAL_SHARE && ANSWERS.every((name) => couldRead(bundle, name)))
      return `target group ${printable(group.name)} answered ${answered} of its ${asked} requests between the first 502 and the last`;
  }
  return null;
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

/** A zone with more of the traffic than this has all the failures easily by chance. */
const MOST_TRAFFIC_OF_ZONE = 0.7;

/** Whether one Availability Zone has all the 502s though others have traffic. */
export const zoneFindings: FindingReader = (bundle) => {
  const failing = seriesOf(bundle, METRIC_502, 'zone').filter((series) => sum(series.values) > 0);
  const busy = seriesOf(bundle, 'RequestCount', 'zone').filter((series) => sum(series.values) > 0);
  const total = sum(failing.flatMap((series) => series.values));
  const source = `${METRIC_502} by AvailabilityZone`;
  if (total < 10) return [];
  if (failing.length > 1) {
    const fact = `the 502s are spread over ${failing.length} Availability Zones`;
    return [{ id: 'all-zones', fact, source }];
  }
  const zone = failing[0]?.dimensions['AvailabilityZone'];
  const own = busy.filter((series) => series.dimensions['AvailabilityZone'] === zone);
  const share = sum(own.flatMap(({ values }) => values)) / sum(busy.flatMap(({ values }) => values));
  if (zone === undefined || !(share <= MOST_TRAFFIC_OF_ZONE)) return [];
  const fact = `all ${total} 502s are in ${printable(zone)}, which has ${percent(share)} of the traffic`;
  return [{ id: 'one-zone', fact, source }];
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
