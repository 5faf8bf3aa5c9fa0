import { readSubscriptions, type TopicSubscription } from '../observe/subscription.reader.ts';
import { type Check, type CheckResult, ok, outputOf, problem } from './check.ts';

/** Somebody is subscribed, and every subscription is confirmed. */
export const subscriptionsCheck: Check = {
  id: 'subscriptions',
  title: 'the subscriptions of the alert topic',
  run: async (examined) => {
    const topicArn = outputOf(examined, 'AlertTopicArn');
    const subscriptions = await readSubscriptions(topicArn, examined.region, examined.options);
    if (subscriptions.length === 0)
      return [problem('nobody is subscribed, so nobody is notified', `subscribe someone to ${topicArn}`)];
    return subscriptions.map(checkResultOf);
  },
};

/** Who is meant, as the topic has it. */
export const receiverOf = ({
  protocol,
  endpoint,
}: Pick<TopicSubscription, 'protocol' | 'endpoint'>): string => `${protocol} ${withoutSecret(endpoint)}`;

/** An address of a webhook holds the key to it. */
function withoutSecret(endpoint: string): string {
  if (!/^https?:/.test(endpoint) || !URL.canParse(endpoint)) return endpoint;
  const { protocol, host, pathname, search } = new URL(endpoint);
  return pathname.length <= 1 && search === '' ? endpoint : `${protocol}//${host}/…`;
}

function checkResultOf(subscription: TopicSubscription): CheckResult {
  const receiver = receiverOf(subscription);
  if (!subscription.confirmed)
    return problem(
      `${receiver} has not confirmed its subscription and gets nothing`,
      'open the link in the message "AWS Notification - Subscription Confirmation"; after 3 days it is no longer valid: subscribe again',
    );
  return ok(
    `${receiver}${subscription.filterPolicy === null ? '' : `, filtered by ${subscription.filterPolicy}`}`,
  );
}
