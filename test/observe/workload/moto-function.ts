import { CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { CreateFunctionCommand, LambdaClient } from '@aws-sdk/client-lambda';
import type { Moto } from '../../moto.ts';

/** An empty zip. */
const ZIP = Buffer.from('504b0506000000000000000000000000000000000000', 'hex');

/** A Lambda function in moto with a secret among its variables; returns its ARN. */
export async function motoFunction(
  moto: Pick<Moto, 'client'>,
  name: string,
  secret: string,
): Promise<string> {
  const iam = new IAMClient(moto.client);
  const { Role } = await iam.send(
    new CreateRoleCommand({
      RoleName: name,
      AssumeRolePolicyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' },
        ],
      }),
    }),
  );
  const { FunctionArn } = await new LambdaClient(moto.client).send(
    new CreateFunctionCommand({
      FunctionName: name,
      Role: Role?.Arn,
      Runtime: 'nodejs22.x',
      Handler: 'index.handler',
      Code: { ZipFile: ZIP },
      Timeout: 29,
      MemorySize: 256,
      Environment: { Variables: { DB_PASSWORD: secret } },
    }),
  );
  return FunctionArn ?? '';
}
