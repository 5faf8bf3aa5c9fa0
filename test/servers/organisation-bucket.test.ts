import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CloudFormationClient,
  CreateStackCommand,
  DescribeStacksCommand,
} from '@aws-sdk/client-cloudformation';
import { LambdaClient, ListFunctionsCommand } from '@aws-sdk/client-lambda';
import { CreateBucketCommand, GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { unzipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { organisation } from '../../lib/organisation.ts';
import type { OrganisationPlan } from '../../lib/organisation-plan.ts';
import { fitForMoto } from '../infra/moto-stack.ts';
import { templateSchema } from '../infra/synthesize.ts';
import { type Moto, startMoto } from '../moto.ts';

/** A bound, not an expectation: the machine may be busy. */
const LIMIT_MS = 240_000;

const PLAN: OrganisationPlan = {
  organizationId: 'o-a1b2c3d4e5',
  hubAccount: '111122223333',
  homeRegion: 'eu-central-1',
  organizationalUnitIds: ['ou-ab12-11111111'],
  artifactBucket: 'example-alb502-artifacts',
};

const stackSetSchema = z.object({ Properties: z.object({ TemplateURL: z.unknown() }) });

/** Synthesizes the three stacks and gives the folder for the bucket and the key that the StackSet asks for. */
function synthesized(folder: string, plan: OrganisationPlan = PLAN): { bucket: string; templateKey: string } {
  const app = new App({ outdir: folder });
  const { rollout } = organisation(app, plan);
  app.synth();
  const [stackSet] = Object.values(
    Template.fromStack(rollout).findResources('AWS::CloudFormation::StackSet'),
  );
  const url = JSON.stringify(stackSetSchema.parse(stackSet).Properties.TemplateURL);
  const [, templateKey = ''] = /\/([0-9a-f]{64}\.template\.json)"/.exec(url) ?? [];
  return { bucket: join(folder, 'Alb502Member.bucket'), templateKey };
}

describe('what an organisation puts into its bucket', { timeout: LIMIT_MS }, () => {
  let moto: Moto;
  const folder = mkdtempSync(join(tmpdir(), 'alb502-organisation-'));
  let synthesis: ReturnType<typeof synthesized>;

  beforeAll(async () => {
    moto = await startMoto('eu-central-1');
    synthesis = synthesized(folder);
  });
  afterAll(async () => {
    await moto?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  test('goes there by the one command of docs/organisation.md, and the member deploys from it', async () => {
    const [, command = ''] = /^ *(aws s3 sync .*)$/m.exec(readFileSync('docs/organisation.md', 'utf8')) ?? [];
    const [program = '', ...args] = command.split(' ');
    const s3 = new S3Client({ ...moto.client, forcePathStyle: true });
    const Bucket = PLAN.artifactBucket;
    await s3.send(
      new CreateBucketCommand({
        Bucket,
        CreateBucketConfiguration: { LocationConstraint: 'eu-central-1' },
      }),
    );
    const { status, stderr } = spawnSync(
      program,
      args.map((arg) => (arg.startsWith('cdk.out/') ? join(folder, arg.slice('cdk.out/'.length)) : arg)),
      { env: { ...process.env, ...moto.environment }, encoding: 'utf8', timeout: LIMIT_MS },
    );
    expect(status, stderr).toBe(0);
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket }));
    expect(Contents.map(({ Key }) => Key)).toContain(synthesis.templateKey);

    // What StackSets does in each account, with the one thing that moto cannot: see fitForMoto.
    const read = async (Key: string): Promise<Uint8Array> => {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
      return (await Body?.transformToByteArray()) ?? new Uint8Array();
    };
    const template = templateSchema.parse(
      JSON.parse(Buffer.from(await read(synthesis.templateKey)).toString('utf8')),
    );
    expect(template.Parameters ?? {}, 'nothing of a bootstrap is asked for').toEqual({});
    const cloudFormation = new CloudFormationClient(moto.client);
    await cloudFormation.send(
      new CreateStackCommand({
        StackName: 'Alb502Member',
        TemplateBody: JSON.stringify(fitForMoto(template)),
        Capabilities: ['CAPABILITY_IAM'],
      }),
    );
    const { Stacks } = await cloudFormation.send(new DescribeStacksCommand({ StackName: 'Alb502Member' }));
    expect(Stacks?.[0]?.StackStatus).toBe('CREATE_COMPLETE');
    const { Functions = [] } = await new LambdaClient(moto.client).send(new ListFunctionsCommand({}));
    expect(Functions).toHaveLength(3);

    const zips = Object.values(template.Resources)
      .filter(({ Type }) => Type === 'AWS::Lambda::Function')
      .map(({ Properties }) =>
        z.object({ Code: z.object({ S3Bucket: z.literal(Bucket), S3Key: z.string() }) }).parse(Properties),
      );
    for (const { Code } of zips) {
      const files = unzipSync(await read(Code.S3Key));
      expect(Object.keys(files)).toContain('index.mjs');
      expect(Buffer.from(files['index.mjs'] ?? []).toString('utf8')).toContain('export');
    }
  });

  test('has another template key whenever the template is another, and the same key for the same', () => {
    const [same, other] = [1, 2].map((number) => join(folder, `again-${number}`));
    expect(synthesized(same ?? '').templateKey).toBe(synthesis.templateKey);
    const changed = synthesized(other ?? '', { ...PLAN, configuration: { repeatHours: 9 } });
    expect(changed.templateKey).toMatch(/^[0-9a-f]{64}\.template\.json$/);
    expect(changed.templateKey).not.toBe(synthesis.templateKey);
  });

  test('is the same, byte by byte, when it is made again', () => {
    const again = synthesized(join(folder, 'same-bytes')).bucket;
    const sums = (of: string) =>
      readdirSync(of).map((name) => [
        name,
        createHash('sha256')
          .update(readFileSync(join(of, name)))
          .digest('hex'),
      ]);
    expect(sums(again)).toEqual(sums(synthesis.bucket));
  });
});
