import { DescribeTagsCommand, ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startFaultProxy } from '../aws-faults.ts';
import { type Moto, startMoto } from '../moto.ts';
import { RefusedRequestsError } from '../refused-requests-error.ts';
import { nothingRefused } from '../running-moto.ts';
import { AGAINST_LIMITS } from './against-limits.ts';
import { AGAINST_MODELS } from './against-models.ts';
import { form, json, send, type WireRequest } from './call.ts';
import { ARN, environment, KIB, key, message, metricData, publish, query, tagged } from './requests.ts';

/** Every service that the product or a suite calls. */
const SERVICES =
  'elbv2,cloudwatch,sns,sqs,dynamodb,s3,logs,ec2,ecs,sts,events,scheduler,cloudformation,lambda,iam,cloudtrail,autoscaling,ecr,kms,organizations';

/** What AWS takes, next to what it refuses. */
const TAKEN: readonly (readonly [name: string, request: WireRequest])[] = [
  ['4 KB of environment', environment(4 * KIB)],
  ['a subject of 99 characters', publish({ Subject: 'x'.repeat(99) })],
  ['500 queries', metricData(Array.from({ length: 500 }, (_, at) => query(at)))],
  ['one Metrics Insights query', metricData([query(0, { Expression: 'SELECT SUM(a) FROM b' }), query(1)])],
  ['20 ARNs', tagged(20)],
  ['null for what is not given', json('sqs', 'ListQueues', { QueueNamePrefix: null })],
  [
    'an item below 400 KB',
    json('dynamodb', 'PutItem', {
      TableName: 'state',
      Item: { ...key('a'), t: { S: 'x'.repeat(399 * KIB) } },
    }),
  ],
  [
    'names that expressions use',
    json('dynamodb', 'DeleteItem', {
      TableName: 'state',
      Key: key('a'),
      ConditionExpression: '#s = :v',
      ExpressionAttributeNames: { '#s': 'status' },
      ExpressionAttributeValues: { ':v': { S: 'b' } },
    }),
  ],
  ['a FIFO message', message({ MessageDeduplicationId: 'a:b/c' })],
  [
    'an object of a bucket',
    { service: 's3', method: 'GET', path: '/logs/AWSLogs/a%20b.log.gz?x-id=GetObject' },
  ],
];

describe('the gate before moto', () => {
  let moto: Moto;
  beforeAll(async () => {
    moto = await startMoto();
  });
  afterAll(() => moto?.stop());
  beforeEach(() => {
    moto.takeRefused();
  });

  test.each([...AGAINST_MODELS, ...AGAINST_LIMITS])('refuses %s', async (_name, request, member, rule) => {
    const { status, text } = await send(moto.endpoint, request);
    expect({ status, refused: moto.takeRefused() }).toEqual({
      status: 400,
      refused: [expect.objectContaining({ member, rule })],
    });
    expect(text).toMatch(/Validation(Error|Exception)/);
  });

  test.each(TAKEN)('lets %s pass', async (_name, request) => {
    await send(moto.endpoint, request);
    expect(moto.takeRefused()).toEqual([]);
  });

  test('reads every pattern of the models that are used', async () => {
    const answer = await fetch(`${moto.endpoint}/moto-api/strict?services=${SERVICES}`);
    expect(await answer.json()).toEqual({ strict: true, unread: [] });
  });

  test('fails the test in which it was sent, though nobody looked at the answer', async () => {
    await send(moto.endpoint, publish({ Subject: 'a\nb' }));
    expect(nothingRefused).toThrow(RefusedRequestsError);
    expect(nothingRefused).not.toThrow();
  });

  test('what nobody took fails the end of the server', async () => {
    const other = await startMoto();
    await send(other.endpoint, publish({ Subject: 'a\nb' }));
    await expect(other.stop()).rejects.toThrow(
      /sns:Publish Subject \(limit\): 'a\\nb' is not under 100 characters/,
    );
  });

  test('a proxy that answers itself still has the request judged, and moto does nothing', async () => {
    const proxy = await startFaultProxy(moto.endpoint, [{ action: 'CreateTopic', fault: 'denied' }]);
    await send(proxy.endpoint, form('sns', 'CreateTopic', { Name: 'alerts', Nme: 'a' }));
    await send(proxy.endpoint, form('sns', 'CreateTopic', { Name: 'alerts' }));
    await proxy.stop();
    expect(moto.takeRefused()).toMatchObject([{ member: 'Nme', rule: 'unknown member' }]);
    const { text } = await send(moto.endpoint, form('sns', 'ListTopics', {}));
    expect(text).not.toContain('alerts');
  });

  test('one ARN of a load balancer that is gone fails the whole call, and is no mistake of the caller', async () => {
    const elb = new ElasticLoadBalancingV2Client({ ...moto.client, maxAttempts: 1 });
    await expect(elb.send(new DescribeTagsCommand({ ResourceArns: [ARN] }))).rejects.toMatchObject({
      name: 'LoadBalancerNotFoundException',
    });
    expect(moto.takeRefused()).toEqual([]);
  });

  test('what a stack makes is held to the limits of environments and policies too', async () => {
    const statement = {
      Effect: 'Allow',
      Action: 's3:GetObject',
      Resource: `arn:aws:s3:::${'x'.repeat(10_240)}`,
    };
    const template = {
      Resources: {
        Role: { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: {} } },
        Policy: {
          Type: 'AWS::IAM::Policy',
          Properties: {
            PolicyName: 'p',
            PolicyDocument: { Version: '2012-10-17', Statement: [statement] },
            Roles: [{ Ref: 'Role' }],
          },
        },
        Function: {
          Type: 'AWS::Lambda::Function',
          Properties: {
            Code: { ZipFile: 'exports.handler = null' },
            Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
            Environment: { Variables: { ALB502_SETTINGS: 'x'.repeat(4_096) } },
          },
        },
      },
    };
    await send(moto.endpoint, {
      service: 'cloudformation',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({
        Action: 'CreateStack',
        Version: '2010-05-15',
        StackName: 'monitor',
        TemplateBody: JSON.stringify(template),
      }).toString(),
    });
    const found = moto.takeRefused().map(({ operation, member, rule }) => `${operation} ${member} ${rule}`);
    expect(found.toSorted()).toEqual([
      'CreateFunction Environment limit',
      'PutRolePolicy PolicyDocument limit',
    ]);
  });
});
