import {
  type CloudWatchLogsClient,
  type Delivery,
  type DeliveryDestination,
  type DeliverySource,
  DescribeDeliveriesCommand,
  DescribeDeliveryDestinationsCommand,
  DescribeDeliverySourcesCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { answered, attempt, type Reading } from './aws-failure.ts';

/** Where a delivery writes. */
export type LogDestination =
  | { readonly kind: 's3'; readonly bucket: string; readonly prefix: string }
  | { readonly kind: 'log-group'; readonly name: string; readonly arn: string }
  | { readonly kind: 'firehose'; readonly arn: string }
  /** A delivery destination of another account, or of a kind that is new. */
  | { readonly kind: 'unknown'; readonly arn: string };

/** One log of one load balancer on its way to one destination. */
export interface LogDelivery {
  readonly loadBalancerArn: string;
  /** `ALB_ACCESS_LOGS`, `ALB_CONNECTION_LOGS` or `ALB_HEALTH_CHECK_LOGS` (AWS, PutDeliverySource). */
  readonly logType: string;
  readonly destination: LogDestination;
  /** `json`, `plain`, `w3c`, `raw` or `parquet`; null where it is not known. */
  readonly outputFormat: string | null;
  /** Names of the fields in their order; empty where the owner chose none. */
  readonly recordFields: readonly string[];
  /** Whether logs of other load balancers are written to the same place. */
  readonly isShared: boolean;
}

/** Deliveries of an account's region are read this many a page, which is the most (AWS, DescribeDeliveries). */
const PAGE = 50;
/** An account has at most 1,000 delivery sources in a region. */
const MOST_PAGES = 40;

async function allPages<T>(
  page: (nextToken: string | undefined) => Promise<{ items: readonly T[]; next: string | undefined }>,
): Promise<readonly T[]> {
  const all: T[] = [];
  let token: string | undefined;
  for (let read = 0; read < MOST_PAGES; read++) {
    const { items, next } = await page(token);
    all.push(...items);
    if (next === undefined) return all;
    token = next;
  }
  throw new Error(`more than ${MOST_PAGES * PAGE} deliveries`);
}

const sourcesOf = (logs: CloudWatchLogsClient): Promise<readonly DeliverySource[]> =>
  allPages(async (nextToken) => {
    const page = await logs.send(new DescribeDeliverySourcesCommand({ limit: PAGE, nextToken }));
    return { items: answered(page.deliverySources), next: page.nextToken };
  });

const deliveriesOf = (logs: CloudWatchLogsClient): Promise<readonly Delivery[]> =>
  allPages(async (nextToken) => {
    const page = await logs.send(new DescribeDeliveriesCommand({ limit: PAGE, nextToken }));
    return { items: answered(page.deliveries), next: page.nextToken };
  });

const destinationsOf = (logs: CloudWatchLogsClient): Promise<readonly DeliveryDestination[]> =>
  allPages(async (nextToken) => {
    const page = await logs.send(new DescribeDeliveryDestinationsCommand({ limit: PAGE, nextToken }));
    return { items: answered(page.deliveryDestinations), next: page.nextToken };
  });

/** The part of a path before its first variable, such as `{yyyy}`, down to a folder. */
const fixedPart = (path: string): string => path.replace(/[^/]*\{.*$/s, '');

function destinationOf(delivery: Delivery, destination: DeliveryDestination | undefined): LogDestination {
  const arn = destination?.deliveryDestinationConfiguration?.destinationResourceArn;
  if (arn === undefined) return { kind: 'unknown', arn: delivery.deliveryDestinationArn ?? '' };
  const bucket = /^arn:[a-z-]+:s3:::([^/]+)\/?(.*)$/.exec(arn);
  if (bucket) return { kind: 's3', bucket: bucket[1] ?? '', prefix: s3Prefix(bucket[2] ?? '', delivery) };
  const group = /^arn:[a-z-]+:logs:[^:]*:\d*:log-group:([^:]+)(?::\*)?$/.exec(arn);
  if (group) return { kind: 'log-group', name: group[1] ?? '', arn: arn.replace(/:\*$/, '') };
  if (/^arn:[a-z-]+:firehose:/.test(arn)) return { kind: 'firehose', arn };
  return { kind: 'unknown', arn };
}

/**
 * Where the objects of a delivery begin, as far as it is fixed. `AWSLogs/` and what AWS puts between is not named by
 * the delivery, so a suffix path counts only where it begins there.
 */
function s3Prefix(prefix: string, { s3DeliveryConfiguration }: Delivery): string {
  const root = prefix.replace(/\/+$/, '');
  const suffix = fixedPart(s3DeliveryConfiguration?.suffixPath ?? '').replace(/^\/+|\/+$/g, '');
  return suffix.startsWith('AWSLogs') ? [root, suffix].filter((part) => part !== '').join('/') : root;
}

/**
 * The logs that load balancers of a region deliver through CloudWatch Logs: three calls, more where an account has
 * more than 50 of each; two fewer where no load balancer delivers any.
 *
 * @throws RemoteError where the credentials are missing, expired or refused; any other failure is a gap
 */
export async function readLogDeliveries(
  logs: CloudWatchLogsClient,
  region: string,
): Promise<Reading<readonly LogDelivery[]>> {
  const call = {
    subject: 'access-log' as const,
    what: 'where the access log is delivered',
    resource: null,
    region,
  };
  const sources = await attempt({ ...call, action: 'logs:DescribeDeliverySources' }, () => sourcesOf(logs));
  if (sources.state === 'unknown') return sources;
  const ours = sources.value.filter(({ logType }) => logType?.startsWith('ALB_'));
  if (ours.length === 0) return { state: 'known', value: [] };
  const deliveries = await attempt({ ...call, action: 'logs:DescribeDeliveries' }, () => deliveriesOf(logs));
  if (deliveries.state === 'unknown') return deliveries;
  const destinations = await attempt({ ...call, action: 'logs:DescribeDeliveryDestinations' }, () =>
    destinationsOf(logs),
  );
  if (destinations.state === 'unknown') return destinations;
  const byArn = new Map(destinations.value.map((destination) => [destination.arn, destination]));
  const found = ours.flatMap((source) =>
    deliveries.value
      .filter(({ deliverySourceName }) => deliverySourceName === source.name)
      .flatMap((delivery) => joined(source, delivery, byArn.get(delivery.deliveryDestinationArn))),
  );
  return {
    state: 'known',
    value: found.map((delivery) => ({ ...delivery, isShared: isShared(delivery, found) })),
  };
}

const isShared = (
  { loadBalancerArn, destination }: UnsharedDelivery,
  all: readonly UnsharedDelivery[],
): boolean =>
  all.some(
    (other) => other.loadBalancerArn !== loadBalancerArn && isSamePlace(other.destination, destination),
  );

/** Whether one of two places is in the other. */
function isSamePlace(one: LogDestination, other: LogDestination): boolean {
  if (one.kind === 'log-group' && other.kind === 'log-group') return one.name === other.name;
  if (one.kind !== 's3' || other.kind !== 's3' || one.bucket !== other.bucket) return false;
  const [prefix, otherPrefix] = [`${one.prefix}/`, `${other.prefix}/`];
  return (
    [one.prefix, other.prefix].includes('') ||
    prefix.startsWith(otherPrefix) ||
    otherPrefix.startsWith(prefix)
  );
}

type UnsharedDelivery = Omit<LogDelivery, 'isShared'>;

const joined = (
  { resourceArns = [], logType = '' }: DeliverySource,
  delivery: Delivery,
  destination: DeliveryDestination | undefined,
): UnsharedDelivery[] =>
  resourceArns.map((loadBalancerArn) => ({
    loadBalancerArn,
    logType,
    destination: destinationOf(delivery, destination),
    outputFormat: destination?.outputFormat ?? null,
    recordFields: delivery.recordFields ?? [],
  }));
