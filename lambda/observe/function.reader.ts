import { GetFunctionConfigurationCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { orThrow } from './aws-failure.ts';
import { type ClientOptions, clientConfig } from './clients.ts';

/** A deployed function, as Lambda has it. */
export interface DeployedFunction {
  readonly variables: Readonly<Record<string, string>>;
  readonly subnetIds: readonly string[];
  /** ISO. */
  readonly modifiedAt: string | null;
}

/** @throws RemoteError where it cannot be read */
export function readFunction(
  region: string,
  name: string,
  options: ClientOptions,
): Promise<DeployedFunction> {
  const call = {
    what: `the function ${name}`,
    action: 'lambda:GetFunctionConfiguration',
    resource: name,
    region,
  };
  return orThrow(call, async () => {
    const lambda = new LambdaClient(clientConfig(region, options));
    const answer = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName: name }));
    return {
      variables: answer.Environment?.Variables ?? {},
      subnetIds: answer.VpcConfig?.SubnetIds ?? [],
      modifiedAt: answer.LastModified ?? null,
    };
  });
}
