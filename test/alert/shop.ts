import { decide, initialState } from '../../lambda/alert/decide.ts';
import { lookFrom } from '../../lambda/alert/investigation-look.ts';
import { notificationOf } from '../../lambda/alert/notification.ts';
import { diagnose } from '../../lambda/diagnose/diagnose.ts';
import type { Notification } from '../../lambda/model/alert.ts';
import type { EvidenceBundle, MetricSeries } from '../../lambda/model/evidence.ts';
import { minute, policyOf, SHOP, WEB } from './looks.ts';

const DIMENSION = 'app/shop/0123456789abcdef';

export const series = (name: string, values: ReadonlyMap<number, number>): MetricSeries => ({
  name,
  dimensions: { LoadBalancer: DIMENSION },
  statistic: 'Sum',
  periodSeconds: 60,
  timestamps: [...values.keys()].map(minute),
  values: [...values.values()],
});

/** What a bundle of the shop shows, in minutes of the test's day. */
export interface ShopSight {
  readonly at: number;
  /** Minutes with two 502s each. */
  readonly failing?: readonly number[];
  readonly idleTimeoutSeconds?: number;
  readonly keepAliveSeconds?: number;
  readonly tags?: Readonly<Record<string, string>>;
  readonly trafficUntil?: number;
}

/**
 * The evidence of a shop behind nginx: 500 requests a minute, idle timeout 120 s against a declared keep-alive of
 * 75 s, the idle timeout raised from the baseline's 60 s at minute 95.
 */
export function shopBundle(sight: ShopSight): EvidenceBundle {
  const { at, failing = [], idleTimeoutSeconds = 120, keepAliveSeconds = 75, trafficUntil = at } = sight;
  const start = at - 180;
  const minutes = Array.from({ length: 180 }, (_, index) => start + index).filter(
    (time) => time < trafficUntil,
  );
  const seen = failing.filter((time) => time >= start && time < at);
  const idle = String(idleTimeoutSeconds);
  return {
    version: 1,
    account: '123456789012',
    region: 'eu-central-1',
    window: { start: minute(start), end: minute(at) },
    loadBalancer: {
      ...{ arn: SHOP, name: 'shop', dimension: DIMENSION, scheme: 'internet-facing', state: 'active' },
      ...{ createdAt: null, availabilityZones: ['eu-central-1a', 'eu-central-1b'] },
      attributes: { 'idle_timeout.timeout_seconds': idle },
      tags: { 'alb502:owner': 'team shop', ...sight.tags },
      listeners: [
        {
          ...{ arn: `${SHOP.replace('loadbalancer', 'listener')}/1`, port: 443, protocol: 'HTTPS' },
          ...{ sslPolicy: null, targetGroupArns: [WEB] },
        },
      ],
    },
    targetGroups: [
      {
        ...{
          arn: WEB,
          name: 'web',
          targetType: 'ip',
          protocol: 'HTTP',
          protocolVersion: 'HTTP1',
          port: 8080,
        },
        attributes: {},
        tags: { 'alb502:keep-alive-seconds': String(keepAliveSeconds), 'alb502:server': 'nginx' },
        healthCheck: {
          ...{ enabled: true, protocol: 'HTTP', port: 'traffic-port', path: '/health', matcher: '200' },
          ...{ intervalSeconds: 30, timeoutSeconds: 5, healthyThresholdCount: 5, unhealthyThresholdCount: 2 },
        },
        targets: ['10.0.0.11', '10.0.0.12'].map((id) => ({
          ...{ id, port: 8080, availabilityZone: 'eu-central-1a', state: 'healthy' },
          ...{ reason: null, description: null, anomaly: null },
        })),
        serving: true,
      },
    ],
    metrics: [
      series('RequestCount', new Map(minutes.map((time) => [time, 500]))),
      series('HTTPCode_ELB_502_Count', new Map(seen.map((time) => [time, 2]))),
    ],
    changes: [
      {
        ...{ at: minute(95), eventName: 'ModifyLoadBalancerAttributes', resourceArn: SHOP },
        ...{ principal: 'arn:aws:iam::123456789012:user/dana', sourceIpAddress: '203.0.113.9' },
        ...{ userAgent: 'aws-cli/2.17', from: null, to: { 'idle_timeout.timeout_seconds': '120' } },
      },
    ],
    baseline: {
      ...{ acceptedAt: minute(0), origin: 'learned' },
      resources: { [SHOP]: { 'idle_timeout.timeout_seconds': '60' } },
    },
    keepAliveFacts: [],
    accessLog: null,
    backendLogMatches: [],
    gaps: [],
  };
}

/** The first alert of a bundle, as an investigation would announce it. */
export function alertOf(bundle: EvidenceBundle, at: number): Notification {
  const findings = { bundle, diagnosis: diagnose(bundle), now: minute(at), silence: null };
  const { announcements } = decide(lookFrom(findings), initialState(minute(at - 1)), policyOf(), minute(at));
  const [announcement] = announcements;
  if (!announcement) throw new Error('nothing was announced');
  const about = { owner: 'team shop', runbook: null, dashboardUrl: null, now: minute(at) };
  return notificationOf({ announcement, diagnosis: findings.diagnosis, ...about });
}

/** Every fifth minute since the idle timeout was raised. */
export const FAILING = Array.from({ length: 15 }, (_, index) => 105 + 5 * index);
