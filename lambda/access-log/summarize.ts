import type { AccessLogSummary, LoggedTarget, LoggedTargetGroup } from '../model/access-log-summary.ts';
import { explain } from './explain/explain.ts';
import type { IdleTimeEstimate } from './explain/explanation.ts';
import { groupsOf, type LogView, logView, streamOf, targetsOf } from './explain/log-view.ts';
import { streamIndex } from './explain/stream-index.ts';
import { withWholeFailures } from './explain/whole-failures.ts';
import { estimateAt, placeAt } from './keep-alive/estimate.ts';
import { sampleOf } from './keep-alive/sample.ts';
import { mayBeClose } from './tally/failure.ts';
import type { GroupTally } from './tally/group-tally.ts';
import type { LoadBalancerTally } from './tally/load-balancer-tally.ts';

/** Targets whose keep-alive is read one by one; the others have their group's. */
const MOST_TARGETS = 50;

const isoTime = (seconds: number): string | null =>
  Number.isFinite(seconds) ? new Date(seconds * 1000).toISOString() : null;

/** The keep-alive of one target, where its own failures show what its group's do. */
function keepAliveOf(view: LogView, group: number, target: number, found: readonly IdleTimeEstimate[]) {
  const all = view.failures.flatMap((failure) => {
    if (failure.group !== group || failure.target !== target || !mayBeClose(failure)) return [];
    const stream = streamOf(view, failure);
    return stream === undefined ? [] : [{ failure, sample: sampleOf(failure, streamIndex(stream)) }];
  });
  for (const { place, ofOthers } of found) {
    const samples = all.flatMap(({ failure, sample }) => (ofOthers?.has(failure) === true ? [] : [sample]));
    const own = placeAt(samples, place);
    if (own === null) continue;
    const scale = view.tally.elb502 / view.failures.length;
    return estimateAt(samples, own, samples.length * scale);
  }
  return null;
}

function loggedTargets(
  view: LogView,
  group: number,
  tally: GroupTally,
  found: readonly IdleTimeEstimate[],
): LoggedTarget[] {
  const [only] = found;
  const ordered = [...targetsOf(tally)].sort((a, b) => b.elb502 - a.elb502 || b.requests - a.requests);
  return ordered.map(({ target, requests, elb502 }, place) => {
    const isWhole = elb502 === tally.elb502 && only !== undefined;
    const looked = found.length > 0 && place < MOST_TARGETS;
    const keepAlive = isWhole ? only.estimate : looked ? keepAliveOf(view, group, target, found) : null;
    return { target: view.targetName(target), requests, elb502, keepAlive };
  });
}

function loggedGroup(
  view: LogView,
  group: number,
  tally: GroupTally,
  idle: readonly IdleTimeEstimate[],
): LoggedTargetGroup {
  const found = idle
    .filter((finding) => finding.group === group)
    .sort((a, b) => b.estimate.failures - a.estimate.failures);
  return {
    targetGroupArn: view.groupName(group),
    requests: tally.requests,
    elb502: tally.elb502,
    target502: tally.target502,
    answered: tally.answered,
    signatures: tally.signatures,
    keepAlive: found[0]?.estimate ?? null,
    lambdaReasons: tally.lambdaReasons,
    targets: loggedTargets(view, group, tally, found),
  };
}

const FEWEST_FAILURES = 3;

/** Nodes with so many failed requests and no answered one, where others have answered ones: their lines may be missing. */
function nodesWithoutAnswers(view: LogView): number {
  const nodes = new Map<number, { failed: number; answered: number }>();
  for (const [, group] of groupsOf(view))
    for (const target of targetsOf(group))
      for (const [node, { failures, answered }] of target.streams.entries()) {
        const known = nodes.get(node) ?? { failed: 0, answered: 0 };
        nodes.set(node, { failed: known.failed + failures, answered: known.answered + answered });
      }
  const all = [...nodes.values()];
  return all.some(({ answered }) => answered > 0)
    ? all.filter(({ failed, answered }) => failed >= FEWEST_FAILURES && answered === 0).length
    : 0;
}

/**
 * Reduces what was counted of a load balancer, and explains its failures; the functions give the names of groups,
 * targets and nodes by their numbers.
 */
export function summaryOf(
  tally: LoadBalancerTally,
  groupName: (group: number) => string,
  targetName: (target: number) => string,
  nodeAddress?: (node: number) => string | null,
): AccessLogSummary {
  const view = logView(tally, groupName, targetName, nodeAddress);
  const { idle, ...parts } = explain(view);
  const { explanations, unexplained } = withWholeFailures(parts, tally.elb502);
  const groups = [...groupsOf(view)].map(([number, group]) => loggedGroup(view, number, group, idle));
  return {
    loadBalancer: tally.name,
    linesRead: tally.requests,
    linesRejected: 0,
    requests: tally.requests,
    elb502: tally.elb502,
    firstSeen: isoTime(tally.firstSeconds),
    lastSeen: isoTime(tally.lastSeconds),
    targetGroups: groups.sort((a, b) => b.elb502 - a.elb502 || b.requests - a.requests),
    leftOut: [...tally.leftOut],
    nodesWithoutAnswers: nodesWithoutAnswers(view),
    failingRequests: tally.failing.requests(),
    explanations: [...explanations],
    unexplained,
  };
}

/** Nothing was read of this load balancer. */
export const emptySummary = (loadBalancer: string): AccessLogSummary => ({
  loadBalancer,
  linesRead: 0,
  linesRejected: 0,
  requests: 0,
  elb502: 0,
  firstSeen: null,
  lastSeen: null,
  targetGroups: [],
  leftOut: [],
});
