import { once } from 'node:events';
import { createServer } from 'node:net';
import { GetTopicAttributesCommand, SNSClient } from '@aws-sdk/client-sns';
import { expect, test } from 'vitest';
import { clientTimeouts } from '../../lambda/client-timeouts.ts';

/** A bound, not an expectation: one try takes four seconds, and the machine may be busy. */
const LIMIT_MS = 120_000;

test('a service that takes a call and never answers is an error, not a wait', {
  timeout: LIMIT_MS,
}, async () => {
  const silent = createServer().listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const address = silent.address();
  const port = address !== null && typeof address === 'object' ? address.port : 0;
  const credentials = { accessKeyId: 'testing', secretAccessKey: 'testing' };
  const sns = new SNSClient({
    ...{ ...clientTimeouts('own', 1), region: 'eu-central-1', credentials },
    endpoint: `http://127.0.0.1:${port}`,
  });
  const TopicArn = 'arn:aws:sns:eu-central-1:123456789012:alerts';
  await expect(sns.send(new GetTopicAttributesCommand({ TopicArn }))).rejects.toThrow(
    /timed? ?out|exceeded/i,
  );
  sns.destroy();
  silent.close();
});
