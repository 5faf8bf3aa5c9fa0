import { LogAnalysis } from '../../lambda/access-log/analysis.ts';
import type { AccessLogSummary } from '../../lambda/model/access-log-summary.ts';
import type { EvidenceBundle, MetricSeries } from '../../lambda/model/evidence.ts';
import { metricQueriesFor } from '../../lambda/observe/metric-query.ts';
import type { StoredRecord } from '../../lambda/store/monitor-store.ts';
import { logFileKey } from '../load-balancer/access-log-files.ts';
import { LAB_ACCOUNT, LAB_REGION, type LoadBalancer } from '../load-balancer/load-balancer.ts';
import type { Statistic } from '../load-balancer/metric-recorder.ts';

/** A span of lab time: ISO instants, `end` exclusive. */
export interface Window {
  readonly start: string;
  readonly end: string;
}

const STATISTIC = /^(Sum|Average|Minimum|Maximum|SampleCount|p\d+(\.\d+)?)$/;

const isStatistic = (text: string): text is Statistic => STATISTIC.test(text);

/** The same series that an investigation asks CloudWatch for; those without a value are left out. */
function metricsOf(loadBalancer: LoadBalancer, window: Window): MetricSeries[] {
  const groups = loadBalancer.targetGroups.map((group) => group.describe(true));
  const described = { dimension: loadBalancer.dimension, availabilityZones: [...loadBalancer.zones] };
  const span = { start: Date.parse(window.start), end: Date.parse(window.end) };
  return metricQueriesFor(described, groups).flatMap(({ name, dimensions, statistic }) => {
    if (!isStatistic(statistic)) return [];
    return loadBalancer.metrics.series({ name, dimensions, statistic }, span) ?? [];
  });
}

/** What the AWS readers would have gathered of the stand-in, without the access log. */
export function bundleOf(
  loadBalancer: LoadBalancer,
  window: Window,
  stored: Pick<StoredRecord, 'baseline' | 'keepAliveFacts'>,
): EvidenceBundle {
  const listenerArn = loadBalancer.arn.replace(':loadbalancer/', ':listener/');
  return {
    version: 1,
    account: LAB_ACCOUNT,
    region: LAB_REGION,
    window: { ...window },
    loadBalancer: {
      arn: loadBalancer.arn,
      name: loadBalancer.name,
      dimension: loadBalancer.dimension,
      scheme: 'internet-facing',
      state: 'active',
      createdAt: new Date(loadBalancer.createdAt).toISOString(),
      availabilityZones: [...loadBalancer.zones],
      attributes: { ...loadBalancer.attributes },
      tags: { ...loadBalancer.tags },
      listeners: [
        {
          arn: `${listenerArn}/0123456789abcdef`,
          port: 80,
          protocol: 'HTTP',
          sslPolicy: null,
          targetGroupArns: loadBalancer.targetGroups.map((group) => group.arn),
        },
      ],
    },
    targetGroups: loadBalancer.targetGroups.map((group) => group.describe(true)),
    metrics: metricsOf(loadBalancer, window),
    changes: [...loadBalancer.changes],
    baseline: stored.baseline,
    keepAliveFacts: [...stored.keepAliveFacts],
    accessLog: null,
    backendLogMatches: [],
    gaps: [],
  };
}

/** The access log of the window, read as the files of the bucket would be: node by node. */
export function accessLogOf(loadBalancer: LoadBalancer, window: Window): AccessLogSummary | null {
  const naming = { account: LAB_ACCOUNT, region: LAB_REGION, loadBalancer: loadBalancer.dimension };
  const analysis = new LogAnalysis({
    startSeconds: Date.parse(window.start) / 1000,
    endSeconds: Date.parse(window.end) / 1000,
  });
  for (const { nodeIp } of loadBalancer.fronts) {
    const lines = loadBalancer.logLines.filter((logged) => logged.nodeIp === nodeIp);
    analysis.startFile(logFileKey(naming, nodeIp, Date.parse(window.end)));
    for (const { line } of lines) analysis.feed(Buffer.from(`${line}\n`));
    analysis.endFile();
  }
  return analysis.reading().loadBalancers[0] ?? null;
}
