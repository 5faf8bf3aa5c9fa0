import {
  type Action,
  DescribeListenersCommand,
  DescribeRulesCommand,
  type ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Gap, Listener } from '../model/evidence.ts';
import { answered, attempt, type ReadCall, type Reading } from './aws-failure.ts';

const PAGE_SIZE = 400;
/** More pages than any quota allows for: a service that repeats its marker must not keep the look in a loop. */
const MAX_PAGES = 50;

/** Which target groups get requests, as far as the rules were read. */
export interface Serving {
  /** With `targetGroupArns` of the default action and of the rules that were read. */
  readonly listeners: readonly Listener[];
  readonly servingArns: ReadonlySet<string>;
  /** Whether a group that is not in `servingArns` is known not to serve. */
  readonly complete: boolean;
  readonly gaps: readonly Gap[];
}

/** The groups that actions forward to with a weight above zero. A missing weight is 1. */
function forwardedArns(actions: readonly Action[]): readonly string[] {
  return actions.flatMap((action) => {
    if (action.Type !== 'forward') return [];
    const weighted = action.ForwardConfig?.TargetGroups ?? [];
    if (weighted.length === 0) return action.TargetGroupArn ?? [];
    return weighted.flatMap((group) => ((group.Weight ?? 1) > 0 ? (group.TargetGroupArn ?? []) : []));
  });
}

/** The listeners of a load balancer; `targetGroupArns` are those of the default action. */
export function readListeners(
  elb: ElasticLoadBalancingV2Client,
  region: string,
  loadBalancerArn: string,
): Promise<Reading<readonly Listener[]>> {
  const call: ReadCall = {
    subject: 'listeners',
    what: 'the listeners',
    action: 'elasticloadbalancing:DescribeListeners',
    resource: loadBalancerArn,
    region,
  };
  return attempt(call, async () => {
    const found: Listener[] = [];
    let marker: string | undefined;
    for (let page = 0; page < MAX_PAGES; page++) {
      const answer = await elb.send(
        new DescribeListenersCommand({
          LoadBalancerArn: loadBalancerArn,
          PageSize: PAGE_SIZE,
          Marker: marker,
        }),
      );
      for (const listener of answered(answer.Listeners)) {
        found.push({
          arn: listener.ListenerArn ?? '',
          port: listener.Port ?? null,
          protocol: listener.Protocol ?? null,
          sslPolicy: listener.SslPolicy ?? null,
          targetGroupArns: [...new Set(forwardedArns(listener.DefaultActions ?? []))],
        });
      }
      marker = answer.NextMarker;
      if (!marker) break;
    }
    return found;
  });
}

/** The groups that the rules of one listener forward to with a weight above zero. */
function readRuleTargets(
  elb: ElasticLoadBalancingV2Client,
  region: string,
  listenerArn: string,
): Promise<Reading<readonly string[]>> {
  const call: ReadCall = {
    subject: 'listeners',
    what: 'the rules of a listener, so which target groups serve',
    action: 'elasticloadbalancing:DescribeRules',
    resource: listenerArn,
    region,
  };
  return attempt(call, async () => {
    const arns = new Set<string>();
    let marker: string | undefined;
    for (let page = 0; page < MAX_PAGES; page++) {
      const answer = await elb.send(
        new DescribeRulesCommand({ ListenerArn: listenerArn, PageSize: PAGE_SIZE, Marker: marker }),
      );
      for (const rule of answered(answer.Rules))
        for (const arn of forwardedArns(rule.Actions ?? [])) arns.add(arn);
      marker = answer.NextMarker;
      if (!marker) break;
    }
    return [...arns];
  });
}

/** Forwarding listeners first, the secure ones before the others: that is where the rules are. */
const mostLikelyFirst = (a: Listener, b: Listener): number =>
  Number(b.targetGroupArns.length > 0) - Number(a.targetGroupArns.length > 0) ||
  Number(b.protocol === 'HTTPS') - Number(a.protocol === 'HTTPS');

const rulesLeft = (left: number, targetGroupArns: readonly string[]): Gap => ({
  subject: 'listeners',
  what: `the rules of ${left} more listeners, so whether every target group serves`,
  metrics: [],
  action: 'elasticloadbalancing:DescribeRules',
  resource: null,
  kind: 'switched-off',
  reason: `rules are read for as many listeners as there are target groups, ${targetGroupArns.length}`,
});

/**
 * Finds out which target groups serve. Rules are read listener by listener, and only until every group is known
 * to serve: most load balancers need no such call, because their default actions name all groups. No more calls are
 * made than there are groups.
 */
export async function readServing(
  elb: ElasticLoadBalancingV2Client,
  region: string,
  listeners: readonly Listener[],
  targetGroupArns: readonly string[],
): Promise<Serving> {
  const serving = new Set(listeners.flatMap((listener) => listener.targetGroupArns));
  const ofListener = new Map(listeners.map((listener) => [listener.arn, listener.targetGroupArns]));
  const gaps: Gap[] = [];
  let reads = 0;
  for (const listener of [...listeners].sort(mostLikelyFirst)) {
    if (targetGroupArns.every((arn) => serving.has(arn))) break;
    if (reads >= targetGroupArns.length) {
      gaps.push(rulesLeft(listeners.length - reads, targetGroupArns));
      break;
    }
    reads += 1;
    const rules = await readRuleTargets(elb, region, listener.arn);
    if (rules.state === 'unknown') {
      gaps.push(rules.gap);
      // What is denied for one listener is denied for all: one gap says it.
      if (rules.gap.kind === 'denied') break;
      continue;
    }
    for (const arn of rules.value) serving.add(arn);
    ofListener.set(listener.arn, [...new Set([...listener.targetGroupArns, ...rules.value])]);
  }
  return {
    listeners: listeners.map((listener) => ({
      ...listener,
      targetGroupArns: [...(ofListener.get(listener.arn) ?? [])],
    })),
    servingArns: serving,
    complete: gaps.length === 0,
    gaps,
  };
}
