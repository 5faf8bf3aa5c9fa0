import pLimit from 'p-limit';
import type {
  Baseline,
  EvidenceBundle,
  Gap,
  KeepAliveFact,
  Listener,
  TargetGroup,
} from '../model/evidence.ts';
import type { Settings } from '../model/settings.ts';
import type { Reading } from './aws-failure.ts';
import type { RegionChanges } from './change.reader.ts';
import type { ObserveClients } from './clients.ts';
import { readListeners, readServing, type Serving } from './listener.reader.ts';
import {
  type DescribedLoadBalancer,
  type LoadBalancerGone,
  loadBalancerFromArn,
  readLoadBalancer,
  readLoadBalancerAttributes,
} from './load-balancer.reader.ts';
import { metricQueriesFor } from './metric-query.ts';
import { alignedWindow, readMetrics, type TimeWindow } from './metrics.reader.ts';
import { readTags } from './tag.reader.ts';
import {
  type DescribedTargetGroup,
  readTargetGroupAttributes,
  readTargetGroups,
} from './target-group.reader.ts';
import { readTargetHealth } from './target-health.reader.ts';
import { changesOf } from './trail-event.ts';

/** What to look at, and what is already known. */
export interface ObserveRequest {
  readonly region: string;
  readonly account: string;
  /** An ARN, or what a listing already gave: that saves a call. */
  readonly loadBalancer: string | DescribedLoadBalancer;
  readonly window: TimeWindow;
  readonly baseline: Baseline | null;
  readonly declaredKeepAlives: Settings['declaredKeepAlives'];
  /** From probes and earlier access logs. */
  readonly storedKeepAliveFacts: readonly KeepAliveFact[];
  /** Of the whole region; null leaves them out, and a gap says so. */
  readonly changes: RegionChanges | null;
}

/** The evidence, or that there is no such load balancer any more. */
export type Observation = { readonly state: 'observed'; readonly bundle: EvidenceBundle } | LoadBalancerGone;

/** Reads under way at once for one load balancer: a few, for the account shares 10 a second. */
const CONCURRENT_READS = 4;

/** Keeps what is known and puts what is not among the gaps. */
function orGap<T>(reading: Reading<T>, otherwise: T, gaps: Gap[]): T {
  if (reading.state === 'known') return reading.value;
  gaps.push(reading.gap);
  return otherwise;
}

const SERVING_UNKNOWN: Serving = { listeners: [], servingArns: new Set(), complete: false, gaps: [] };

const CHANGES_OFF: RegionChanges = {
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

function declaredFacts(
  declared: ObserveRequest['declaredKeepAlives'],
  groups: readonly DescribedTargetGroup[],
): KeepAliveFact[] {
  return groups.flatMap((group) =>
    declared
      .filter(({ targetGroup }) => targetGroup === group.arn || targetGroup === group.name)
      .map(({ seconds }) => ({
        targetGroupArn: group.arn,
        target: null,
        seconds,
        lowSeconds: null,
        highSeconds: null,
        source: 'tag' as const,
        at: null,
        detail: 'declared in the configuration',
      })),
  );
}

/** What a target group gives up only by itself: two calls. */
async function readGroup(
  clients: ObserveClients,
  limit: ReturnType<typeof pLimit>,
  group: DescribedTargetGroup,
  gaps: Gap[],
): Promise<Omit<TargetGroup, 'tags' | 'serving'>> {
  const { elb, region } = clients;
  const [attributes, health] = await Promise.all([
    limit(() => readTargetGroupAttributes(elb, region, group.arn)),
    limit(() => readTargetHealth(elb, region, group.arn)),
  ]);
  return { ...group, attributes: orGap(attributes, {}, gaps), targets: [...orGap(health, [], gaps)] };
}

async function readWhoServes(
  clients: ObserveClients,
  listeners: Reading<readonly Listener[]>,
  groups: readonly DescribedTargetGroup[],
): Promise<Serving> {
  if (listeners.state === 'unknown') return { ...SERVING_UNKNOWN, gaps: [listeners.gap] };
  const arns = groups.map(({ arn }) => arn);
  return readServing(clients.elb, clients.region, listeners.value, arns);
}

const servingOf = ({ servingArns, complete }: Serving, arn: string): boolean | null =>
  servingArns.has(arn) || (complete ? false : null);

/**
 * Gathers the evidence on one load balancer.
 *
 * Calls: DescribeLoadBalancers (none where it is given described), its attributes, listeners, target groups, tags
 * (20 ARNs a call), GetMetricData (about 28 target groups a call), two for each target group, and DescribeRules
 * of one listener after the other while a group is not known to serve.
 *
 * A read that is denied, throttled or fails is a gap in the bundle. Attributes are kept as AWS gives them: one
 * that is absent is not filled in.
 *
 * @throws RemoteError where AWS cannot be reached or the credentials are no good
 * @throws InputError where the ARN is not that of an application load balancer
 */
export async function observe(request: ObserveRequest, clients: ObserveClients): Promise<Observation> {
  const { elb, cloudWatch, region } = clients;
  const given =
    typeof request.loadBalancer === 'string'
      ? loadBalancerFromArn(request.loadBalancer)
      : request.loadBalancer;
  const limit = pLimit(CONCURRENT_READS);
  const [found, attributes, listeners, targetGroups] = await Promise.all([
    typeof request.loadBalancer === 'string'
      ? limit(() => readLoadBalancer(elb, region, given.arn))
      : { state: 'known' as const, value: request.loadBalancer },
    limit(() => readLoadBalancerAttributes(elb, region, given.arn)),
    limit(() => readListeners(elb, region, given.arn)),
    limit(() => readTargetGroups(elb, region, given.arn)),
  ]);
  if (found.state === 'gone') return found;
  if (attributes.state === 'unknown' && attributes.gap.kind === 'not-found')
    return { state: 'gone', loadBalancerArn: given.arn };

  const gaps: Gap[] = [];
  const loadBalancer = orGap(found, given, gaps);
  const groups = orGap(targetGroups, [], gaps);
  const window = alignedWindow(request.window);
  const [tagged, measured, serving, ...read] = await Promise.all([
    limit(() => readTags(elb, region, [given.arn, ...groups.map(({ arn }) => arn)])),
    limit(() =>
      readMetrics(cloudWatch, region, {
        queries: metricQueriesFor(loadBalancer, groups),
        window,
        resource: given.arn,
      }),
    ),
    limit(() => readWhoServes(clients, listeners, groups)),
    ...groups.map((group) => readGroup(clients, limit, group, gaps)),
  ]);
  const trail = request.changes ?? CHANGES_OFF;
  const tagsOf = (arn: string): Record<string, string> => tagged.tags.get(arn) ?? {};
  const bundle: EvidenceBundle = {
    version: 1,
    account: request.account,
    region: request.region,
    window,
    loadBalancer: {
      ...loadBalancer,
      attributes: orGap(attributes, {}, gaps),
      tags: tagsOf(given.arn),
      listeners: [...serving.listeners],
    },
    targetGroups: read.map((group) => ({
      ...group,
      tags: tagsOf(group.arn),
      serving: servingOf(serving, group.arn),
    })),
    metrics: [...measured.series],
    changes: changesOf(
      trail.changes,
      given,
      groups.map(({ arn }) => arn),
    ),
    baseline: request.baseline,
    keepAliveFacts: [...declaredFacts(request.declaredKeepAlives, groups), ...request.storedKeepAliveFacts],
    accessLog: null,
    backendLogMatches: [],
    gaps: [...gaps, ...tagged.gaps, ...serving.gaps, ...measured.gaps, ...trail.gaps],
  };
  return { state: 'observed', bundle };
}
