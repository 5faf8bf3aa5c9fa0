import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateBucketCommand, GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { unzipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { ENV } from '../../lambda/env.ts';
import { invokeBundle } from '../infra/lambda-process.ts';
import {
  createStack,
  type DeployedFunction,
  fitForMoto,
  type Outputs,
  readFunction,
} from '../infra/moto-stack.ts';
import { type Asset, templateSchema } from '../infra/synthesize.ts';
import { type Moto, startMoto } from '../moto.ts';
import { type Installed, installPackage } from '../package/installed.ts';
import { evaluated, parameterizedSchema } from '../template/evaluate-template.ts';
import { findProgram } from './process.ts';

/** A bound, not an expectation: the machine may be busy. */
const LIMIT_MS = 600_000;

const BUCKET = 'my-artifacts';
const CONFIGURATION = {
  pendingMinutes: 5,
  regions: ['eu-central-1', 'us-east-1'],
  declaredKeepAlives: [{ targetGroup: 'web', seconds: 75 }],
  subscriptions: [{ protocol: 'email', endpoint: 'oncall@example.com' }],
};
const answerSchema = z.object({
  files: z.array(z.object({ name: z.string(), sha256: z.string() })),
  commands: z.array(z.object({ what: z.string(), command: z.string() })),
});

describe('the package alone, without the CDK,', { timeout: LIMIT_MS }, () => {
  let moto: Moto;
  let installed: Installed;
  let answer: z.infer<typeof answerSchema>;
  let outputs: Outputs;
  const unzipped = mkdtempSync(join(tmpdir(), 'alb502-unzipped-'));
  const functions: Record<string, DeployedFunction> = {};

  const invoke = (name: 'screen' | 'widget', event: unknown) => {
    const { bundle, functionName, environment } = functions[name] ?? {};
    if (bundle === undefined || functionName === undefined) throw new Error(`${name} is not deployed`);
    return invokeBundle(bundle, functionName, { ...environment, ...moto.environment }, event);
  };
  /** Runs a command as a shell does, in the folder of the package. */
  const shell = (command: string) =>
    spawnSync('sh', ['-c', command], {
      cwd: installed.folder,
      env: { ...process.env, ...moto.environment },
      encoding: 'utf8',
      timeout: LIMIT_MS,
    });

  beforeAll(async () => {
    // The commands that alb502 writes call it by its name.
    await findProgram('aws', 'awscli');
    [moto, installed] = await Promise.all([startMoto(), installPackage(false)]);
    writeFileSync(join(installed.folder, 'alb502.config.json'), JSON.stringify(CONFIGURATION));
    const { stdout } = await installed.run(
      'npx',
      'alb502',
      'template',
      '--bucket',
      BUCKET,
      '--prefix',
      'alb502',
      '--json',
    );
    answer = answerSchema.parse(JSON.parse(stdout));
    const s3 = new S3Client({ ...moto.client, forcePathStyle: true });
    await s3.send(
      new CreateBucketCommand({
        Bucket: BUCKET,
        CreateBucketConfiguration: { LocationConstraint: 'eu-central-1' },
      }),
    );
    const upload = shell(answer.commands[0]?.command ?? '');
    expect(upload.status, upload.stderr).toBe(0);

    const read = async (Key: string): Promise<Uint8Array> => {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: BUCKET, Key }));
      return (await Body?.transformToByteArray()) ?? new Uint8Array();
    };
    // What CloudFormation makes of parameters and conditions, and moto does not (`AWS::NoValue` in lists).
    const uploaded = JSON.parse(Buffer.from(await read('alb502/alb502.template.json')).toString('utf8'));
    const parameterized = parameterizedSchema.parse(uploaded);
    const plain = templateSchema.parse(evaluated(parameterized, {}, { 'AWS::Partition': 'aws' }));
    outputs = await createStack(moto, fitForMoto(plain));
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: BUCKET, Prefix: 'alb502/' }));
    const assets: Asset[] = [];
    for (const { Key = '' } of Contents.filter(({ Key }) => Key?.endsWith('.zip'))) {
      const path = join(unzipped, Key.replaceAll('/', '-'));
      mkdirSync(path);
      for (const [name, content] of Object.entries(unzipSync(await read(Key))))
        writeFileSync(join(path, name), content);
      assets.push({ path, bucketName: BUCKET, objectKey: Key });
    }
    for (const [name, output] of [
      ['screen', 'ScreenFunctionName'],
      ['investigate', 'InvestigateFunctionName'],
      ['widget', 'WidgetFunctionName'],
    ] as const)
      functions[name] = await readFunction(moto, output, outputs, plain, assets);
  }, LIMIT_MS);
  afterAll(async () => {
    installed?.remove();
    rmSync(unzipped, { recursive: true, force: true });
    await moto?.stop();
  });

  test('has no CDK in reach', async () => {
    const loaded = installed.run(process.execPath, '--eval', "import('aws-cdk-lib')");
    await expect(loaded).rejects.toMatchObject({ stderr: expect.stringContaining('ERR_MODULE_NOT_FOUND') });
  });

  test('writes what its checksums say', () => {
    const sums = shell('cd alb502-template && sha256sum --check --strict SHA256SUMS');
    expect(sums.status, sums.stdout).toBe(0);
    expect(sums.stdout.trim().split('\n')).toHaveLength(answer.files.length);
  });

  test('deploys functions that know where everything is, and the settings of the configuration', () => {
    for (const name of ['screen', 'investigate']) {
      const { environment = {}, runtime } = functions[name] ?? {};
      expect(runtime).toBe('nodejs24.x');
      expect(environment).toMatchObject({
        [ENV.tableName]: outputs.StateTableName,
        [ENV.topicArn]: outputs.AlertTopicArn,
        [ENV.queueUrl]: outputs.InvestigationQueueUrl,
        [ENV.dashboardUrl]: outputs.DashboardUrl,
      });
      expect(JSON.parse(environment[ENV.settings] ?? '')).toMatchObject({
        pendingMinutes: 5,
        regions: ['eu-central-1', 'us-east-1'],
      });
    }
    const { bundle = '', environment = {} } = functions['investigate'] ?? {};
    const file = join(bundle, '..', environment[ENV.settingsFile] ?? '');
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({
      declaredKeepAlives: CONFIGURATION.declaredKeepAlives,
    });
  });

  test('deploys a screen function that screens, and a widget that draws', async () => {
    const screened = await invoke('screen', { source: 'aws.events' });
    expect(screened.error, screened.logs).toBeNull();
    const drawn = await invoke('widget', { widgetContext: {} });
    expect(drawn.error, drawn.logs).toBeNull();
    expect(drawn.result).toContain('No load balancer has been looked at yet');
  });
});
