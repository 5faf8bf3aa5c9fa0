import { GetRolePolicyCommand, IAMClient, ListRolePoliciesCommand } from '@aws-sdk/client-iam';
import { GetFunctionConfigurationCommand, LambdaClient } from '@aws-sdk/client-lambda';
import type { Moto } from '../moto.ts';
import { type Policy, policySchema } from './policy.ts';

/** The policies of a deployed function's role, with every ARN as it was deployed. */
export async function rolePoliciesOf(moto: Moto, functionName: string): Promise<Policy[]> {
  const { Role } = await new LambdaClient(moto.client).send(
    new GetFunctionConfigurationCommand({ FunctionName: functionName }),
  );
  const RoleName = Role?.split('/').at(-1);
  const iam = new IAMClient(moto.client);
  const { PolicyNames = [] } = await iam.send(new ListRolePoliciesCommand({ RoleName }));
  return Promise.all(
    PolicyNames.map(async (PolicyName) => {
      const { PolicyDocument = '' } = await iam.send(new GetRolePolicyCommand({ RoleName, PolicyName }));
      return policySchema.parse(JSON.parse(decodeURIComponent(PolicyDocument)));
    }),
  );
}
