import { chatOf } from '../../lambda/alert/render/chat.ts';
import { machineOf } from '../../lambda/alert/render/machine.ts';
import { opsgenieOf } from '../../lambda/alert/render/opsgenie.ts';
import { pagerDutyOf } from '../../lambda/alert/render/pager-duty.ts';
import { smsOf, subjectOf } from '../../lambda/alert/render/sns.ts';
import { textOf } from '../../lambda/alert/render/text.ts';
import type { Notification } from '../../lambda/model/alert.ts';
import { documentedNotifications } from '../alert/examples.ts';

const json = (value: unknown): string => JSON.stringify(value, null, 2);

/** What a chat client shows of a card. */
function cardText(notification: Notification): string {
  const { title, description, nextSteps } = chatOf(notification).content;
  return [title, '', description, '', ...nextSteps.map((step, index) => `${index + 1}. ${step}`)].join('\n');
}

/** Every format of an alert as text. */
export const ALERT_FORMATS: Readonly<Record<string, (notification: Notification) => string>> = {
  mail: textOf,
  subject: subjectOf,
  sms: smsOf,
  chat: cardText,
  'pager-duty': (notification) => json(pagerDutyOf(notification)),
  opsgenie: (notification) => json(opsgenieOf(notification)),
  machine: (notification) => json({ ...machineOf(notification), diagnosis: '...' }),
};

/** Every kind of alert: those of the document, and what becomes of them where less is known. */
export async function alertStates(): Promise<Readonly<Record<string, Notification>>> {
  const states = await documentedNotifications();
  const { firing, posture } = states;
  const { diagnosis } = firing.alert;
  const about = (notification: Notification, over: Partial<typeof diagnosis>): Notification => ({
    ...notification,
    alert: { ...notification.alert, diagnosis: { ...notification.alert.diagnosis, ...over } },
  });
  return {
    ...states,
    critical: { ...firing, alert: { ...firing.alert, severity: 'critical' } },
    updated: {
      ...firing,
      reason: 'still failing 4 hours after the last message',
      alert: { ...firing.alert, event: 'updated' },
    },
    undetermined: {
      ...about(firing, {
        verdict: 'undetermined',
        probability: 0.4,
        hypotheses: [
          { cause: 'target-crash', probability: 0.4, evidence: [] },
          { cause: 'malformed-response', probability: 0.35, evidence: [] },
        ],
      }),
      cause: 'undetermined',
    },
    'posture-after-incident': about(posture, { symptom: diagnosis.symptom }),
    'posture-unknown': about(posture, { symptom: { ...posture.alert.diagnosis.symptom, known: false } }),
  };
}
