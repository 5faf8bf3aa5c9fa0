import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Lazy } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, onTestFinished, test } from 'vitest';
import * as z from 'zod';
import { ENV, InputError, passedSettings, settingsFrom } from '../../lambda/env.ts';
import { settingsSchema } from '../../lambda/model/settings.ts';
import { environmentProblems } from '../../lib/function-environment.ts';
import { invokeBundle } from './lambda-process.ts';
import { type Synthesized, synthesizeForTest } from './synthesize.ts';

/** https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const LIMIT_BYTES = 4096;

const declared = (count: number) => ({
  declaredKeepAlives: Array.from({ length: count }, (_, index) => ({
    targetGroup: `arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/a-target-group-with-a-name-${index}/${index.toString(16).padStart(16, '0')}`,
    seconds: 75,
  })),
});

const functionSchema = z.object({
  Description: z.string(),
  Environment: z.object({ Variables: z.record(z.string(), z.unknown()) }),
  Code: z.object({ S3Key: z.string() }),
});

/** The investigate function's variables, as far as synthesis knows them, and the folder of its code. */
function investigateOf({ stack, assets }: Synthesized) {
  const functions = Object.values(Template.fromStack(stack).findResources('AWS::Lambda::Function')).map(
    ({ Properties }) => functionSchema.parse(Properties),
  );
  const investigate = functions.find(({ Description }) => Description.includes('finds out why'));
  const asset = assets.find(({ objectKey }) => objectKey === investigate?.Code.S3Key);
  if (!investigate || !asset) throw new Error('no investigate function');
  return { variables: investigate.Environment.Variables, folder: asset.path };
}

describe('the environment of the functions', () => {
  test('has room for 200 declared keep-alives by ARN, because they lie beside the code', async () => {
    const { variables, folder } = investigateOf(synthesizeForTest(declared(200)));
    expect(JSON.stringify(variables).length).toBeLessThan(LIMIT_BYTES);
    const file = String(variables[ENV.settingsFile]);
    const read = settingsFrom({
      [ENV.settings]: String(variables[ENV.settings]),
      [ENV.settingsFile]: join(folder, file),
    });
    expect(read).toEqual(settingsSchema.parse(declared(200)));

    // The bundle itself reads it: without the file it says so, with it there is nothing to do and no error.
    const environment = {
      AWS_REGION: 'eu-central-1',
      [ENV.tableName]: 'table',
      [ENV.topicArn]: 'arn:aws:sns:eu-central-1:123456789012:topic',
      [ENV.queueUrl]: 'https://sqs.eu-central-1.amazonaws.com/123456789012/queue',
      [ENV.dashboardUrl]: 'https://example.com/',
      [ENV.settings]: String(variables[ENV.settings]),
      [ENV.settingsFile]: file,
    };
    const run = () => invokeBundle(join(folder, 'index.mjs'), 'investigate', environment, { Records: [] });
    expect((await run()).error).toBeNull();
    rmSync(join(folder, file));
    expect((await run()).error).toMatchObject({
      name: 'InputError',
      message: expect.stringContaining('settings.json'),
    });
  });

  test('keeps the code as it was built where nothing can grow', () => {
    const { variables, folder } = investigateOf(synthesizeForTest({ pendingMinutes: 5 }));
    expect(variables[ENV.settingsFile]).toBeUndefined();
    expect(() => readFileSync(join(folder, 'settings.json'))).toThrow('ENOENT');
  });

  test('stops the synthesis where it is still too long, and says what to shorten', () => {
    const regions = Array.from({ length: 250 }, (_, index) => `eu-imaginary-${'x'.repeat(8)}-${index % 10}`);
    expect(() => synthesizeForTest({ regions })).toThrow(
      /is \d+ bytes, and Lambda takes 4096.*ALB502_SETTINGS/,
    );
  });

  test('counts what only the deployment knows at its longest', () => {
    const token = Lazy.string({ produce: () => '' });
    expect(environmentProblems('screen', { A: 'x'.repeat(3_800), B: token })).toEqual([]);
    expect(environmentProblems('screen', { A: 'x'.repeat(3_900), B: token })).toHaveLength(1);
  });

  test('is parted and put together again without loss, whatever the settings', () => {
    const settings = settingsSchema.parse({
      ...declared(2),
      expectedChangers: ['arn:aws:iam::123456789012:role/deploy'],
      regions: ['eu-central-1'],
    });
    const folder = mkdtempSync(join(tmpdir(), 'alb502-settings-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const { environment, file } = passedSettings(settings);
    writeFileSync(join(folder, 'settings.json'), file ?? '');
    const path = join(folder, 'settings.json');
    expect(settingsFrom({ [ENV.settings]: environment, [ENV.settingsFile]: path })).toEqual(settings);
    writeFileSync(path, '{"repeatHours":0}');
    expect(() => settingsFrom({ [ENV.settingsFile]: path })).toThrow(InputError);
  });
});
