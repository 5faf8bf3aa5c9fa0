import { resolve } from 'node:path';
import { CreateTopicCommand, SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { busFormOf } from '../../lambda/alert/render/bus.ts';
import { machineOf } from '../../lambda/alert/render/machine.ts';
import { ENV } from '../../lambda/env.ts';
import { alertSchema } from '../../lambda/model/alert.ts';
import { type Moto, startMoto } from '../moto.ts';
import { notificationAt } from '../store/entries.ts';
import { type AlertInbox, openAlertInbox } from './alert-inbox.ts';
import { invokeBundle } from './lambda-process.ts';

describe('the hub of an organisation', () => {
  let moto: Moto;
  let inbox: AlertInbox;
  let topicArn: string;

  beforeAll(async () => {
    moto = await startMoto('eu-central-1');
    const { TopicArn = '' } = await new SNSClient(moto.client).send(new CreateTopicCommand({ Name: 'hub' }));
    topicArn = TopicArn;
    inbox = await openAlertInbox(moto, new SQSClient(moto.client), topicArn);
  });
  afterAll(() => moto?.stop());

  const run = (detail: unknown) =>
    invokeBundle(
      resolve('dist/functions/hub/index.mjs'),
      'hub',
      { ...moto.environment, AWS_REGION: 'eu-central-1', [ENV.topicArn]: topicArn },
      { source: 'alb502', 'detail-type': 'alb502 alert', account: '222233334444', detail },
    );

  test('publishes an alert of another account as its own monitor does: form by form, with attributes', async () => {
    const notification = notificationAt(10);
    const { error, logs } = await run(JSON.parse(busFormOf(notification)));
    expect(error, logs).toBeNull();
    const [alert, ...others] = await inbox.receiveAlerts();
    expect(others).toEqual([]);
    expect(alertSchema.parse(JSON.parse(alert?.message ?? ''))).toEqual(machineOf(notification));
    expect(alert?.subject).toMatch(/^502s on /);
    expect(alert?.attributes).toMatchObject({ severity: notification.alert.severity, event: 'firing' });
  });

  test('fails, and so keeps for the dead-letter queue, what is no whole alert', async () => {
    const { error } = await run({ version: 1 });
    expect(error).toMatchObject({ name: 'InputError', message: expect.stringContaining('222233334444') });
    expect(await inbox.receiveAlerts()).toEqual([]);
  });
});
