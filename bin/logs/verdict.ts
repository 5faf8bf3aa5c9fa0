import { actionsFor } from '../../lambda/diagnose/actions.ts';
import { accessLogFindings } from '../../lambda/diagnose/findings/access-log.ts';
import { keepAliveFindings } from '../../lambda/diagnose/findings/keep-alive.ts';
import { lateBreakFindings } from '../../lambda/diagnose/findings/late-break.ts';
import { mismatchesOf } from '../../lambda/diagnose/mismatch.ts';
import { type Ranking, rank } from '../../lambda/diagnose/posterior.ts';
import type { AccessLogSummary, LoggedTargetGroup } from '../../lambda/model/access-log-summary.ts';
import type { Action } from '../../lambda/model/diagnosis.ts';
import type { EvidenceBundle, TargetGroup } from '../../lambda/model/evidence.ts';

/** What the log of one load balancer comes to. */
export interface LogVerdict {
  readonly summary: AccessLogSummary;
  /** null where there were no 502s. */
  readonly ranking: Ranking | null;
  readonly actions: readonly Action[];
}

const EPOCH = '1970-01-01T00:00:00.000Z';

/** Region and account, as the ARN of a target group has them. */
function placeOf(summary: AccessLogSummary): { readonly region: string; readonly account: string } {
  for (const { targetGroupArn } of summary.targetGroups) {
    const [, , , region, account] = targetGroupArn.split(':');
    if (region && account) return { region, account };
  }
  return { region: 'REGION', account: 'ACCOUNT' };
}

function targetGroup({ targetGroupArn, signatures, targets }: LoggedTargetGroup): TargetGroup {
  const name = /targetgroup\/([^/]+)/.exec(targetGroupArn)?.[1] ?? targetGroupArn;
  return {
    arn: targetGroupArn,
    name,
    targetType: signatures.lambda > 0 && targets.length === 0 ? 'lambda' : 'ip',
    protocol: null,
    protocolVersion: null,
    port: null,
    attributes: {},
    tags: {},
    healthCheck: {
      enabled: false,
      protocol: null,
      port: null,
      path: null,
      intervalSeconds: null,
      timeoutSeconds: null,
      healthyThresholdCount: null,
      unhealthyThresholdCount: null,
      matcher: null,
    },
    targets: [],
    serving: null,
  };
}

/** The evidence that a log and an idle timeout are: everything else is unknown. */
function bundleOf(summary: AccessLogSummary, idleTimeoutSeconds: number): EvidenceBundle {
  const { region, account } = placeOf(summary);
  const name = summary.loadBalancer.split('/')[1] ?? summary.loadBalancer;
  return {
    version: 1,
    account,
    region,
    window: { start: summary.firstSeen ?? EPOCH, end: summary.lastSeen ?? EPOCH },
    loadBalancer: {
      arn: `arn:aws:elasticloadbalancing:${region}:${account}:loadbalancer/${summary.loadBalancer}`,
      name,
      dimension: summary.loadBalancer,
      scheme: null,
      state: null,
      createdAt: null,
      availabilityZones: [],
      attributes: { 'idle_timeout.timeout_seconds': String(idleTimeoutSeconds) },
      tags: {},
      listeners: [],
    },
    targetGroups: summary.targetGroups.map(targetGroup),
    metrics: [],
    changes: [],
    baseline: null,
    keepAliveFacts: [],
    accessLog: summary,
    backendLogMatches: [],
    gaps: [],
  };
}

/** Ranks the causes by what the log says, and by nothing that a log cannot say. */
export function verdictOf(summary: AccessLogSummary, idleTimeoutSeconds: number): LogVerdict {
  if (summary.elb502 === 0) return { summary, ranking: null, actions: [] };
  const bundle = bundleOf(summary, idleTimeoutSeconds);
  const read = [accessLogFindings, lateBreakFindings, keepAliveFindings];
  const ranking = rank(read.flatMap((findings) => findings(bundle)));
  const actions = actionsFor({
    bundle,
    verdict: ranking.verdict,
    drift: [],
    missing: [],
    mismatched: mismatchesOf(bundle).length > 0,
  });
  return { summary, ranking, actions };
}
