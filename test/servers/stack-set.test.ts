import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudFormationClient, DescribeStackSetCommand } from '@aws-sdk/client-cloudformation';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { expect, onTestFinished, test } from 'vitest';
import { parseConfiguration } from '../../lib/configuration.ts';
import { writeRelease } from '../../lib/release/release-folder.ts';
import { motoForTest } from '../moto.ts';
import { findProgram } from './process.ts';

/** A bound, not an expectation: the machine may be busy. */
const LIMIT_MS = 600_000;
const BUCKET = 'my-artifacts';

test('docs/template.md makes a StackSet of the template in the bucket, with the AWS CLI', {
  timeout: LIMIT_MS,
}, async () => {
  await findProgram('aws', 'awscli');
  const moto = await motoForTest();
  const folder = mkdtempSync(join(tmpdir(), 'alb502-document-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const configuration = parseConfiguration({}, 'test');
  writeRelease({ folder, bucket: BUCKET, prefix: 'alb502/', configuration });
  const s3 = new S3Client({ ...moto.client, forcePathStyle: true });
  const CreateBucketConfiguration = { LocationConstraint: 'eu-central-1' } as const;
  await s3.send(new CreateBucketCommand({ Bucket: BUCKET, CreateBucketConfiguration }));
  const body = readFileSync(join(folder, 'alb502.template.json'));
  await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: 'alb502/alb502.template.json', Body: body }));
  const [command = ''] = /^aws .*create-stack-set .*$/m.exec(readFileSync('docs/template.md', 'utf8')) ?? [];
  const { status, stderr } = spawnSync('sh', ['-c', command], {
    env: { ...process.env, ...moto.environment, AWS_DEFAULT_REGION: 'eu-central-1' },
    encoding: 'utf8',
    timeout: LIMIT_MS,
  });
  expect(status, stderr).toBe(0);
  const { StackSet } = await new CloudFormationClient(moto.client).send(
    new DescribeStackSetCommand({ StackSetName: 'alb502' }),
  );
  expect(StackSet?.TemplateBody?.trim()).toBe(body.toString('utf8').trim());
  expect(StackSet?.Parameters).toMatchObject([{ ParameterKey: 'HubEventBusArn' }]);
});
