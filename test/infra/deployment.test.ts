import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ENV } from '../../lambda/env.ts';
import { type Moto, startMoto } from '../moto.ts';
import { type Deployment, deployToMoto } from './deploy.ts';

describe('the stack deployed into moto', () => {
  let moto: Moto;
  let deployment: Deployment;

  beforeAll(async () => {
    moto = await startMoto();
    deployment = await deployToMoto(moto, { pendingMinutes: 5 });
  });
  afterAll(async () => {
    deployment?.remove();
    await moto?.stop();
  });

  test('tells the functions where everything is', () => {
    const { outputs, functions } = deployment;
    for (const { environment, runtime } of [functions.screen, functions.investigate]) {
      expect(runtime).toBe('nodejs24.x');
      expect(environment).toMatchObject({
        [ENV.tableName]: outputs.StateTableName,
        [ENV.topicArn]: outputs.AlertTopicArn,
        [ENV.queueUrl]: outputs.InvestigationQueueUrl,
        [ENV.dashboardUrl]: outputs.DashboardUrl,
      });
      expect(JSON.parse(environment[ENV.settings] ?? '')).toMatchObject({ pendingMinutes: 5 });
    }
    expect(functions.widget.environment[ENV.tableName]).toBe(outputs.StateTableName);
  });

  test('points at a dashboard by region and name', () => {
    expect(deployment.outputs.DashboardUrl).toMatch(
      /^https:\/\/eu-central-1\.console\.aws\.amazon\.com\/cloudwatch\/home\?region=eu-central-1#dashboards\/dashboard\/[\w-]+-eu-central-1$/,
    );
  });

  test('runs the widget bundle in a process of its own: it documents itself', async () => {
    const { result, error, logs } = await deployment.invokeDeployed('widget', { describe: true });
    expect({ error, logs }).toEqual({ error: null, logs: '' });
    expect(result).toMatch(/^## alb502/);
  });

  test('draws an empty fleet from the deployed table', async () => {
    const { result, error } = await deployment.invokeDeployed('widget', { widgetContext: {} });
    expect(error).toBeNull();
    expect(result).toContain('No load balancer has been looked at yet');
  });

  test('hands a failure of the handler back instead of dying', async () => {
    const { error } = await deployment.invokeDeployed('widget', null);
    expect(error).toMatchObject({ name: 'InputError' });
  });

  test('screens an empty account: nothing on the queue, no alert', async () => {
    const { error, logs } = await deployment.invokeDeployed('screen', { source: 'aws.events' });
    expect(error, logs).toBeNull();
    expect(await deployment.runInvestigations()).toBeNull();
    expect(await deployment.receiveAlerts()).toEqual([]);
  });

  test('passes the form for queues, with its attributes, to a queue that is subscribed to the topic', async () => {
    await new SNSClient(moto.client).send(
      new PublishCommand({
        TopicArn: deployment.outputs.AlertTopicArn,
        MessageStructure: 'json',
        Message: JSON.stringify({ default: 'for people', sqs: '{"version":1}' }),
        MessageAttributes: { severity: { DataType: 'String', StringValue: 'critical' } },
      }),
    );
    const alerts = await deployment.receiveAlerts();
    expect(alerts).toMatchObject([{ message: '{"version":1}', attributes: { severity: 'critical' } }]);
    expect(await deployment.receiveAlerts()).toEqual([]);
  });

  test('reports a poisoned message as failed, by its id', async () => {
    const sent = await new SQSClient(moto.client).send(
      new SendMessageCommand({
        QueueUrl: deployment.outputs.InvestigationQueueUrl,
        MessageBody: 'poison',
        MessageGroupId: 'poison',
        MessageDeduplicationId: 'poison',
      }),
    );
    const round = await deployment.runInvestigations();
    expect(round?.invocation.error, round?.invocation.logs).toBeNull();
    expect(round?.failedMessageIds).toEqual([sent.MessageId]);
    expect(await deployment.runInvestigations(), 'it stays hidden for now').toBeNull();
  });
});
