import { gzipSync } from 'node:zlib';
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  PutLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import {
  ElasticLoadBalancingV2Client,
  ModifyLoadBalancerAttributesCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { Moto } from '../moto.ts';
import { setUpDelivery, writeEvents } from '../observe/log-deliveries.ts';
import { forwardTo, type MotoFleet, motoFleet } from '../observe/moto-fleet.ts';
import { dimensionOf } from '../observe/observed-aws.ts';

export const LOG_BUCKET = 'access-logs-of-the-fleet';
/** Where the targets of the load balancer with access logs log to. */
export const LOG_GROUP = '/fleet/shop';
const MINUTE_MS = 60_000;
const FAILED_AT = new Date(Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS - 10 * MINUTE_MS);

export interface LoggedFleet {
  readonly loadBalancerArn: string;
  readonly targetGroupArn: string;
  /** The second one has no 502 before. */
  letTheOtherFail(): Promise<void>;
}

/** A line of the failure that the monitor looks for. */
const lineAt = (at: Date, loadBalancer: string, targetGroupArn: string): string =>
  `http ${at.toISOString().replace('Z', '000Z')} ${loadBalancer} 203.0.113.9:40000 10.0.0.11:8080 0.000 0.001 -1 502 - 312 277 ` +
  `"GET http://shop.example.com:80/ HTTP/1.1" "curl/8" - - ${targetGroupArn} "Root=1-0-0" "-" "-" 0 ` +
  `${at.toISOString().replace('Z', '000Z')} "forward" "-" "-" "10.0.0.11:8080" "-" "-" "-" TID_0\n`;

/** A load balancer with 502s, access logs in a bucket and a group behind a rule; and one without. */
export async function buildLoggedFleet(moto: Moto): Promise<LoggedFleet> {
  const fleet = await motoFleet(moto);
  const loadBalancerArn = await fleet.loadBalancer({ name: 'logged', idleTimeoutSeconds: 60 });
  await failures(fleet, loadBalancerArn);
  const targetGroupArn = await taggedGroup(fleet, 'logged-group', { 'alb502:log-group': LOG_GROUP });
  const listener = await fleet.listener(loadBalancerArn, 80, forwardTo(targetGroupArn));
  await fleet.rule(listener, 10, forwardTo(await taggedGroup(fleet, 'behind-a-rule')));
  const line = lineAt(FAILED_AT, dimensionOf(loadBalancerArn), targetGroupArn);
  await writeTargetLog(moto);
  await deliverLog(moto, loadBalancerArn, line, FAILED_AT);
  const other = await fleet.loadBalancer({ name: 'other', idleTimeoutSeconds: 60 });
  await fleet.listener(other, 80, forwardTo(await taggedGroup(fleet, 'other-group')));
  return { loadBalancerArn, targetGroupArn, letTheOtherFail: () => failures(fleet, other) };
}

async function failures(fleet: MotoFleet, arn: string): Promise<void> {
  const dimensions = { LoadBalancer: dimensionOf(arn) };
  await fleet.metric('RequestCount', dimensions, FAILED_AT, [500, 500, 500]);
  await fleet.metric('HTTPCode_ELB_502_Count', dimensions, FAILED_AT, [2, null, 1]);
}

const taggedGroup = (
  fleet: MotoFleet,
  name: string,
  tags: Readonly<Record<string, string>> = {},
): Promise<string> =>
  fleet.targetGroup({ name, targets: ['127.0.0.1'], tags: { 'alb502:keep-alive-seconds': '5', ...tags } });

/** What a target of the failing load balancer wrote when the requests failed. */
async function writeTargetLog(moto: Moto): Promise<void> {
  const logs = new CloudWatchLogsClient(moto.client);
  const stream = { logGroupName: LOG_GROUP, logStreamName: 'web/1' };
  await logs.send(new CreateLogGroupCommand({ logGroupName: LOG_GROUP }));
  await logs.send(new CreateLogStreamCommand(stream));
  const logEvents = [{ timestamp: FAILED_AT.getTime() + 20_000, message: 'GET /?token=s3cr3t: ECONNRESET' }];
  await logs.send(new PutLogEventsCommand({ ...stream, logEvents }));
}

async function deliverLog(moto: Moto, loadBalancerArn: string, text: string, minute: Date): Promise<void> {
  const [, , , region = '', account = '', resource = ''] = loadBalancerArn.split(':');
  const s3 = new S3Client({ ...moto.client, forcePathStyle: true });
  await s3.send(
    new CreateBucketCommand({
      Bucket: LOG_BUCKET,
      CreateBucketConfiguration: { LocationConstraint: 'eu-central-1' },
    }),
  );
  const end = new Date(Math.ceil((minute.getTime() + 1) / (5 * MINUTE_MS)) * 5 * MINUTE_MS).toISOString();
  const stamp = end.slice(0, 16).replaceAll(/[-:]/g, '');
  const name = resource.replace('loadbalancer/', '').replaceAll('/', '.');
  const folder = `AWSLogs/${account}/elasticloadbalancing/${region}/${end.slice(0, 10).replaceAll('-', '/')}`;
  await s3.send(
    new PutObjectCommand({
      Bucket: LOG_BUCKET,
      Key: `${folder}/${account}_elasticloadbalancing_${region}_${name}_${stamp}Z_203.0.113.20_4a2b9c1d.log.gz`,
      Body: gzipSync(text),
    }),
  );
  const attributes = { 'access_logs.s3.enabled': 'true', 'access_logs.s3.bucket': LOG_BUCKET };
  await new ElasticLoadBalancingV2Client(moto.client).send(
    new ModifyLoadBalancerAttributesCommand({
      LoadBalancerArn: loadBalancerArn,
      Attributes: Object.entries(attributes).map(([Key, Value]) => ({ Key, Value })),
    }),
  );
}

/** Changes the idle timeout as a person would, past the monitor. */
export async function setIdleTimeout(moto: Moto, loadBalancerArn: string, seconds: number): Promise<void> {
  await new ElasticLoadBalancingV2Client(moto.client).send(
    new ModifyLoadBalancerAttributesCommand({
      LoadBalancerArn: loadBalancerArn,
      Attributes: [{ Key: 'idle_timeout.timeout_seconds', Value: String(seconds) }],
    }),
  );
}

/** Where the access log of the second load balancer is delivered to. */
export const DELIVERED_LOG_GROUP = '/aws/vendedlogs/alb/delivered';

/** A load balancer with 502s whose access log is delivered to CloudWatch Logs. */
export async function buildDeliveredLoadBalancer(moto: Moto): Promise<string> {
  const fleet = await motoFleet(moto);
  const arn = await fleet.loadBalancer({ name: 'delivered', idleTimeoutSeconds: 60 });
  const targetGroupArn = await taggedGroup(fleet, 'delivered-group');
  const listener = await fleet.listener(arn, 80, forwardTo(targetGroupArn));
  await fleet.rule(listener, 10, forwardTo(await taggedGroup(fleet, 'delivered-behind-a-rule')));
  await failures(fleet, arn);
  const message = lineAt(FAILED_AT, dimensionOf(arn), targetGroupArn).trim();
  await writeEvents(moto, DELIVERED_LOG_GROUP, [[FAILED_AT.getTime(), message]]);
  await setUpDelivery(moto, {
    name: 'delivered',
    loadBalancerArn: arn,
    to: `arn:aws:logs:eu-central-1:123456789012:log-group:${DELIVERED_LOG_GROUP}`,
    outputFormat: 'plain',
  });
  return arn;
}
