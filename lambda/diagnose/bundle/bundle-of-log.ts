import type { AccessLogSummary, LoggedTargetGroup } from '../../model/access-log-summary.ts';
import type { EvidenceBundle, Gap, TargetGroup } from '../../model/evidence.ts';
import type { HealthCheckLog } from '../../model/health-check-log.ts';
import { UNNAMED_LOAD_BALANCER } from '../../model/logged-name.ts';

const EPOCH = '1970-01-01T00:00:00.000Z';

/** What nobody asked AWS for, because only a log was given. */
const NOT_ASKED: readonly Gap['subject'][] = [
  'load-balancer',
  'metrics',
  'tags',
  'listeners',
  'target-groups',
  'target-health',
  'changes',
  'backend-log',
];

const gapOf = (subject: Gap['subject']): Gap => ({
  subject,
  what: subject,
  metrics: [],
  action: null,
  resource: null,
  kind: 'switched-off',
  reason: 'only the access log was read',
});

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

/**
 * The evidence that a log is, and an idle timeout where it is known; everything else is a gap.
 *
 * @param idleTimeoutSeconds - null where nobody said
 */
export function bundleOfLog(
  summary: AccessLogSummary,
  idleTimeoutSeconds: number | null,
  healthCheckLog: HealthCheckLog | null = null,
): EvidenceBundle {
  const { region, account } = placeOf(summary);
  const name = summary.loadBalancer.split('/')[1] ?? summary.loadBalancer;
  const unknown = idleTimeoutSeconds === null ? [...NOT_ASKED, 'attributes' as const] : NOT_ASKED;
  return {
    version: 1,
    account,
    region,
    window: { start: summary.firstSeen ?? EPOCH, end: summary.lastSeen ?? EPOCH },
    loadBalancer: {
      // A word that a person replaces in commands, where nothing says which it is.
      arn:
        summary.loadBalancer === UNNAMED_LOAD_BALANCER
          ? 'LOAD_BALANCER_ARN'
          : `arn:aws:elasticloadbalancing:${region}:${account}:loadbalancer/${summary.loadBalancer}`,
      name,
      dimension: summary.loadBalancer,
      scheme: null,
      state: null,
      createdAt: null,
      availabilityZones: [],
      attributes:
        idleTimeoutSeconds === null ? {} : { 'idle_timeout.timeout_seconds': String(idleTimeoutSeconds) },
      tags: {},
      listeners: [],
    },
    targetGroups: summary.targetGroups.map(targetGroup),
    metrics: [],
    changes: [],
    baseline: null,
    keepAliveFacts: [],
    accessLog: summary,
    ...(healthCheckLog === null ? {} : { healthCheckLog }),
    backendLogMatches: [],
    gaps: unknown.map(gapOf),
  };
}
