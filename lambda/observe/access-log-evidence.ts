import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { S3Client } from '@aws-sdk/client-s3';
import { symptomOf } from '../diagnose/symptom.ts';
import type { EvidenceBundle } from '../model/evidence.ts';
import { type AccessLogRequest, readAccessLog } from './access-log.reader.ts';
import type { ParquetReader } from './access-log-bytes.ts';
import { readAccessLogGroup } from './access-log-group.ts';
import { type AccessLogEvidence, accessLogGap } from './access-log-reading.ts';
import type { Reading } from './aws-failure.ts';
import { type ClientOptions, clientConfig } from './clients.ts';
import { type LogDelivery, readLogDeliveries } from './log-delivery.reader.ts';

/** How much of a log one investigation reads at most. */
export interface AccessLogBudget {
  /** Bytes as they are stored: compressed in S3, not in CloudWatch Logs. */
  readonly maxBytes: number;
  readonly maxMs: number;
  /** Reads Parquet, where that is wanted: its reader is large. */
  readonly parquet?: ParquetReader;
}

const s3Clients = new Map<string, S3Client>();

/** A bucket lies in the region of its load balancer (ELB user guide, access logs), so one client a region will do. */
export function s3Of(region: string, options: ClientOptions): S3Client {
  const known =
    s3Clients.get(region) ??
    new S3Client({
      ...clientConfig(region, options),
      // An endpoint of one's own seldom resolves a bucket's name as a host.
      forcePathStyle: options.endpoint !== undefined,
      followRegionRedirects: true,
    });
  s3Clients.set(region, known);
  return known;
}

const logsClients = new Map<string, CloudWatchLogsClient>();

/** The same of CloudWatch Logs. */
export function logsOf(region: string, options: ClientOptions): CloudWatchLogsClient {
  const known = logsClients.get(region) ?? new CloudWatchLogsClient(clientConfig(region, options));
  logsClients.set(region, known);
  return known;
}

/** What one look needs. */
interface Look {
  readonly bundle: EvidenceBundle;
  readonly budget: AccessLogBudget;
  readonly options: ClientOptions;
  readonly isOver: () => boolean;
}

const commonOf = ({ bundle, budget, isOver }: Look) => ({
  region: bundle.region,
  account: bundle.account,
  loadBalancerDimension: bundle.loadBalancer.dimension,
  ...bundle.window,
  failureMinutes: [...symptomOf(bundle).failures.keys()],
  maxBytes: budget.maxBytes,
  parquet: budget.parquet,
  isOver,
});

/** The log of a kind that the attributes of a load balancer point to; null where they point to none. */
function fromAttributes(
  look: Look,
  kind: 'access_logs' | 'health_check_logs',
): Promise<AccessLogEvidence> | null {
  const { bundle, options } = look;
  const { attributes } = bundle.loadBalancer;
  const bucket = attributes[`${kind}.s3.bucket`];
  if (attributes[`${kind}.s3.enabled`] !== 'true' || !bucket) return null;
  return readAccessLog({
    ...commonOf(look),
    s3: s3Of(bundle.region, options),
    bucket,
    prefix: attributes[`${kind}.s3.prefix`] ?? '',
    ...(kind === 'health_check_logs' ? { ofHealthChecks: true } : {}),
  });
}

/** What is asked of a delivered log; times and limits as those who read it have them. */
type DeliveredLogRequest = Omit<
  AccessLogRequest,
  's3' | 'bucket' | 'prefix' | 'fields' | 'isDelivered' | 'isShared'
>;

/** The log that a delivery writes. */
export async function readDelivery(
  request: DeliveredLogRequest,
  { destination, recordFields, isShared }: Pick<LogDelivery, 'destination' | 'recordFields' | 'isShared'>,
  options: ClientOptions,
): Promise<AccessLogEvidence> {
  const fields = recordFields.length === 0 ? undefined : recordFields;
  const { region } = request;
  switch (destination.kind) {
    case 's3':
      return readAccessLog({
        ...request,
        s3: s3Of(region, options),
        bucket: destination.bucket,
        prefix: destination.prefix,
        ...{ fields, isShared, isDelivered: true },
      });
    case 'log-group':
      return readAccessLogGroup({
        ...request,
        logs: logsOf(region, options),
        logGroupName: destination.name,
        logGroupArn: destination.arn,
        ...{ fields, isShared },
      });
    case 'firehose':
      return unreadable(
        destination.arn,
        'it is delivered to a Firehose stream, which cannot be read; read it where that writes to: alb502 logs s3://BUCKET/PREFIX',
      );
    case 'unknown':
      return unreadable(
        destination.arn,
        'it is delivered to a destination that this account does not describe; read it there: alb502 logs s3://BUCKET/PREFIX',
      );
  }
}

const unreadable = (resource: string, reason: string): AccessLogEvidence => ({
  summary: null,
  gaps: [accessLogGap('failed', resource, reason)],
});

/** Cheapest to read first. */
const ORDER: readonly LogDelivery['destination']['kind'][] = ['s3', 'log-group', 'firehose', 'unknown'];

/** Reads the first delivery that can be read; says of the others why not. */
async function fromDeliveries(
  look: Look,
  reading: Reading<readonly LogDelivery[]>,
): Promise<AccessLogEvidence> {
  const { arn } = look.bundle.loadBalancer;
  if (reading.state === 'unknown')
    return {
      summary: null,
      gaps: [
        accessLogGap('switched-off', arn, `${OFF}; whether it is delivered otherwise is not known`),
        reading.gap,
      ],
    };
  const own = reading.value
    .filter(({ loadBalancerArn, logType }) => loadBalancerArn === arn && logType === 'ALB_ACCESS_LOGS')
    .sort((left, right) => ORDER.indexOf(left.destination.kind) - ORDER.indexOf(right.destination.kind));
  if (own.length === 0)
    return {
      summary: null,
      gaps: [accessLogGap('switched-off', arn, `${OFF}, and no delivery of CloudWatch Logs has it`)],
    };
  const gaps: AccessLogEvidence['gaps'][number][] = [];
  for (const delivery of own) {
    const evidence = await readDelivery(commonOf(look), delivery, look.options);
    if (evidence.summary !== null) return evidence;
    gaps.push(...evidence.gaps);
  }
  return { summary: null, gaps };
}

/** The health check log of a delivery; null where there is none. */
async function healthChecksFromDeliveries(
  look: Look,
  reading: Reading<readonly LogDelivery[]>,
): Promise<AccessLogEvidence | null> {
  if (reading.state === 'unknown') return null;
  const { arn } = look.bundle.loadBalancer;
  const own = reading.value.find(
    ({ loadBalancerArn, logType, destination }) =>
      loadBalancerArn === arn &&
      logType === 'ALB_HEALTH_CHECK_LOGS' &&
      (destination.kind === 's3' || destination.kind === 'log-group'),
  );
  return own === undefined ? null : readDelivery(commonOf(look), own, look.options);
}

/** Where the attributes say where both logs are, nobody asks for deliveries. */
const NONE_ASKED: Reading<readonly LogDelivery[]> = { state: 'known', value: [] };

const OFF = 'access_logs.s3.enabled is not true';

type Deliveries = Promise<Reading<readonly LogDelivery[]>>;

/** Deliveries are described for a whole region at once, so load balancers that are looked at together ask once. */
function deliveriesByRegion(options: ClientOptions): (region: string) => Deliveries {
  const known = new Map<string, Deliveries>();
  return (region) => {
    const deliveries = known.get(region) ?? readLogDeliveries(logsOf(region, options), region);
    known.set(region, deliveries);
    return deliveries;
  };
}

/**
 * Reads the access log of a load balancer around the failing minutes of a bundle, where it is: in the bucket that its
 * attributes name, else where a delivery of CloudWatch Logs writes it.
 */
export function accessLogEvidence(
  budget: AccessLogBudget,
  options: ClientOptions = {},
): (bundle: EvidenceBundle) => Promise<AccessLogEvidence> {
  const deliveriesOf = deliveriesByRegion(options);
  return async (bundle) => {
    const over = Date.now() + budget.maxMs;
    const look: Look = { bundle, budget, options, isOver: () => Date.now() >= over };
    const attributed = fromAttributes(look, 'access_logs');
    const attributedChecks = fromAttributes(look, 'health_check_logs');
    const deliveries =
      attributed === null || attributedChecks === null
        ? deliveriesOf(bundle.region)
        : Promise.resolve(NONE_ASKED);
    const [access, checks] = await Promise.all([
      attributed ?? deliveries.then((reading) => fromDeliveries(look, reading)),
      attributedChecks ?? deliveries.then((reading) => healthChecksFromDeliveries(look, reading)),
    ]);
    // A health check log that is not there is nothing that anybody misses; one that may not be read is.
    const denied = checks?.gaps.filter(({ kind }) => kind === 'denied') ?? [];
    return {
      summary: access.summary,
      healthCheckLog: access.healthCheckLog ?? checks?.healthCheckLog ?? null,
      gaps: [...access.gaps, ...denied.map((gap) => ({ ...gap, what: 'health check log' }))],
    };
  };
}
