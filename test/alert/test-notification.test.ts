import { expect, test } from 'vitest';
import { chatOf } from '../../lambda/alert/render/chat.ts';
import { silenceLink } from '../../lambda/alert/render/monitor-command.ts';
import { smsOf, snsMessageOf } from '../../lambda/alert/render/sns.ts';
import { textOf } from '../../lambda/alert/render/text.ts';
import { TEST_KINDS, testNotifications } from '../../lambda/alert/test-notification.ts';
import { ALERT_EVENTS, notificationSchema } from '../../lambda/model/alert.ts';
import { awsCustomNotification } from './chat-card.schema.ts';

const REQUEST = {
  kinds: TEST_KINDS,
  account: '123456789012',
  region: 'eu-central-1',
  partition: 'aws',
  dashboardUrl: 'https://example.com/dashboard',
  table: 'Alb502-StateTable',
  by: 'dana',
  now: '2026-11-28T10:00:00.000Z',
};

test('a test has every event of the contract, and each incident ends with its resolve', () => {
  const sent = testNotifications(REQUEST).map(({ alert }) => alert);
  expect(new Set(sent.map(({ event }) => event))).toEqual(new Set(ALERT_EVENTS));
  for (const key of new Set(sent.map(({ dedupKey }) => dedupKey))) {
    const events = sent.filter(({ dedupKey }) => dedupKey === key).map(({ event }) => event);
    expect(events.at(-1)).toBe('resolved');
    expect(events.filter((event) => event === 'resolved')).toHaveLength(1);
  }
  expect(new Set(sent.map(({ id }) => id)).size).toBe(sent.length);
});

test('its commands name the monitor that sent it, and it offers nothing to silence', () => {
  for (const notification of testNotifications(REQUEST)) {
    expect(snsMessageOf(notification).message).toContain('--region eu-central-1 --table Alb502-StateTable');
    expect(silenceLink(notification)).toBeNull();
  }
  const [unnamed] = testNotifications({ ...REQUEST, table: null });
  expect(unnamed && textOf(unnamed)).not.toContain('--table');
});

test('an update without a firing is an incident of its own', () => {
  const sent = testNotifications({ ...REQUEST, kinds: ['updated'] });
  expect(sent.map(({ alert }) => alert.event)).toEqual(['updated', 'resolved']);
});

test.each(testNotifications(REQUEST).map((one) => [one.alert.event, one] as const))(
  '%s says in every format that it is a test',
  (_event, notification) => {
    expect(notificationSchema.parse(notification)).toEqual(notification);
    expect(textOf(notification)).toContain('sent by dana with alb502 test-alert; nothing is failing');
    expect(smsOf(notification)).toContain('TEST-nothing-is-failing');
    const card = awsCustomNotification.parse(chatOf(notification));
    expect(JSON.stringify(card)).toContain('TEST-nothing-is-failing');
    const { subject, attributes } = snsMessageOf(notification);
    expect(subject).toContain('TEST-nothing-is-failing');
    expect(attributes.loadBalancer).toBe('app/TEST-nothing-is-failing/0000000000000000');
  },
);
