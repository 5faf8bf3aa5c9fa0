import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  CreateTargetGroupCommand,
  DescribeTargetGroupsCommand,
  ElasticLoadBalancingV2Client,
  RegisterTargetsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Context } from 'aws-lambda';
import { expect, test, vi } from 'vitest';
import { ENV } from '../../lambda/env.ts';
import { handler } from '../../lambda/probe.lambda.ts';
import { dynamoStore } from '../../lambda/store/dynamo.store.ts';
import { motoForTest } from '../moto.ts';
import { forwardTo, motoFleet } from '../observe/moto-fleet.ts';
import { rawTarget } from './raw-target.ts';

const CONTEXT: Pick<Context, 'getRemainingTimeInMillis'> = { getRemainingTimeInMillis: () => 120_000 };

test('the function probes what is registered, and its facts are there for the next investigation', async () => {
  const moto = await motoForTest();
  await using target = await rawTarget({ idleSeconds: () => 1.5 });
  await using stranger = await rawTarget({});
  const fleet = await motoFleet(moto);
  const loadBalancer = await fleet.loadBalancer({ name: 'shop', idleTimeoutSeconds: 30 });
  const elb = new ElasticLoadBalancingV2Client(moto.client);
  const { TargetGroups } = await elb.send(
    new DescribeTargetGroupsCommand({ TargetGroupArns: [await fleet.targetGroup({ name: 'unused' })] }),
  );
  const created = await elb.send(
    new CreateTargetGroupCommand({
      Name: 'web',
      Protocol: 'HTTP',
      Port: 80,
      VpcId: TargetGroups?.[0]?.VpcId,
      TargetType: 'ip',
    }),
  );
  const group = created.TargetGroups?.[0]?.TargetGroupArn ?? '';
  await elb.send(
    new RegisterTargetsCommand({
      TargetGroupArn: group,
      Targets: [{ Id: '127.0.0.1', Port: target.endpoint.port }],
    }),
  );
  await fleet.listener(loadBalancer, 80, forwardTo(group));
  const dynamo = new DynamoDBClient(moto.client);
  const TableName = 'state';
  await dynamo.send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      AttributeDefinitions: ['pk', 'sk'].map((AttributeName) => ({
        AttributeName,
        AttributeType: 'S' as const,
      })),
    }),
  );
  for (const [name, value] of Object.entries({ ...moto.environment, [ENV.tableName]: TableName }))
    vi.stubEnv(name, value);

  const report = await handler({}, CONTEXT);

  expect(report).toEqual({
    ...{ probed: 1, facts: 1, failed: [] },
    answers: { asked: 0, facts: 0, unanswered: [], skipped: [] },
  });
  const { keepAliveFacts } = await dynamoStore(DynamoDBDocumentClient.from(dynamo), TableName).load(
    loadBalancer,
  );
  expect(keepAliveFacts).toEqual([
    expect.objectContaining({
      targetGroupArn: group,
      target: `127.0.0.1:${target.endpoint.port}`,
      source: 'probe',
      seconds: expect.any(Number),
    }),
  ]);
  expect(stranger.requests()).toBe(0);
  vi.unstubAllEnvs();
});
