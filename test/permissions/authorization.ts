import * as z from 'zod';
import type { RecordedCall } from '../aws-faults.ts';

/** What a policy must allow for a call to go through: one action on one resource. */
export interface Authorization {
  readonly action: string;
  /** An ARN; `*` where the API authorizes on no resource. */
  readonly resource: string;
}

const ACCOUNT = '123456789012';

const tableSchema = z.object({ TableName: z.string() });
const transactionSchema = z.object({
  TransactItems: z.array(z.partialRecord(z.enum(['Put', 'Delete', 'Update', 'ConditionCheck']), tableSchema)),
});
const queueSchema = z.object({ QueueUrl: z.string().optional(), QueueName: z.string().optional() });
const topicSchema = z.object({ TopicArn: z.string() });
const logGroupSchema = z.object({ logGroupName: z.string() });
const arns = z.array(z.string()).default([]);
const ecsSchema = z.object({
  services: arns,
  service: z.string().default(''),
  serviceDeploymentArns: arns,
  serviceRevisionArns: arns,
  tasks: arns,
  containerInstances: arns,
});
const eventsSchema = z.object({ Entries: z.array(z.object({ EventBusName: z.string().optional() })) });

const arn = (service: string, region: string, resource: string): string =>
  `arn:aws:${service}:${region}:${ACCOUNT}:${resource}`;

const tableArn = (region: string, name: string): string => arn('dynamodb', region, `table/${name}`);

/**
 * DynamoDB authorizes each part of a transaction as the action it stands for:
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html
 */
const TRANSACTION_ACTIONS: Readonly<Record<string, string>> = {
  Put: 'dynamodb:PutItem',
  Delete: 'dynamodb:DeleteItem',
  Update: 'dynamodb:UpdateItem',
  ConditionCheck: 'dynamodb:ConditionCheckItem',
};

function ofDynamo({ action, iamAction, region, input }: RecordedCall): Authorization[] {
  if (action === 'ListTables') return [{ action: iamAction, resource: '*' }];
  if (action !== 'TransactWriteItems')
    return [{ action: iamAction, resource: tableArn(region, tableSchema.parse(input()).TableName) }];
  return transactionSchema.parse(input()).TransactItems.flatMap((item) =>
    Object.entries(item).map(([kind, { TableName }]) => ({
      action: TRANSACTION_ACTIONS[kind] ?? kind,
      resource: tableArn(region, TableName),
    })),
  );
}

/** S3 tells by method and path: https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html */
function ofS3({ method, path }: RecordedCall): Authorization[] {
  const { pathname } = new URL(path, 'http://s3');
  const [bucket = '', ...key] = decodeURIComponent(pathname).slice(1).split('/');
  const object = key.join('/');
  if (method !== 'GET') return [{ action: `s3:${method}`, resource: `arn:aws:s3:::${bucket}/${object}` }];
  return object === ''
    ? [{ action: 's3:ListBucket', resource: `arn:aws:s3:::${bucket}` }]
    : [{ action: 's3:GetObject', resource: `arn:aws:s3:::${bucket}/${object}` }];
}

/**
 * By the service authorization reference; a listing of tasks by service names no container instance, which stands for `*`:
 * https://github.com/cdklabs/construct-hub/pull/1207
 */
function ofEcs({ action, iamAction, input }: RecordedCall): Authorization[] {
  const asked = ecsSchema.parse(input());
  const serviceOf = (own: string, kind: string): string =>
    own.replace(`:${kind}/`, ':service/').replace(/\/[^/]+$/, '');
  const of = (resources: readonly string[]) => resources.map((resource) => ({ action: iamAction, resource }));
  switch (action) {
    case 'DescribeServices':
      return of(asked.services);
    case 'ListServiceDeployments':
      return of([asked.service]);
    case 'DescribeServiceDeployments':
      return of(asked.serviceDeploymentArns.flatMap((own) => [own, serviceOf(own, 'service-deployment')]));
    case 'DescribeServiceRevisions':
      return of(asked.serviceRevisionArns.flatMap((own) => [own, serviceOf(own, 'service-revision')]));
    case 'DescribeTasks':
      return of(asked.tasks);
    case 'DescribeContainerInstances':
      return of(asked.containerInstances);
    default:
      return of(['*']);
  }
}

/** `SendMessageBatch` and `PublishBatch` are authorized as the single call. */
const withoutBatch = (action: string): string => action.replace(/Batch$/, '');

/**
 * What IAM would check for a recorded call.
 *
 * @throws ZodError where the call does not name its resource as its API demands
 */
export function authorizationsOf(call: RecordedCall): readonly Authorization[] {
  const { service, iamAction, region, input } = call;
  switch (service) {
    case 'dynamodb':
      return ofDynamo(call);
    case 's3':
      return ofS3(call);
    case 'sqs': {
      const { QueueUrl, QueueName } = queueSchema.parse(input());
      const name = QueueName ?? QueueUrl?.split('/').at(-1) ?? '';
      return [{ action: withoutBatch(iamAction), resource: arn('sqs', region, name) }];
    }
    case 'sns':
      // Of a subscription, IAM knows no resource.
      if (call.action === 'GetSubscriptionAttributes') return [{ action: iamAction, resource: '*' }];
      return [{ action: withoutBatch(iamAction), resource: topicSchema.parse(input()).TopicArn }];
    case 'logs': {
      if (call.action.startsWith('Describe')) return [{ action: iamAction, resource: '*' }];
      const name = logGroupSchema.parse(input()).logGroupName;
      return [{ action: iamAction, resource: arn('logs', region, `log-group:${name}:*`) }];
    }
    case 'events':
      return eventsSchema.parse(input()).Entries.map(({ EventBusName = 'default' }) => ({
        action: iamAction,
        resource: arn('events', region, `event-bus/${EventBusName}`),
      }));
    case 'lambda': {
      const given = /\/functions\/([^/]+)\/configuration$/.exec(call.path)?.[1] ?? '';
      const name = decodeURIComponent(given);
      const resource = name.startsWith('arn:') ? name : arn('lambda', region, `function:${name}`);
      return [{ action: 'lambda:GetFunctionConfiguration', resource }];
    }
    case 'ecs':
      return ofEcs(call);
    default:
      return [{ action: iamAction, resource: '*' }];
  }
}
