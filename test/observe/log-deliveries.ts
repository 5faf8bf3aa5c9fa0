import {
  CloudWatchLogsClient,
  CreateDeliveryCommand,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  type OutputFormat,
  PutDeliveryDestinationCommand,
  PutDeliverySourceCommand,
  PutLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import type { Moto } from '../moto.ts';

export interface DeliverySetUp {
  readonly name: string;
  readonly loadBalancerArn: string;
  readonly logType?: string;
  /** ARN of a log group, a bucket or a stream. */
  readonly to: string;
  readonly outputFormat?: OutputFormat;
  readonly recordFields?: string[];
}

/** Sets a delivery up as AWS's guide does: a source, a destination, and the delivery between them. */
export async function setUpDelivery(moto: Moto, setUp: DeliverySetUp): Promise<void> {
  const logs = new CloudWatchLogsClient(moto.client);
  const { name, to, logType = 'ALB_ACCESS_LOGS', outputFormat = 'json' } = setUp;
  await logs.send(new PutDeliverySourceCommand({ name, resourceArn: setUp.loadBalancerArn, logType }));
  const { deliveryDestination } = await logs.send(
    new PutDeliveryDestinationCommand({
      name,
      outputFormat,
      deliveryDestinationConfiguration: { destinationResourceArn: to },
    }),
  );
  await logs.send(
    new CreateDeliveryCommand({
      deliverySourceName: name,
      deliveryDestinationArn: deliveryDestination?.arn,
      recordFields: setUp.recordFields,
    }),
  );
  logs.destroy();
}

/** Writes events to a log group of their own. */
export async function writeEvents(
  moto: Moto,
  logGroupName: string,
  events: readonly (readonly [atMs: number, message: string])[],
): Promise<void> {
  const logs = new CloudWatchLogsClient(moto.client);
  const stream = { logGroupName, logStreamName: 'app/shop' };
  await logs.send(new CreateLogGroupCommand({ logGroupName }));
  await logs.send(new CreateLogStreamCommand(stream));
  const logEvents = events.map(([timestamp, message]) => ({ timestamp, message }));
  if (logEvents.length > 0) await logs.send(new PutLogEventsCommand({ ...stream, logEvents }));
  logs.destroy();
}
