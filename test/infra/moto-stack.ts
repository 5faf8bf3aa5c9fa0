import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  CloudFormationClient,
  CreateStackCommand,
  DescribeStacksCommand,
} from '@aws-sdk/client-cloudformation';
import { GetFunctionConfigurationCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import * as z from 'zod';
import type { Moto } from '../moto.ts';
import { type Asset, type TemplateJson, templateSchema } from './synthesize.ts';

const ACCOUNT = '123456789012';
const STACK_NAME = 'Alb502';

/** The outputs that every deployment has. */
export const OUTPUT_NAMES = [
  'AlertTopicArn',
  'InvestigationQueueUrl',
  'StateTableName',
  'DashboardUrl',
  'ScreenFunctionName',
  'InvestigateFunctionName',
  'WidgetFunctionName',
  'Version',
] as const;

/** The output that only a deployment with a probe has. */
const PROBE_OUTPUT = 'ProbeFunctionName';

export type OutputName = (typeof OUTPUT_NAMES)[number];
export type Outputs = Readonly<Record<OutputName, string> & { readonly [PROBE_OUTPUT]?: string | undefined }>;

const outputsSchema = z.intersection(
  z.looseRecord(z.enum(OUTPUT_NAMES), z.string()),
  z.looseObject({ [PROBE_OUTPUT]: z.string().optional() }),
);
const refSchema = z.object({ Value: z.object({ Ref: z.string() }) });
const attributeSchema = z.strictObject({ 'Fn::GetAtt': z.tuple([z.string(), z.string()]) });
const codeSchema = z.object({ Code: z.object({ S3Key: z.string() }) });

/** A deployed function, as Lambda has it. */
export interface DeployedFunction {
  readonly functionName: string;
  readonly runtime: string;
  readonly timeoutSeconds: number;
  /** As deployed, but with moto as the host of queue URLs. */
  readonly environment: Readonly<Record<string, string>>;
  /** Path of the bundle whose asset the deployed function names. */
  readonly bundle: string;
}

/** Puts the bundles where the template expects them. moto stores code without opening it, so they are not zipped. */
export async function uploadAssets(moto: Moto, assets: readonly Asset[]): Promise<void> {
  const s3 = new S3Client({ ...moto.client, forcePathStyle: true });
  const bundles = assets.filter(({ objectKey }) => objectKey.endsWith('.zip'));
  const named = bundles.map((asset) => ({
    ...asset,
    Bucket: asset.bucketName.replace(/\$\{AWS::(\w+)\}/g, (_, name) =>
      name === 'Region' ? moto.client.region : ACCOUNT,
    ),
  }));
  for (const Bucket of new Set(named.map(({ Bucket }) => Bucket)))
    await s3.send(
      new CreateBucketCommand({
        Bucket,
        CreateBucketConfiguration: { LocationConstraint: 'eu-central-1' },
      }),
    );
  for (const { Bucket, objectKey, path } of named)
    await s3.send(
      new PutObjectCommand({ Bucket, Key: objectKey, Body: readFileSync(join(path, 'index.mjs')) }),
    );
}

/**
 * What moto cannot do and AWS can: name a FIFO queue, look up the version of the bootstrap stack, give the ARN of an
 * alarm. And what it should not do: take messages off the queue for a function that it cannot run.
 */
export function fitForMoto(template: TemplateJson): TemplateJson {
  const { Parameters: _parameters, Rules: _rules, ...rest } = template;
  const resources = Object.entries(template.Resources).map(([logicalId, resource]) => {
    const properties = { ...resource.Properties };
    if (resource.Type === 'AWS::SQS::Queue' && properties['FifoQueue'] === true)
      properties['QueueName'] ??= `${logicalId}.fifo`;
    if (resource.Type === 'AWS::Lambda::EventSourceMapping') properties['Enabled'] = false;
    return [logicalId, { ...resource, Properties: properties }] as const;
  });
  const alarmIds = resources
    .filter(([, { Type }]) => Type === 'AWS::CloudWatch::Alarm')
    .map(([logicalId]) => logicalId);
  return templateSchema.parse(
    withAlarmArns({ ...rest, Resources: Object.fromEntries(resources) }, new Set(alarmIds)),
  );
}

/** Writes out `{"Fn::GetAtt": ["...", "Arn"]}` of alarms. */
function withAlarmArns(value: unknown, alarmIds: ReadonlySet<string>): unknown {
  if (Array.isArray(value)) return value.map((item) => withAlarmArns(item, alarmIds));
  if (typeof value !== 'object' || value === null) return value;
  const attribute = attributeSchema.safeParse(value);
  const logicalId = attribute.data?.['Fn::GetAtt'][0];
  if (logicalId !== undefined && alarmIds.has(logicalId))
    return `arn:aws:cloudwatch:eu-central-1:${ACCOUNT}:alarm:${logicalId}`;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, withAlarmArns(inner, alarmIds)]),
  );
}

/** Creates the stack and reads its outputs back. */
export async function createStack(moto: Moto, template: TemplateJson): Promise<Outputs> {
  const cloudFormation = new CloudFormationClient(moto.client);
  await cloudFormation.send(
    new CreateStackCommand({
      StackName: STACK_NAME,
      TemplateBody: JSON.stringify(template),
      Capabilities: ['CAPABILITY_IAM'],
    }),
  );
  const { Stacks } = await cloudFormation.send(new DescribeStacksCommand({ StackName: STACK_NAME }));
  const outputs = (Stacks?.[0]?.Outputs ?? []).map(
    ({ OutputKey, OutputValue }) => [OutputKey ?? '', onMoto(moto, OutputValue ?? '')] as const,
  );
  return outputsSchema.parse(Object.fromEntries(outputs));
}

/**
 * Reads a function back from Lambda and finds the bundle its code came from.
 *
 * @param output - the output that names the function
 */
export async function readFunction(
  moto: Moto,
  output: keyof Outputs,
  outputs: Outputs,
  template: TemplateJson,
  assets: readonly Asset[],
): Promise<DeployedFunction> {
  const functionName = outputs[output];
  if (functionName === undefined) throw new Error(`the stack has no output ${output}`);
  const lambda = new LambdaClient(moto.client);
  const configuration = await lambda.send(
    new GetFunctionConfigurationCommand({ FunctionName: functionName }),
  );
  const logicalId = refSchema.parse(template.Outputs[output]).Value.Ref;
  const key = codeSchema.parse(template.Resources[logicalId]?.Properties).Code.S3Key;
  const asset = assets.find(({ objectKey }) => objectKey === key);
  if (!asset) throw new Error(`no asset ${key} for ${functionName}`);
  const variables = Object.entries(configuration.Environment?.Variables ?? {});
  return {
    functionName,
    runtime: String(configuration.Runtime),
    timeoutSeconds: configuration.Timeout ?? 0,
    environment: Object.fromEntries(variables.map(([name, value]) => [name, onMoto(moto, value)])),
    bundle: join(asset.path, 'index.mjs'),
  };
}

/** The SDK follows the host of a queue URL, and moto's CloudFormation writes that of AWS. */
function onMoto(moto: Moto, value: string): string {
  return value.replace(/^https?:\/\/(sqs\.[a-z0-9-]+|[a-z0-9-]+\.queue)\.amazonaws\.com/, moto.endpoint);
}
