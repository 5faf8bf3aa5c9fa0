import { Logger } from '@aws-lambda-powertools/logger';
import { SNSClient } from '@aws-sdk/client-sns';
import { notificationFromBus } from './alert/render/bus.ts';
import { clientTimeouts } from './client-timeouts.ts';
import { snsDelivery } from './deliver/sns.ts';
import { hubEnvironmentFrom } from './env.ts';
import { InputError } from './model/failure.ts';

const logger = new Logger();
const sns = new SNSClient(clientTimeouts('own', 3));

/**
 * Publishes an alert that came over the organisation's bus to the hub's topic, in the words of every protocol.
 *
 * @throws InputError where the event carries no whole alert; after its retries it is in the dead-letter queue
 */
export async function handler(event: {
  readonly detail?: unknown;
  readonly account?: string;
}): Promise<void> {
  const { topicArn } = hubEnvironmentFrom(process.env);
  const notification = notificationFromBus(event.detail);
  if (notification === null)
    throw new InputError(
      `the event of account ${event.account ?? 'unknown'} is no whole alert; is its monitor of an older version?`,
    );
  await snsDelivery(sns, topicArn)(notification);
  logger.info('published', { id: notification.alert.id, account: event.account });
}
