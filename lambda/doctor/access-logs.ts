import { readAccessLog } from '../observe/access-log.reader.ts';
import { logsOf, readDelivery, s3Of } from '../observe/access-log-evidence.ts';
import type { AccessLogEvidence } from '../observe/access-log-reading.ts';
import { clientsByRegion } from '../observe/clients.ts';
import {
  type DescribedLoadBalancer,
  listLoadBalancers,
  readLoadBalancerAttributes,
} from '../observe/load-balancer.reader.ts';
import { readLogDeliveries } from '../observe/log-delivery.reader.ts';
import {
  type Check,
  type CheckResult,
  counted,
  type Examined,
  hoursBefore,
  ok,
  problem,
  skipped,
  unknown,
} from './check.ts';

/** Load balancers of a region whose attributes are read; their logs mostly go to one bucket. */
const MOST_LOAD_BALANCERS = 10;
const HOURS = 2;
const MOST_BYTES = 64_000_000;

/** An access log, and how to say where it is. */
interface PlacedLog {
  readonly loadBalancer: DescribedLoadBalancer;
  /** `s3://BUCKET` or `cloudwatch://GROUP`. */
  readonly place: string;
  /** The same down to its prefix, as `alb502 logs` takes it. */
  readonly url: string;
  /** What the deployed function needs to read there. */
  readonly setting: string;
  readonly read: (request: LogRequest) => Promise<AccessLogEvidence>;
}
type LogRequest = Parameters<typeof readDelivery>[0];

/** Where access logs go, to S3 or by a delivery, can be read, and what is there can be read as access logs. */
export const accessLogsCheck: Check = {
  id: 'access-logs',
  title: 'the access logs, in each region',
  run: async (examined) =>
    (await Promise.all(examined.watched.map((region) => inRegion(examined, region)))).flat(),
};

async function inRegion(examined: Examined, region: string): Promise<readonly CheckResult[]> {
  const { elb } = clientsByRegion(examined.options)(region);
  const all = await listLoadBalancers(elb, region);
  const looked = all.slice(0, MOST_LOAD_BALANCERS);
  const logs: PlacedLog[] = [];
  const others: DescribedLoadBalancer[] = [];
  for (const loadBalancer of looked) {
    const reading = await readLoadBalancerAttributes(elb, region, loadBalancer.arn);
    if (reading.state === 'unknown') return [problem(`${region}: ${reading.gap.reason}`, 'allow it')];
    const log = ofAttributes(examined, loadBalancer, reading.value);
    if (log === null) others.push(loadBalancer);
    else logs.push(log);
  }
  const delivered = await deliveredLogs(examined, region, others);
  logs.push(...delivered.logs);
  const places = new Map(logs.map((log) => [log.place, log]));
  const read = await Promise.all([...places.values()].map((log) => ofPlace(examined, region, log)));
  const findings = [...read, ...delivered.findings];
  if (findings.length > 0) return findings;
  return [
    skipped(
      `${region}: none of ${looked.length}${all.length > looked.length ? ` (of ${all.length})` : ''} load balancers writes an access log to S3 or has one delivered; metrics alone tell fewer causes apart`,
    ),
  ];
}

/** The log in the bucket that the attributes name; null where they name none. */
function ofAttributes(
  { options }: Examined,
  loadBalancer: DescribedLoadBalancer,
  attributes: Readonly<Record<string, string>>,
): PlacedLog | null {
  const bucket = attributes['access_logs.s3.bucket'];
  if (attributes['access_logs.s3.enabled'] !== 'true' || !bucket) return null;
  const prefix = attributes['access_logs.s3.prefix'] ?? '';
  return {
    loadBalancer,
    place: `s3://${bucket}`,
    url: `s3://${bucket}/${prefix}`,
    setting: 'the bucket in accessLogBuckets',
    read: (request) => readAccessLog({ ...request, s3: s3Of(request.region, options), bucket, prefix }),
  };
}

/** The logs that CloudWatch Logs delivers of load balancers whose attributes name no bucket. */
async function deliveredLogs(
  { options }: Examined,
  region: string,
  loadBalancers: readonly DescribedLoadBalancer[],
): Promise<{ readonly logs: readonly PlacedLog[]; readonly findings: readonly CheckResult[] }> {
  if (loadBalancers.length === 0) return { logs: [], findings: [] };
  const reading = await readLogDeliveries(logsOf(region, options), region);
  if (reading.state === 'unknown') {
    const { what, reason, action } = reading.gap;
    return {
      logs: [],
      findings: [unknown(`${region}: ${what}: ${reason}`, `allow ${action ?? 'it'} (docs/iam-doctor.json)`)],
    };
  }
  const logs: PlacedLog[] = [];
  const findings: CheckResult[] = [];
  for (const loadBalancer of loadBalancers)
    for (const delivery of reading.value) {
      if (delivery.loadBalancerArn !== loadBalancer.arn || delivery.logType !== 'ALB_ACCESS_LOGS') continue;
      const { destination } = delivery;
      const read: PlacedLog['read'] = (request) => readDelivery(request, delivery, options);
      if (destination.kind === 's3') {
        const setting = 'the bucket in accessLogBuckets';
        const { bucket, prefix } = destination;
        logs.push({
          ...{ loadBalancer, read, setting },
          ...{ place: `s3://${bucket}`, url: `s3://${bucket}/${prefix}` },
        });
      } else if (destination.kind === 'log-group') {
        const setting = 'the log group in accessLogGroups';
        const place = `cloudwatch://${destination.name}`;
        logs.push({ loadBalancer, read, setting, place, url: place });
      } else
        findings.push(
          skipped(
            `${region}: the access log of ${loadBalancer.name} is delivered to ${destination.arn}, where alb502 cannot read it`,
          ),
        );
    }
  return { logs, findings };
}

async function ofPlace(
  { account, now }: Examined,
  region: string,
  { loadBalancer, setting, read, url, ...log }: PlacedLog,
): Promise<CheckResult> {
  const { summary, gaps } = await read({
    ...{ account, region },
    ...{ start: hoursBefore(now, HOURS), end: now.toISOString(), failureMinutes: [] },
    loadBalancerDimension: loadBalancer.dimension,
    maxBytes: MOST_BYTES,
    // One object or page is enough.
    isOver: () => true,
  });
  const place = `${region}: ${log.place}`;
  const gap = summary === null ? gaps[0] : undefined;
  if (gap?.kind === 'not-found' && gap.action === null)
    return skipped(`${place} can be read; it has no log of ${loadBalancer.name} of the last 2 hours`);
  if (gap && gap.action === null)
    return problem(`${place}: ${gap.reason}`, 'look at it: alb502 logs takes it too');
  if (gap)
    return problem(
      `${place}: ${gap.reason}`,
      `allow ${gap.action}, and kms:Decrypt where it has a key of its own; for the function, name ${setting}`,
    );
  if (summary === null || summary.linesRead === 0)
    return problem(`${place}: what was read has no line`, 'look at it: alb502 logs takes it too');
  return summary.linesRejected === 0
    ? ok(`${place}: ${counted(summary.linesRead, 'line')} read, all understood`)
    : problem(
        `${place}: ${summary.linesRejected} of ${summary.linesRead} lines were not understood`,
        `alb502 logs ${url} shows which; report the form of the line as a defect`,
      );
}
