import pLimit from 'p-limit';
import { parseLoadBalancerArn } from '../model/arn.ts';
import type { Gap } from '../model/evidence.ts';
import { logsOf } from '../observe/access-log-evidence.ts';
import type { Reading } from '../observe/aws-failure.ts';
import { type ClientOptions, clientsByRegion } from '../observe/clients.ts';
import { type DescribedLoadBalancer, readLoadBalancerAttributes } from '../observe/load-balancer.reader.ts';
import { type LogDelivery, readLogDeliveries } from '../observe/log-delivery.reader.ts';
import type { FoundKey, LogPlace, NotRead } from './inventory.ts';

/** Load balancers of a region whose attributes are read, a call each. */
const MOST_LOAD_BALANCERS = 1_000;
const SIDE_BY_SIDE = 4;

const OF_ATTRIBUTES = { access_logs: 'access log', health_check_logs: 'health-check log' } as const;
const OF_DELIVERIES: Readonly<Record<string, LogPlace['log']>> = {
  ALB_ACCESS_LOGS: 'access log',
  ALB_HEALTH_CHECK_LOGS: 'health-check log',
};

/** What was found, and what was not. */
export interface Found<T> {
  readonly found: readonly T[];
  readonly notRead: readonly NotRead[];
}

/** A gap as it is told of a setting. */
export const notReadOf = (key: FoundKey, region: string, { action, reason }: Gap): NotRead => ({
  key,
  region,
  action,
  reason,
});

/**
 * Where the access logs and health-check logs of load balancers go: one call for each load balancer, up to 1,000, and
 * those of {@link readLogDeliveries}.
 *
 * @throws RemoteError where the credentials are missing, expired or refused
 */
export async function readLogPlaces(
  loadBalancers: readonly DescribedLoadBalancer[],
  region: string,
  options: ClientOptions,
): Promise<Found<LogPlace>> {
  const ofAttributes = await placesOfAttributes(loadBalancers, region, options);
  const deliveries = await readLogDeliveries(logsOf(region, options), region);
  if (deliveries.state === 'unknown')
    return {
      found: ofAttributes.found,
      notRead: [...ofAttributes.notRead, notReadOf('accessLogGroups', region, deliveries.gap)],
    };
  const byArn = new Map(loadBalancers.map((one) => [one.arn, one]));
  const delivered = deliveries.value.flatMap((delivery) => placeOf(delivery, byArn));
  return { found: [...ofAttributes.found, ...delivered], notRead: ofAttributes.notRead };
}

async function placesOfAttributes(
  all: readonly DescribedLoadBalancer[],
  region: string,
  options: ClientOptions,
): Promise<Found<LogPlace>> {
  const { elb } = clientsByRegion(options)(region);
  const limit = pLimit(SIDE_BY_SIDE);
  let denied = false;
  const readings = await Promise.all(
    all.slice(0, MOST_LOAD_BALANCERS).map((loadBalancer) =>
      limit(async (): Promise<Found<LogPlace>> => {
        // What may not be read of one may not be read of the others.
        if (denied) return { found: [], notRead: [] };
        const reading: Reading<Record<string, string>> = await readLoadBalancerAttributes(
          elb,
          region,
          loadBalancer.arn,
        );
        if (reading.state === 'known') return { found: bucketsOf(loadBalancer, reading.value), notRead: [] };
        const known = denied;
        denied = reading.gap.kind === 'denied';
        return { found: [], notRead: known ? [] : [notReadOf('accessLogBuckets', region, reading.gap)] };
      }),
    ),
  );
  const reason = `of ${all.length} load balancers, ${MOST_LOAD_BALANCERS} were asked where their logs go`;
  const rest: NotRead = { key: 'accessLogBuckets', region, action: null, reason };
  return {
    found: readings.flatMap(({ found }) => found),
    notRead: readings
      .flatMap(({ notRead }) => notRead)
      .concat(all.length > MOST_LOAD_BALANCERS ? [rest] : []),
  };
}

const bucketArn = (partition: string, name: string): string => `arn:${partition}:s3:::${name}`;

const bucketsOf = (
  { arn, name }: DescribedLoadBalancer,
  attributes: Readonly<Record<string, string>>,
): LogPlace[] =>
  Object.entries(OF_ATTRIBUTES).flatMap(([kind, log]): LogPlace[] => {
    const bucket = attributes[`${kind}.s3.bucket`];
    if (attributes[`${kind}.s3.enabled`] !== 'true' || !bucket) return [];
    const { partition } = parseLoadBalancerArn(arn);
    return [{ loadBalancer: name, log, kind: 'bucket', arn: bucketArn(partition, bucket) }];
  });

function placeOf(
  { loadBalancerArn, logType, destination }: LogDelivery,
  byArn: ReadonlyMap<string, DescribedLoadBalancer>,
): LogPlace[] {
  const loadBalancer = byArn.get(loadBalancerArn);
  const log = OF_DELIVERIES[logType];
  if (loadBalancer === undefined || log === undefined) return [];
  const { partition } = parseLoadBalancerArn(loadBalancerArn);
  const of = { loadBalancer: loadBalancer.name, log };
  switch (destination.kind) {
    case 's3':
      return [{ ...of, kind: 'bucket', arn: bucketArn(partition, destination.bucket) }];
    case 'log-group':
      return [{ ...of, kind: 'log-group', arn: destination.arn }];
    default:
      return [{ ...of, kind: 'elsewhere', arn: destination.arn }];
  }
}
