import { type Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  Architecture,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
  RuntimeFamily,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import * as z from 'zod';
import { ENV } from '../lambda/env.ts';
import { functionCode } from './function-code.ts';
import { environmentProblems } from './function-environment.ts';
import { type FunctionName, type PermissionResource, UNSCOPED_REASON } from './permission.ts';
import { PERMISSIONS } from './permissions.ts';
import { SETTINGS_FILE } from './settings-file-name.ts';

/** Named here rather than as `Runtime.NODEJS_24_X`, which older versions of the CDK do not know. */
const NODEJS_24 = new Runtime('nodejs24.x', RuntimeFamily.NODEJS, { supportsInlineCode: true });

/** The ARNs behind each kind of resource; none leaves the permission out. */
export type ResourceArns = Readonly<Record<Exclude<PermissionResource, 'any'>, readonly string[]>>;

export interface MonitorFunctionProps {
  readonly name: FunctionName;
  readonly description: string;
  readonly memorySizeMb: number;
  readonly timeout: Duration;
  readonly logRetention: RetentionDays;
  /** Beside the variables of Powertools and Node, which are the same for every function. */
  readonly environment: Readonly<Record<string, string>>;
  readonly resourceArns: ResourceArns;
  /** JSON that the environment has no room for; lies beside the bundle, under the name that the environment gives. */
  readonly settingsFile?: string | null;
  readonly reservedConcurrentExecutions?: number | undefined;
}

/** One function with a role, a log group and exactly the permissions that `permissions.ts` lists for it. */
export class MonitorFunction extends Construct {
  readonly function: LambdaFunction;

  constructor(scope: Construct, id: string, props: MonitorFunctionProps) {
    super(scope, id);
    const logGroup = new LogGroup(this, 'Logs', {
      retention: props.logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    role.addToPrincipalPolicy(
      new PolicyStatement({
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        resources: [logGroup.logGroupArn],
      }),
    );
    for (const statement of statementsFor(props.name, props.resourceArns)) {
      role.addToPrincipalPolicy(statement);
      acknowledgeWildcards(role, statement.resources);
    }

    const settingsFile = props.settingsFile ?? null;
    const environment = {
      ...props.environment,
      ...(settingsFile === null ? {} : { [ENV.settingsFile]: SETTINGS_FILE }),
      NODE_OPTIONS: '--enable-source-maps',
      POWERTOOLS_SERVICE_NAME: `alb502-${props.name}`,
    };
    this.node.addValidation({ validate: () => environmentProblems(props.name, environment) });
    this.function = new LambdaFunction(this, 'Function', {
      description: props.description,
      runtime: NODEJS_24,
      architecture: Architecture.ARM_64,
      handler: 'index.handler',
      code: functionCode(this, props.name, settingsFile === null ? {} : { [SETTINGS_FILE]: settingsFile }),
      role,
      logGroup,
      loggingFormat: LoggingFormat.JSON,
      memorySize: props.memorySizeMb,
      timeout: props.timeout,
      ...(props.reservedConcurrentExecutions === undefined
        ? {}
        : { reservedConcurrentExecutions: props.reservedConcurrentExecutions }),
      environment,
    });
  }
}

const joinSchema = z.object({
  'Fn::Join': z.tuple([
    z.literal(''),
    z.array(z.union([z.string(), z.object({ Ref: z.string() }).transform(({ Ref }) => `<${Ref}>`)])),
  ]),
});

/** `arn:<AWS::Partition>:ecs:...` of an ARN whose partition or account only the deployment knows. */
function asNagWritesIt(role: Role, arn: string): string {
  const resolved: unknown = Stack.of(role).resolve(arn);
  return typeof resolved === 'string' ? resolved : joinSchema.parse(resolved)['Fn::Join'][1].join('');
}

/** Tells cdk-nag, in a user's app too, why a resource ends in a wildcard. */
function acknowledgeWildcards(role: Role, resources: readonly string[]): void {
  for (const resource of resources.filter((arn) => arn.endsWith('*')))
    Validations.of(role).acknowledge({
      id: `AwsSolutions-IAM5[Resource::${asNagWritesIt(role, resource)}]`,
      reason:
        resource === '*'
          ? UNSCOPED_REASON
          : 'everything inside the bucket or log group that was configured, or all workloads of the account',
    });
}

function statementsFor(name: FunctionName, arns: ResourceArns): PolicyStatement[] {
  return PERMISSIONS[name].flatMap(({ actions, resource }) => {
    const resources = resource === 'any' ? ['*'] : arns[resource];
    if (resources.length === 0) return [];
    return [new PolicyStatement({ actions: [...actions], resources: [...resources] })];
  });
}
