import { expect, test } from 'vitest';
import { RemoteError } from '../../lambda/model/failure.ts';
import { translated } from '../../lambda/store/table.ts';

const failing = (message: string, name = 'Error') =>
  translated('table', 'eu-central-1', () => Promise.reject(Object.assign(new Error(message), { name })));

// The words are DynamoDB's and the SDK's own; moto denies nothing.
test.each([
  [
    'User: arn:aws:iam::1:user/u is not authorized to perform: dynamodb:Query on resource: arn:aws:dynamodb:x',
    /may not call dynamodb:Query in eu-central-1; allow dynamodb:Query \(/,
  ],
  ['Could not load credentials from any providers', /^no AWS credentials found; set AWS_PROFILE/],
  ['connect ECONNREFUSED 127.0.0.1:9', /^the call to DynamoDB in eu-central-1 failed: connect ECONNREFUSED/],
])('%s is told with what to do', async (message, said) => {
  await expect(failing(message)).rejects.toThrow(RemoteError);
  await expect(failing(message)).rejects.toThrow(said);
});
