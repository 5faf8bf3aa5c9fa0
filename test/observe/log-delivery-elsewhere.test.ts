import { createServer } from 'node:http';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { expect, test } from 'vitest';
import { accessLogEvidence } from '../../lambda/observe/access-log-evidence.ts';
import { readLogDeliveries } from '../../lambda/observe/log-delivery.reader.ts';
import { bundleWith, LOAD_BALANCER_ARN } from '../diagnose/bundle.ts';

const REGION = 'eu-central-1';
const destinationArn = (account: string, name: string) =>
  `arn:aws:logs:${REGION}:${account}:delivery-destination:${name}`;
const SOURCE = { name: 'shop', logType: 'ALB_ACCESS_LOGS', resourceArns: [LOAD_BALANCER_ARN] };

/** Answers as CloudWatch Logs does; moto has no deliveries from one account to another, nor suffix paths. */
async function withAnswers<T>(
  answers: { readonly deliveries: readonly object[]; readonly deliveryDestinations: readonly object[] },
  use: (client: {
    endpoint: string;
    region: string;
    credentials: { accessKeyId: string; secretAccessKey: string };
  }) => Promise<T>,
): Promise<T> {
  const byCall: Readonly<Record<string, object>> = {
    DescribeDeliverySources: { deliverySources: [SOURCE] },
    DescribeDeliveries: { deliveries: answers.deliveries },
    DescribeDeliveryDestinations: { deliveryDestinations: answers.deliveryDestinations },
  };
  const server = createServer((request, response) => {
    const call = String(request.headers['x-amz-target']).split('.')[1] ?? '';
    response.setHeader('content-type', 'application/x-amz-json-1.1');
    response.end(JSON.stringify(byCall[call] ?? {}));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  try {
    return await use({
      endpoint: `http://127.0.0.1:${port}`,
      region: REGION,
      credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    });
  } finally {
    server.close();
  }
}

test('a delivery to another account leaves a gap that says to read it there', async () => {
  const arn = destinationArn('999999999999', 'central');
  const deliveries = [{ deliverySourceName: 'shop', deliveryDestinationArn: arn }];
  const { summary, gaps } = await withAnswers({ deliveries, deliveryDestinations: [] }, (client) =>
    accessLogEvidence(
      { maxBytes: 1e6, maxMs: 10_000 },
      client,
    )(bundleWith((bundle) => ({ ...bundle, region: REGION }))),
  );
  expect(summary).toBeNull();
  expect(gaps).toMatchObject([
    {
      resource: arn,
      reason: expect.stringMatching(/a destination that this account does not describe; read it there/),
    },
  ]);
});

test.each([
  ['none', undefined, 'logs'],
  ['one with variables only', '{account-id}/{yyyy}/{MM}', 'logs'],
  ['one below what AWS puts between', 'app/{yyyy}', 'logs'],
  ['one of the whole path', 'AWSLogs/{account-id}/elasticloadbalancing', 'logs/AWSLogs'],
])('where objects begin, with a suffix path: %s', async (_, suffixPath, prefix) => {
  const arn = destinationArn('123456789012', 'own');
  const reading = await withAnswers(
    {
      deliveries: [
        { deliverySourceName: 'shop', deliveryDestinationArn: arn, s3DeliveryConfiguration: { suffixPath } },
      ],
      deliveryDestinations: [
        {
          arn,
          outputFormat: 'parquet',
          deliveryDestinationConfiguration: { destinationResourceArn: 'arn:aws:s3:::lake/logs/' },
        },
      ],
    },
    (client) => readLogDeliveries(new CloudWatchLogsClient(client), REGION),
  );
  expect(reading).toMatchObject({
    state: 'known',
    value: [
      { destination: { kind: 's3', bucket: 'lake', prefix }, outputFormat: 'parquet', isShared: false },
    ],
  });
});
