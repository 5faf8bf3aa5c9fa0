import fc from 'fast-check';
import { busFormOf } from '../../lambda/alert/render/bus.ts';
import { smsOf, snsMessageOf, subjectOf } from '../../lambda/alert/render/sns.ts';
import { alertSchema, type Notification } from '../../lambda/model/alert.ts';
import { awsCustomNotification } from '../../test/alert/chat-card.schema.ts';
import { hostileNotification } from '../../test/alert/fc-notification.ts';
import type { Attack, Effort, Outcome } from './attack.ts';
import { acts } from './terminal.ts';

/** SNS and EventBridge take 256 KB, some of it for their own envelopes. */
const MOST_BYTES = 256 * 1024 - 2048;

const bytes = (text: string): number => new TextEncoder().encode(text).length;

/** What is wrong with the words of a notification; null: nothing. */
function wrongWith(notification: Notification): string | null {
  const { message } = snsMessageOf(notification);
  const formats: Record<string, string> = JSON.parse(message);
  if (bytes(message) > MOST_BYTES) return `${bytes(message)} bytes`;
  if (bytes(busFormOf(notification)) > MOST_BYTES) return 'an event that is too large';
  for (const name of ['lambda', 'sqs'])
    if (!alertSchema.safeParse(JSON.parse(formats[name] ?? '')).success) return `an invalid ${name} form`;
  if (!awsCustomNotification.safeParse(JSON.parse(formats['https'] ?? '')).success) return 'an invalid card';
  if (acts(formats['email'] ?? '')) return 'a mail with control characters';
  if (!/^[\x20-\x7e]{1,140}$/.test(smsOf(notification))) return 'an SMS that is none';
  return /^[A-Z5][\x20-\x7e]{1,98}$/.test(subjectOf(notification)) ? null : 'a subject that is none';
}

async function attack({ runs, seed }: Effort): Promise<Outcome> {
  const notifications = fc.sample(hostileNotification, { numRuns: runs, seed });
  const wrong = notifications.flatMap((notification) => {
    const what = wrongWith(notification);
    return what === null ? [] : [`${what}: ${JSON.stringify(notification).slice(0, 300)}`];
  });
  return { tried: notifications.length, wrong };
}

/** Hostile text in every field of a notification, in every format. */
export const notificationsAttack: Attack = { name: 'notifications', attack };
