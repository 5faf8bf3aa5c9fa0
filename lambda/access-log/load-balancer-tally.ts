import type { AccessLogSummary } from '../model/access-log-summary.ts';
import { FailingLines } from './failing-lines.ts';
import type { GroupTally } from './group-tally.ts';
import { summarizeGroup } from './summarize.ts';

/** What is counted of one load balancer. */
export interface LoadBalancerTally {
  readonly name: string;
  /** By the number of the group; holes for those of other load balancers. */
  readonly groups: (GroupTally | undefined)[];
  linesRead: number;
  requests: number;
  elb502: number;
  firstSeconds: number;
  lastSeconds: number;
  readonly failing: FailingLines;
  /** Stretches of lines whose node is not known, each taken for a node. */
  segmentCount: number;
  segmentNode: number;
  segmentEndSeconds: number;
}

/** Nothing counted yet. */
export function emptyTally(name: string): LoadBalancerTally {
  return {
    name,
    groups: [],
    linesRead: 0,
    requests: 0,
    elb502: 0,
    firstSeconds: Number.POSITIVE_INFINITY,
    lastSeconds: Number.NEGATIVE_INFINITY,
    failing: new FailingLines(),
    segmentCount: 0,
    segmentNode: -1,
    segmentEndSeconds: Number.NEGATIVE_INFINITY,
  };
}

const isoTime = (seconds: number): string | null =>
  Number.isFinite(seconds) ? new Date(seconds * 1000).toISOString() : null;

/** Reduces the counts of a load balancer; the functions give the names of groups and targets by their numbers. */
export function summaryOf(
  tally: LoadBalancerTally,
  groupName: (group: number) => string,
  targetName: (target: number) => string,
): AccessLogSummary {
  const groups = [...tally.groups.entries()].flatMap(([id, group]) => {
    if (group === undefined) return [];
    group.finish();
    return summarizeGroup(groupName(id), group, targetName);
  });
  return {
    loadBalancer: tally.name,
    linesRead: tally.linesRead,
    linesRejected: 0,
    requests: tally.requests,
    elb502: tally.elb502,
    firstSeen: isoTime(tally.firstSeconds),
    lastSeen: isoTime(tally.lastSeconds),
    targetGroups: groups.sort((a, b) => b.elb502 - a.elb502 || b.requests - a.requests),
    leftOut: [],
    failingRequests: tally.failing.requests(),
  };
}
