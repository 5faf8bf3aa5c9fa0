import { CloudFormationClient, paginateDescribeStacks, type Stack } from '@aws-sdk/client-cloudformation';
import { InputError } from '../model/failure.ts';
import { orThrow } from './aws-failure.ts';
import { type ClientOptions, clientConfig } from './clients.ts';

/** A deployed stack, as CloudFormation has it. */
export interface DeployedStack {
  readonly name: string;
  /** `CREATE_COMPLETE`, `UPDATE_ROLLBACK_FAILED`, ... */
  readonly status: string;
  /** ISO; null where CloudFormation does not say. */
  readonly createdAt: string | null;
  readonly outputs: Readonly<Record<string, string>>;
}

/** Outputs that tell a stack of this monitor from all others. */
const MARKS = ['StateTableName', 'InvestigateFunctionName', 'AlertTopicArn'] as const;

/**
 * The stack of the monitor in a region.
 *
 * @param name - null: the only one there is
 * @throws InputError where none or several could be meant
 * @throws RemoteError where AWS does not answer
 */
export async function readMonitorStack(
  region: string,
  name: string | null,
  options: ClientOptions,
): Promise<DeployedStack> {
  const found = (await readStacks(region, name, options)).filter(isMonitor);
  const [only] = found;
  if (only !== undefined && found.length === 1) return only;
  const seen =
    only === undefined
      ? `no stack of a deployed monitor ${name === null ? 'is' : `is named ${name}`}`
      : `the stacks ${found.map((stack) => stack.name).join(', ')} are`;
  throw new InputError(`${seen} in ${region}; give --region and --stack NAME`);
}

const isMonitor = ({ outputs }: DeployedStack): boolean => MARKS.every((mark) => outputs[mark] !== undefined);

async function readStacks(
  region: string,
  name: string | null,
  options: ClientOptions,
): Promise<readonly DeployedStack[]> {
  const call = {
    what: name === null ? 'the stacks' : `the stack ${name}`,
    action: 'cloudformation:DescribeStacks',
    resource: name,
    region,
  };
  const client = new CloudFormationClient(clientConfig(region, options));
  return orThrow(call, async () => {
    const found: DeployedStack[] = [];
    try {
      const wanted = name === null ? {} : { StackName: name };
      for await (const { Stacks = [] } of paginateDescribeStacks({ client }, wanted))
        found.push(...Stacks.map(stackOf));
    } catch (error) {
      // Not an error of its own kind: `Stack with id NAME does not exist`.
      if (!(error instanceof Error) || !/does not exist/.test(error.message)) throw error;
    }
    return found;
  });
}

const stackOf = ({ StackName = '', StackStatus, CreationTime, Outputs = [] }: Stack): DeployedStack => ({
  name: StackName,
  status: StackStatus ?? 'unknown',
  createdAt: CreationTime?.toISOString() ?? null,
  outputs: Object.fromEntries(
    Outputs.flatMap(({ OutputKey, OutputValue }) =>
      OutputKey === undefined || OutputValue === undefined ? [] : [[OutputKey, OutputValue] as const],
    ),
  ),
});
