import pLimit, { type LimitFunction } from 'p-limit';
import { factsInForce } from '../diagnose/keep-alive/facts-in-force.ts';
import type {
  Baseline,
  EvidenceBundle,
  Gap,
  KeepAliveFact,
  Listener,
  Target,
  TargetGroup,
} from '../model/evidence.ts';
import type { Settings } from '../model/settings.ts';
import type { Reading } from './aws-failure.ts';
import type { RegionChanges } from './change.reader.ts';
import type { ObserveClients } from './clients.ts';
import { declaredFacts } from './declared-facts.ts';
import { CHANGES_OFF, type Depth, isFailing, leftForLater, notAsked } from './depth.ts';
import type { KnownLoadBalancer } from './known.reader.ts';
import { readListeners, readServing, type Serving } from './listener.reader.ts';
import {
  type DescribedLoadBalancer,
  type LoadBalancerGone,
  loadBalancerFromArn,
  readLoadBalancer,
  readLoadBalancerAttributes,
} from './load-balancer.reader.ts';
import { metricQueriesFor, quietQueriesFor } from './metric-query.ts';
import { alignedWindow, readMetrics, type TimeWindow } from './metrics.reader.ts';
import { readTags, type TagReading } from './tag.reader.ts';
import {
  type DescribedTargetGroup,
  readTargetGroupAttributes,
  readTargetGroups,
} from './target-group.reader.ts';
import { readTargetHealth } from './target-health.reader.ts';
import { changesOf } from './trail-event.ts';
import type { ReadWorkloads } from './workload/workload-question.ts';
import { withWorkloads } from './workloads-of-groups.ts';

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
  /** What was read together with other load balancers; each part saves a call. */
  readonly known?: KnownLoadBalancer | undefined;
  /**
   * `configuration` asks for no metric but 502s and requests, and for no health, as long as there are no 502s: that is
   * all a quiet load balancer has to tell. `first-aid` leaves the attributes of target groups to the next look: where
   * very many fail at once, that is what lets the last of them be diagnosed in minutes.
   */
  readonly depth?: Depth | undefined;
  /** Reads what runs behind the target groups; null leaves it out, and a gap says so. */
  readonly workloads: ReadWorkloads | null;
  /** Of the whole region, read side by side with the rest; null leaves them out, and a gap says so. */
  readonly changes: Promise<RegionChanges> | RegionChanges | null;
}

/** The evidence, or that there is no such load balancer any more. */
export type Observation = { readonly state: 'observed'; readonly bundle: EvidenceBundle } | LoadBalancerGone;

/** Reads under way at once for one load balancer: a few, for the account shares 10 a second. */
const CONCURRENT_READS = 4;

interface GroupReading {
  readonly group: DescribedTargetGroup;
  readonly attributes: Reading<Record<string, string>>;
  /** null: not asked for. */
  readonly health: Reading<readonly Target[]> | null;
}

/** Keeps what is known and puts what is not among the gaps. */
function orGap<T>(reading: Reading<T>, otherwise: T, gaps: Gap[]): T {
  if (reading.state === 'known') return reading.value;
  gaps.push(reading.gap);
  return otherwise;
}

const SERVING_UNKNOWN: Serving = { listeners: [], servingArns: new Set(), complete: false, gaps: [] };

/** What a target group gives up only by itself: two calls. */
async function readGroup(
  { elb, region }: ObserveClients,
  limit: LimitFunction,
  group: DescribedTargetGroup,
  depth: Depth,
): Promise<GroupReading> {
  const [attributes, health] = await Promise.all([
    depth === 'first-aid'
      ? leftForLater(group.arn)
      : limit(() => readTargetGroupAttributes(elb, region, group.arn)),
    depth === 'configuration' ? null : limit(() => readTargetHealth(elb, region, group.arn)),
  ]);
  return { group, attributes, health };
}

async function readWhoServes(
  { elb, region }: ObserveClients,
  listeners: Reading<readonly Listener[]>,
  groups: readonly DescribedTargetGroup[],
): Promise<Serving> {
  if (listeners.state === 'unknown') return { ...SERVING_UNKNOWN, gaps: [listeners.gap] };
  return readServing(
    elb,
    region,
    listeners.value,
    groups.map(({ arn }) => arn),
  );
}

const servingOf = ({ servingArns, complete }: Serving, arn: string): boolean | null =>
  servingArns.has(arn) || (complete ? false : null);

/** The reads that need the ARN only. */
async function readFromArn(
  { elb, region }: ObserveClients,
  limit: LimitFunction,
  { loadBalancer, known }: Pick<ObserveRequest, 'loadBalancer' | 'known'>,
) {
  const given = typeof loadBalancer === 'string' ? loadBalancerFromArn(loadBalancer) : loadBalancer;
  const [found, attributes, listeners, targetGroups] = await Promise.all([
    typeof loadBalancer === 'string'
      ? (known?.found ?? limit(() => readLoadBalancer(elb, region, given.arn)))
      : { state: 'known' as const, value: loadBalancer },
    limit(() => readLoadBalancerAttributes(elb, region, given.arn)),
    limit(() => readListeners(elb, region, given.arn)),
    known?.targetGroups ?? limit(() => readTargetGroups(elb, region, given.arn)),
  ]);
  const attributesGone = attributes.state === 'unknown' && attributes.gap.kind === 'not-found';
  if (found.state === 'gone' || attributesGone) return { state: 'gone' as const, loadBalancerArn: given.arn };
  return { state: 'there' as const, given, found, attributes, listeners, targetGroups };
}

/** The reads that need the target groups. */
async function readFromGroups(
  clients: ObserveClients,
  limit: LimitFunction,
  of: {
    readonly loadBalancer: DescribedLoadBalancer;
    readonly groups: readonly DescribedTargetGroup[];
    readonly listeners: Reading<readonly Listener[]>;
    readonly window: TimeWindow;
    readonly tags: TagReading | undefined;
    readonly depth: Depth;
  },
) {
  const { elb, cloudWatch, region } = clients;
  const { arn } = of.loadBalancer;
  const isQuiet = of.depth === 'configuration';
  const queries = isQuiet ? quietQueriesFor(of.loadBalancer) : metricQueriesFor(of.loadBalancer, of.groups);
  const [tags, metrics, serving, groups] = await Promise.all([
    of.tags ?? limit(() => readTags(elb, region, [arn, ...of.groups.map((group) => group.arn)])),
    limit(() => readMetrics(cloudWatch, region, { queries, window: of.window, resource: arn })),
    limit(() => readWhoServes(clients, of.listeners, of.groups)),
    Promise.all(of.groups.map((group) => readGroup(clients, limit, group, of.depth))),
  ]);
  return { tags, metrics, serving, groups };
}

/**
 * Gathers the evidence on one load balancer.
 *
 * Calls, at most 6 and 3 for each target group: DescribeLoadBalancers, its attributes, listeners, target groups, tags
 * (20 ARNs a call), GetMetricData (up to 28 target groups a call), two for each target group, and DescribeRules
 * of one listener after the other while a group is not known to serve, no more of them than there are groups. What is
 * given as `known` is not read again. Workloads make calls of their own.
 *
 * A read that is denied, throttled or fails is a gap in the bundle. Attributes are kept as AWS gives them: one
 * that is absent is not filled in.
 *
 * @throws RemoteError where AWS cannot be reached or the credentials are no good
 * @throws InputError where the ARN is not that of an application load balancer
 */
export async function observe(request: ObserveRequest, clients: ObserveClients): Promise<Observation> {
  const limit = pLimit(CONCURRENT_READS);
  const first = await readFromArn(clients, limit, request);
  if (first.state === 'gone') return first;
  const gaps: Gap[] = [];
  const loadBalancer = orGap(first.found, first.given, gaps);
  const attributes = orGap(first.attributes, {}, gaps);
  const groups = orGap(first.targetGroups, [], gaps);
  const window = alignedWindow(request.window);
  const { listeners } = first;
  const depth = request.depth ?? 'whole';
  const tags = request.known?.tags;
  const read = await readFromGroups(clients, limit, { loadBalancer, groups, listeners, window, tags, depth });
  if (depth === 'configuration' && read.metrics.series.some(isFailing))
    return observe({ ...request, depth: 'whole' }, clients);
  if (depth === 'configuration') gaps.push(...notAsked(loadBalancer.arn));
  const tagsOf = (arn: string): Record<string, string> => read.tags.tags.get(arn) ?? {};
  const bareGroups = read.groups.map(
    ({ group, ...reading }): TargetGroup => ({
      ...group,
      attributes: orGap(reading.attributes, {}, gaps),
      targets: reading.health ? [...orGap(reading.health, [], gaps)] : [],
      tags: tagsOf(group.arn),
      serving: servingOf(read.serving, group.arn),
    }),
  );
  const { targetGroups, gaps: workloadGaps } = await withWorkloads(bareGroups, {
    ...request,
    ...read.metrics,
  });
  const trail = (await request.changes) ?? CHANGES_OFF;
  const arns = groups.map(({ arn }) => arn);
  const bundle: EvidenceBundle = {
    version: 1,
    account: request.account,
    region: request.region,
    window,
    loadBalancer: {
      ...loadBalancer,
      attributes,
      tags: tagsOf(loadBalancer.arn),
      listeners: [...read.serving.listeners],
    },
    targetGroups,
    metrics: [...read.metrics.series],
    changes: changesOf(trail.changes, loadBalancer, arns),
    baseline: request.baseline,
    keepAliveFacts: [
      ...declaredFacts(request.declaredKeepAlives, groups),
      ...targetGroups.flatMap((group) => factsInForce(request.storedKeepAliveFacts, group, window.end)),
    ],
    accessLog: null,
    backendLogMatches: [],
    gaps: [
      ...gaps,
      ...read.tags.gaps,
      ...read.serving.gaps,
      ...read.metrics.gaps,
      ...trail.gaps,
      ...workloadGaps,
    ],
  };
  return { state: 'observed', bundle };
}
