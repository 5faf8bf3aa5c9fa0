import { readAccessLog } from '../observe/access-log.reader.ts';
import { s3Of } from '../observe/access-log-evidence.ts';
import { clientsByRegion } from '../observe/clients.ts';
import {
  type DescribedLoadBalancer,
  listLoadBalancers,
  readLoadBalancerAttributes,
} from '../observe/load-balancer.reader.ts';
import {
  type Check,
  counted,
  type Examined,
  type Finding,
  hoursBefore,
  ok,
  problem,
  skipped,
} from './check.ts';

/** Load balancers of a region whose attributes are read; their logs mostly go to one bucket. */
const MOST_LOAD_BALANCERS = 10;
const HOURS = 2;
const MOST_BYTES = 64_000_000;

interface LoggedLoadBalancer {
  readonly loadBalancer: DescribedLoadBalancer;
  readonly bucket: string;
  readonly prefix: string;
}

/** The buckets that access logs go to can be listed, and what is in them can be read as access logs. */
export const accessLogsCheck: Check = {
  id: 'access-logs',
  title: 'the access logs, in each region',
  run: async (examined) =>
    (await Promise.all(examined.watched.map((region) => inRegion(examined, region)))).flat(),
};

async function inRegion(examined: Examined, region: string): Promise<readonly Finding[]> {
  const { elb } = clientsByRegion(examined.options)(region);
  const all = await listLoadBalancers(elb, region);
  const looked = all.slice(0, MOST_LOAD_BALANCERS);
  const logged: LoggedLoadBalancer[] = [];
  for (const loadBalancer of looked) {
    const reading = await readLoadBalancerAttributes(elb, region, loadBalancer.arn);
    if (reading.state === 'unknown') return [problem(`${region}: ${reading.gap.reason}`, 'allow it')];
    const bucket = reading.value['access_logs.s3.bucket'];
    if (reading.value['access_logs.s3.enabled'] === 'true' && bucket)
      logged.push({ loadBalancer, bucket, prefix: reading.value['access_logs.s3.prefix'] ?? '' });
  }
  if (logged.length === 0)
    return [
      skipped(
        `${region}: none of ${looked.length}${all.length > looked.length ? ` (of ${all.length})` : ''} load balancers writes an access log to S3; metrics alone tell fewer causes apart`,
      ),
    ];
  const buckets = new Map(logged.map((one) => [one.bucket, one]));
  return Promise.all([...buckets.values()].map((one) => ofBucket(examined, region, one)));
}

async function ofBucket(
  { options, account, now }: Examined,
  region: string,
  { loadBalancer, bucket, prefix }: LoggedLoadBalancer,
): Promise<Finding> {
  const { summary, gaps } = await readAccessLog({
    ...{ s3: s3Of(region, options), bucket, prefix, account, region },
    ...{ start: hoursBefore(now, HOURS), end: now.toISOString(), failureMinutes: [] },
    loadBalancerDimension: loadBalancer.dimension,
    maxBytes: MOST_BYTES,
    // One object is enough.
    isOver: () => true,
  });
  const place = `${region}: s3://${bucket}`;
  const [gap] = gaps;
  if (gap?.kind === 'not-found' && gap.action === null)
    return skipped(`${place} can be listed; it has no log of ${loadBalancer.name} of the last 2 hours`);
  if (gap)
    return problem(
      `${place}: ${gap.reason}`,
      `allow ${gap.action ?? 's3:GetObject'}, and kms:Decrypt where the bucket has a key of its own; for the function, name the bucket in accessLogBuckets`,
    );
  if (summary === null || summary.linesRead === 0)
    return problem(`${place}: an object was read and has no line`, 'look at it: alb502 logs takes it too');
  return summary.linesRejected === 0
    ? ok(`${place}: ${counted(summary.linesRead, 'line')} read, all understood`)
    : problem(
        `${place}: ${summary.linesRejected} of ${summary.linesRead} lines were not understood`,
        `alb502 logs s3://${bucket}/${prefix} shows which; report the form of the line as a defect`,
      );
}
