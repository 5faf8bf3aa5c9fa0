import {
  GetSubscriptionAttributesCommand,
  paginateListSubscriptionsByTopic,
  SNSClient,
} from '@aws-sdk/client-sns';
import { orThrow } from './aws-failure.ts';
import { type ClientOptions, clientConfig } from './clients.ts';

/** A subscription of the alert topic. */
export interface TopicSubscription {
  readonly protocol: string;
  readonly endpoint: string;
  readonly confirmed: boolean;
  /** The JSON of its filter policy; null: it gets everything. */
  readonly filterPolicy: string | null;
  readonly filterScope: 'MessageAttributes' | 'MessageBody';
}

/**
 * The subscriptions of a topic.
 *
 * @throws RemoteError where they cannot be read
 */
export async function readSubscriptions(
  topicArn: string,
  region: string,
  options: ClientOptions,
): Promise<readonly TopicSubscription[]> {
  const call = { what: 'the subscriptions of the alert topic', resource: topicArn, region };
  const client = new SNSClient(clientConfig(region, options));
  const listed = await orThrow({ ...call, action: 'sns:ListSubscriptionsByTopic' }, async () => {
    const found = [];
    for await (const page of paginateListSubscriptionsByTopic({ client }, { TopicArn: topicArn }))
      found.push(...(page.Subscriptions ?? []));
    return found;
  });
  return Promise.all(
    listed.map(async ({ SubscriptionArn = '', Protocol = '', Endpoint = '' }) => {
      const about = { protocol: Protocol, endpoint: Endpoint };
      // Until it is confirmed it has no ARN, but the word PendingConfirmation.
      if (!SubscriptionArn.startsWith('arn:'))
        return { ...about, confirmed: false, filterPolicy: null, filterScope: 'MessageAttributes' as const };
      const attributes = await orThrow({ ...call, action: 'sns:GetSubscriptionAttributes' }, async () => {
        const answer = await client.send(new GetSubscriptionAttributesCommand({ SubscriptionArn }));
        return answer.Attributes ?? {};
      });
      return {
        ...about,
        confirmed: attributes['PendingConfirmation'] !== 'true',
        filterPolicy: attributes['FilterPolicy'] || null,
        filterScope:
          attributes['FilterPolicyScope'] === 'MessageBody'
            ? ('MessageBody' as const)
            : ('MessageAttributes' as const),
      };
    }),
  );
}
