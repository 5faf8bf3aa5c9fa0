import { SetSubscriptionAttributesCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { TEST_KINDS } from '../../lambda/alert/test-notification.ts';
import { alertSchema } from '../../lambda/model/alert.ts';
import { subscribed } from './answers.ts';
import { type DeployedMonitor, deployedMonitor } from './deployed-monitor.ts';

const documentSchema = z.strictObject({
  version: z.literal(1),
  topicArn: z.string(),
  notifications: z.array(
    z.strictObject({
      ...{ id: z.string(), event: z.string(), severity: z.string(), dedupKey: z.string() },
      ...{ topic: z.string().nullable(), bus: z.string().nullable() },
    }),
  ),
  receivers: z.array(
    z.strictObject({
      ...{ receiver: z.string(), gets: z.array(z.string()), mayGet: z.array(z.string()) },
      because: z.string().nullable(),
    }),
  ),
});

describe('alb502 test-alert', () => {
  let monitor: DeployedMonitor;
  beforeAll(async () => {
    monitor = await deployedMonitor();
  });
  afterAll(() => monitor?.stop());

  test('sends each kind with its resolve through topic and bus, as alerts of the contract', async () => {
    const { code, stdout, stderr } = await monitor.run(['test-alert', '--by', 'dana', '--json']);
    const document = documentSchema.parse(JSON.parse(stdout));
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const events = document.notifications.map(({ event }) => event);
    expect(new Set(events)).toEqual(new Set([...TEST_KINDS, 'resolved']));
    const received = await monitor.deployment.receiveAlerts();
    const alerts = received.map(({ message }) => alertSchema.parse(JSON.parse(message)));
    expect(alerts.map(({ id }) => id)).toEqual(document.notifications.map(({ id }) => id));
    expect(alerts.every(({ diagnosis }) => /TEST-nothing-is-failing/.test(diagnosis.loadBalancerArn))).toBe(
      true,
    );
    const published = monitor.proxy.calls.filter(({ action }) => action === 'Publish');
    expect(published).toHaveLength(events.length);
    for (const { input } of published)
      expect(JSON.stringify(input())).toContain(
        `--region eu-central-1 --table ${monitor.deployment.outputs.StateTableName}`,
      );
    const onBus = monitor.proxy.calls.filter(({ action }) => action === 'PutEvents');
    expect(onBus).toHaveLength(events.length);
    expect(document.receivers).toMatchObject([{ gets: alerts.map(({ id }) => id), because: null }]);
  });

  test('says who gets which, by the filters as they are, and SNS agrees', async () => {
    const sns = new SNSClient(monitor.moto.client);
    const { SubscriptionArn } = await sns.send(
      new SubscribeCommand({
        ...{ TopicArn: monitor.deployment.outputs.AlertTopicArn, Protocol: 'email' },
        ...{ Endpoint: 'drift@example.com', ReturnSubscriptionArn: true },
        Attributes: { FilterPolicy: '{"severity":["info"]}' },
      }),
    );
    const { code, stdout } = await monitor.run(['test-alert', '--event', 'firing', '--event', 'drift']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^firing \(critical\) test-firing-[^\n]*: taken by topic and bus\nresolved /);
    expect(stdout).toMatch(
      /\nsqs arn:aws:sqs:eu-central-1:123456789012:alert-inbox should get all of them\n/,
    );
    expect(stdout).toMatch(/\nemail drift@example.com should get 2 of 4\n/);
    expect((await monitor.deployment.receiveAlerts()).map(({ attributes }) => attributes['event'])).toEqual([
      'firing',
      'resolved',
      'drift',
      'resolved',
    ]);
    await sns.send(
      new SetSubscriptionAttributesCommand({
        ...{ SubscriptionArn, AttributeName: 'FilterPolicy' },
        AttributeValue: '{"severity":["none"]}',
      }),
    );
    const none = await monitor.run(['test-alert', '--event', 'drift']);
    expect(none.code).toBe(1);
    expect(none.stdout).toContain('email drift@example.com gets none: its filter lets none pass');
    await monitor.deployment.receiveAlerts();
  });

  test('an unconfirmed subscription gets nothing, and that is found', async () => {
    const { code, stdout } = await monitor.run(
      ['test-alert', '--event', 'drift'],
      [subscribed({ arn: 'PendingConfirmation', protocol: 'email', endpoint: 'new@example.com' })],
    );
    expect(code).toBe(1);
    expect(stdout).toContain('email new@example.com gets none: its subscription is not confirmed');
    await monitor.deployment.receiveAlerts();
  });

  test('what AWS does not take is told for each channel, and exits with 3', async () => {
    const { code, stdout } = await monitor.run(
      ['test-alert', '--event', 'drift'],
      [{ action: 'PutEvents', fault: 'denied' }],
    );
    expect(code).toBe(3);
    expect(stdout).toMatch(/not taken by the bus: these credentials may not call events:PutEvents/);
    expect(await monitor.deployment.receiveAlerts()).toHaveLength(2);
  });

  test('where nobody can see who is subscribed, nobody is woken', async () => {
    const { code, stdout, stderr } = await monitor.run(
      ['test-alert'],
      [{ action: 'ListSubscriptionsByTopic', fault: 'denied' }],
    );
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr).toContain('allow sns:ListSubscriptionsByTopic');
    expect(await monitor.deployment.receiveAlerts()).toEqual([]);
  });

  test('refuses a kind that there is not, before it calls anybody', async () => {
    const { code, stderr } = await monitor.run(['test-alert', '--event', 'fire']);
    expect(code).toBe(2);
    expect(stderr).toContain('It is none of firing, updated, drift, posture, heartbeat-lost.');
    expect(monitor.proxy.calls).toEqual([]);
  });
});
