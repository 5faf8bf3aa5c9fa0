import type { Gap, MetricSeries } from '../model/evidence.ts';
import type { Reading } from './aws-failure.ts';
import type { RegionChanges } from './change.reader.ts';
import { SCREENING_METRICS } from './metric-query.ts';

/** How much is read. */
export type Depth = 'configuration' | 'first-aid' | 'whole';

/** What happened may precede the 502s it causes by hours; the diagnosis looks six hours back. */
export const CHANGES_BEFORE_MS = 6 * 3_600_000;

/** Whether there were 502s. */
export const isFailing = ({ name, values }: MetricSeries): boolean =>
  name === 'HTTPCode_ELB_502_Count' && values.some((value) => value > 0);

/** Where nobody asked for changes. */
export const CHANGES_OFF: RegionChanges = {
  changes: [],
  gaps: [
    {
      subject: 'changes',
      what: 'recent changes of configuration',
      metrics: [],
      action: 'cloudtrail:LookupEvents',
      resource: null,
      kind: 'switched-off',
      reason: 'changes were not asked for',
    },
  ],
};

/** Attributes of a target group that a first look leaves out. */
export const leftForLater = (resource: string): Reading<Record<string, string>> => ({
  state: 'unknown',
  gap: {
    subject: 'attributes',
    what: 'the attributes of the target group',
    metrics: [],
    action: 'elasticloadbalancing:DescribeTargetGroupAttributes',
    resource,
    kind: 'switched-off',
    reason:
      'left for the next look: many load balancers fail at once and share the calls that the ELB API allows',
  },
});

/** What a look at the configuration leaves out. */
export const notAsked = (loadBalancerArn: string): Gap[] =>
  [
    { subject: 'metrics' as const, what: 'metrics beside 502s and requests', metrics: SCREENING_METRICS },
    { subject: 'target-health' as const, what: 'the health of the targets', metrics: [] },
  ].map(({ subject, what, metrics }) => ({
    subject,
    what,
    metrics: [...metrics],
    action: null,
    resource: loadBalancerArn,
    kind: 'switched-off',
    reason: 'not asked for: a look at the configuration of a load balancer without 502s',
  }));
