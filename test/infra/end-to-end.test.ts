import { CreateAccountAliasCommand, IAMClient } from '@aws-sdk/client-iam';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { alertSchema } from '../../lambda/model/alert.ts';
import { buildFleet, type Specimen } from '../fleet.ts';
import { type Moto, startMoto } from '../moto.ts';
import { type Deployment, deployToMoto } from './deploy.ts';

const EVERY_MINUTE = { source: 'aws.events', 'detail-type': 'Scheduled Event', detail: {} };

describe('the deployed monitor on a fleet', () => {
  let moto: Moto;
  let deployment: Deployment;
  let fleet: ReadonlyMap<string, Specimen>;

  beforeAll(async () => {
    moto = await startMoto();
    fleet = await buildFleet(moto);
    await new IAMClient(moto.client).send(new CreateAccountAliasCommand({ AccountAlias: 'shop-prod' }));
    deployment = await deployToMoto(moto);
  });
  afterAll(async () => {
    deployment?.remove();
    await moto?.stop();
  });

  /** One minute of the monitor's life: the schedule, then the queue until it is empty. */
  async function round(
    event: unknown = EVERY_MINUTE,
  ): Promise<{ readonly investigated: number; readonly failed: readonly string[] }> {
    const { error, logs } = await deployment.invokeDeployed('screen', event);
    expect(error, logs).toBeNull();
    let investigated = 0;
    const failed: string[] = [];
    for (let batch = 0; batch < 20; batch++) {
      const done = await deployment.runInvestigations();
      if (done === null) break;
      expect(done.invocation.error, done.invocation.logs).toBeNull();
      investigated += done.messageIds.length;
      failed.push(...done.failedMessageIds);
    }
    return { investigated, failed };
  }

  const told = async (): Promise<Record<string, readonly string[]>> => {
    const alerts = await deployment.receiveAlerts();
    const parsed = alerts.map(({ message }) => alertSchema.parse(JSON.parse(message)));
    // Asked for by the screening, before the first investigation.
    for (const alert of parsed) {
      expect(alert.accountAlias).toBe('shop-prod');
      expect(alert.title).toContain(', shop-prod eu-central-1: ');
    }
    const entries = parsed.map(({ event, diagnosis }, index): [string, readonly string[]] => [
      diagnosis.loadBalancerArn.split('/')[2] ?? '',
      [event, alerts[index]?.attributes['cause'] ?? ''],
    ]);
    expect(new Set(entries.map(([name]) => name)).size).toBe(entries.length);
    return Object.fromEntries(entries);
  };

  test('tells each trouble once with its cause, warns of the silent one, and leaves the healthy in peace', async () => {
    const { investigated, failed } = await round();
    expect({ investigated, failed }).toEqual({ investigated: fleet.size, failed: [] });
    expect(await told()).toEqual({
      mismatch: ['firing', 'keepalive-mismatch'],
      refused: ['firing', 'connection-refused'],
      tls: ['firing', 'tls-failure'],
      lambda: ['firing', 'lambda-target-error'],
      equal: ['firing', 'keepalive-mismatch'],
      unclear: ['firing', 'undetermined'],
      silent: ['posture', 'keepalive-mismatch'],
    });
  });

  test('pages nobody twice when the round runs again', async () => {
    await round();
    expect(await told()).toEqual({});
  });

  test('shows the fleet in the widget', async () => {
    const { result, error } = await deployment.invokeDeployed('widget', { widgetContext: {} });
    expect(error).toBeNull();
    for (const name of fleet.keys()) expect(result).toContain(name);
  });

  test('does the rest of a batch when one message is poisoned', async () => {
    const sqs = new SQSClient(moto.client);
    const { InvestigationQueueUrl: QueueUrl } = deployment.outputs;
    const send = (MessageBody: string, group: string) =>
      sqs.send(
        new SendMessageCommand({
          QueueUrl,
          MessageBody,
          MessageGroupId: group,
          MessageDeduplicationId: group,
        }),
      );
    await send('{"version":1,"loadBalancerArn":"nonsense"}', 'poison');
    const loadBalancerArn = fleet.get('healthy')?.arn;
    await send(
      JSON.stringify({
        version: 1,
        loadBalancerArn,
        region: 'eu-central-1',
        reason: 'posture',
        requestedAt: '2026-01-01T00:00:00.000Z',
        change: null,
      }),
      'good',
    );
    const done = await deployment.runInvestigations();
    expect(done?.messageIds).toHaveLength(2);
    expect(done?.failedMessageIds).toEqual([done?.messageIds[0]]);
    expect(done?.invocation.logs).toContain('the queue message is not an investigation');
  });
});
