import type { Diagnosis } from '../model/diagnosis.ts';
import type { EvidenceBundle } from '../model/evidence.ts';
import { inTextOrder } from '../model/text-order.ts';
import { couldRead, countByTime, sum } from './bundle/metric-view.ts';

/** The 502s of the load balancer's own, from the metric or, without metrics, from the access log. */
export interface Symptom {
  readonly summary: Diagnosis['symptom'];
  /** 502s by minute, only minutes that have some. */
  readonly failures: ReadonlyMap<string, number>;
  /** Requests by minute. */
  readonly requests: ReadonlyMap<string, number>;
  /** false: the count could not be read, so nothing may be concluded from its absence. */
  readonly known: boolean;
}

/** The 502s that the load balancer itself generated (AWS, "CloudWatch metrics for your Application Load Balancer"). */
export const METRIC_502 = 'HTTPCode_ELB_502_Count';

/** Every observation asks for the symptom of the same bundle, which nothing changes. */
const known = new WeakMap<EvidenceBundle, Symptom>();

/** The 502s of a bundle, worked out once. */
export function symptomOf(bundle: EvidenceBundle): Symptom {
  const symptom = known.get(bundle) ?? workOut(bundle);
  known.set(bundle, symptom);
  return symptom;
}

function workOut(bundle: EvidenceBundle): Symptom {
  const counted = [...countByTime(bundle, METRIC_502)].filter(([, count]) => count > 0);
  const failures = new Map(counted.sort(([left], [right]) => inTextOrder(left, right)));
  const requests = countByTime(bundle, 'RequestCount');
  const log = bundle.accessLog;
  const count = sum(failures.values());
  if (count === 0 && log !== null && log.elb502 > 0) {
    return {
      failures,
      requests,
      known: true,
      summary: {
        count: log.elb502,
        requests: log.requests,
        ratio: ratio(log.elb502, log.requests),
        firstSeen: log.firstSeen,
        lastSeen: log.lastSeen,
      },
    };
  }
  const times = [...failures.keys()];
  const isCounted = couldRead(bundle, METRIC_502);
  const areRequestsCounted = couldRead(bundle, 'RequestCount');
  // A failed request counts in RequestCount only if a target could be chosen, so it can be the smaller number.
  const total = Math.max(sum(requests.values()), count);
  return {
    failures,
    requests,
    known: isCounted || log !== null,
    summary: {
      count,
      requests: total,
      ratio: ratio(count, total),
      firstSeen: times.at(0) ?? null,
      lastSeen: times.at(-1) ?? null,
      ...(isCounted || log !== null ? {} : { known: false as const }),
      ...(areRequestsCounted ? {} : { requestsKnown: false as const }),
    },
  };
}

const ratio = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);
