import type { EvidenceBundle } from '../../model/evidence.ts';
import { percent, seriesOf, sum } from '../bundle/metric-view.ts';
import { servingGroups } from '../bundle/serving-groups.ts';
import { printable } from '../remedies/command.ts';
import { METRIC_502 } from '../symptom.ts';
import { observation } from './observation.ts';

const SOURCE = `${METRIC_502} by AvailabilityZone`;
/** Fewer failures than this show no place. */
const LEAST_FAILURES = 10;
/** A zone with more of the traffic than this has all the failures easily by chance. */
const MOST_TRAFFIC_OF_ZONE = 0.7;

const CROSS_ZONE = 'load_balancing.cross_zone.enabled';

/**
 * Whether nodes of every zone send to the targets of all zones: then what is wrong with a target fails in all zones.
 * Off where a group switches it off, or where nobody could read it
 * (https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-target-group-attributes.html).
 */
function isCrossZone(bundle: EvidenceBundle): boolean {
  const ofLoadBalancer = bundle.loadBalancer.attributes[CROSS_ZONE] === 'true';
  const groups = servingGroups(bundle).filter(({ targetType }) => targetType !== 'lambda');
  return (
    groups.length > 0 &&
    groups.every(({ attributes }) => {
      const own = attributes[CROSS_ZONE];
      return own === 'true' || (own === 'use_load_balancer_configuration' && ofLoadBalancer);
    })
  );
}

/** Whether one Availability Zone has all the 502s though others have traffic. */
export const zones = observation({
  outcomes: ['one-zone', 'all-zones', 'one-zone-of-cross-zone'],
  needs: { metrics: [METRIC_502, 'RequestCount'] },
  group: 'time-and-place',
  from: 'scan',
  weights: {
    'keepalive-mismatch': [-0.8, 0, -0.8],
    'requests-per-connection-limit': [0, 0, 0],
    deployment: [0, 0, -1],
    'deregistration-delay-elapsed': [0, 0, -0.5],
    'target-crash': [0.4, -0.3, -1],
    'worker-timeout': [0, 0, 0],
    'connection-refused': [-1.2, 0, -3],
    'network-path': [1.5, -0.8, 2.5],
    'tls-failure': [0, 0, -2],
    'protocol-mismatch': [0, 0, -2],
    'malformed-response': [0, 0, 0],
    'response-header-too-large': [0, 0, 0],
    'lambda-target-error': [0, 0, 0],
    'request-body-refused': [0, 0, 0],
  },
  read: (bundle) => {
    const failing = seriesOf(bundle, METRIC_502, 'zone').filter((series) => sum(series.values) > 0);
    const busy = seriesOf(bundle, 'RequestCount', 'zone');
    const total = sum(failing.flatMap((series) => series.values));
    if (total < LEAST_FAILURES) return [];
    if (failing.length > 1) {
      const fact = `the 502s are spread over ${failing.length} Availability Zones`;
      return [{ id: 'all-zones', fact, source: SOURCE }];
    }
    const zone = failing[0]?.dimensions['AvailabilityZone'];
    const own = busy.filter((series) => series.dimensions['AvailabilityZone'] === zone);
    const share = sum(own.flatMap(({ values }) => values)) / sum(busy.flatMap(({ values }) => values));
    if (zone === undefined || !(share <= MOST_TRAFFIC_OF_ZONE)) return [];
    const fact = `all ${total} 502s are in ${printable(zone)}, which has ${percent(share)} of the traffic`;
    if (!isCrossZone(bundle)) return [{ id: 'one-zone', fact, source: SOURCE }];
    const all = `${fact}, and every zone sends to the same targets`;
    return [{ id: 'one-zone-of-cross-zone', fact: all, source: SOURCE }];
  },
});
