import { filterMatch, type Match } from '../alert/filter-policy.ts';
import { snsMessageOf } from '../alert/render/sns.ts';
import type { Notification } from '../model/alert.ts';
import type { TopicSubscription } from '../observe/subscription.reader.ts';
import { receiverOf } from './subscriptions.ts';

/** Who is meant to get which of the notifications that were sent. */
export interface Receiver {
  readonly receiver: string;
  /** Ids of the alerts. */
  readonly gets: readonly string[];
  readonly mayGet: readonly string[];
  /** Why it gets none of them or cannot be told; null: it does. */
  readonly because: string | null;
}

/** What each subscription of the topic should have got. */
export function receiversOf(
  subscriptions: readonly TopicSubscription[],
  sent: readonly Notification[],
): readonly Receiver[] {
  return subscriptions.map((subscription) => {
    const matched = sent.map(
      (notification) => [notification.alert.id, matchOf(subscription, notification)] as const,
    );
    const ids = (wanted: Match) => matched.flatMap(([id, match]) => (match === wanted ? [id] : []));
    const [gets, mayGet] = [ids('yes'), ids('unknown')];
    return {
      receiver: receiverOf(subscription),
      gets,
      mayGet,
      because: becauseOf(subscription, gets.length, mayGet.length),
    };
  });
}

function matchOf({ confirmed, filterPolicy, filterScope }: TopicSubscription, sent: Notification): Match {
  if (!confirmed) return 'no';
  if (filterPolicy !== null && filterScope === 'MessageBody') return 'unknown';
  return filterMatch(filterPolicy, snsMessageOf(sent).attributes);
}

function becauseOf(subscription: TopicSubscription, gets: number, mayGet: number): string | null {
  if (!subscription.confirmed) return 'its subscription is not confirmed';
  if (gets === 0 && mayGet === 0) return `its filter lets none pass: ${subscription.filterPolicy}`;
  if (mayGet > 0)
    return `its filter is not understood here: ${subscription.filterPolicy}${subscription.filterScope === 'MessageBody' ? ' (on the message body)' : ''}`;
  return null;
}
