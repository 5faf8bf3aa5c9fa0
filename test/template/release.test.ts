import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { describe, expect, onTestFinished, test } from 'vitest';
import * as z from 'zod';
import { settingsSchema } from '../../lambda/model/settings.ts';
import { type ConfigurationInput, parseConfiguration } from '../../lib/configuration.ts';
import { type ReleaseFile, writeRelease } from '../../lib/release/release-folder.ts';
import { parameterOf, SCALAR_SETTINGS } from '../../scripts/template/setting-parameters.ts';
import { alb502 } from '../bin/cli.ts';
import { acceptedParameters, parameterizedSchema } from './evaluate-template.ts';

/** What Lambda takes of a zip, and CloudFormation of a template in a bucket. */
const MOST_BYTES = { zip: 50_000_000, template: 1_000_000, inline: 51_200 } as const;

function folderForTest(): string {
  const folder = mkdtempSync(join(tmpdir(), 'alb502-release-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const release = (
  folder: string,
  input: ConfigurationInput = {},
  bucket: string | null = 'b-1',
): readonly ReleaseFile[] =>
  writeRelease({ folder, bucket, prefix: 'p/', configuration: parseConfiguration(input, 'test') });

const templateIn = (folder: string) =>
  parameterizedSchema.parse(JSON.parse(readFileSync(join(folder, 'alb502.template.json'), 'utf8')));

describe('the folder of a release', () => {
  test('is the same, byte by byte, when it is written again, in another time zone too', () => {
    const [one, other] = [folderForTest(), folderForTest()];
    const files = release(one);
    const zone = process.env['TZ'];
    process.env['TZ'] = 'Pacific/Kiritimati';
    try {
      expect(release(other)).toEqual(files);
    } finally {
      if (zone === undefined) delete process.env['TZ'];
      else process.env['TZ'] = zone;
    }
    for (const name of readdirSync(one))
      expect(readFileSync(join(one, name)).equals(readFileSync(join(other, name))), name).toBe(true);
  });

  test('has checksums that sha256sum agrees with', () => {
    const folder = folderForTest();
    const files = release(folder);
    const { status, stdout } = spawnSync('sha256sum', ['--check', '--strict', 'SHA256SUMS'], {
      cwd: folder,
      encoding: 'utf8',
    });
    expect(status, stdout).toBe(0);
    expect(readdirSync(folder).sort()).toEqual([...files.map(({ name }) => name), 'SHA256SUMS'].sort());
    writeFileSync(join(folder, files[0]?.name ?? ''), 'changed');
    expect(spawnSync('sha256sum', ['--check', 'SHA256SUMS'], { cwd: folder }).status).toBe(1);
  });

  test('is within the limits of Lambda and CloudFormation, and its template needs a bucket', () => {
    for (const { name, bytes } of release(folderForTest()))
      expect(bytes, name).toBeLessThan(name.endsWith('.zip') ? MOST_BYTES.zip : MOST_BYTES.template);
    const inline = release(folderForTest()).find(({ name }) => name === 'alb502.template.json');
    expect(inline?.bytes, 'then the documents may leave out --s3-bucket').toBeGreaterThan(MOST_BYTES.inline);
  });

  test('names code by its content, so that an update of the stack takes the new', () => {
    const folder = folderForTest();
    const plain = release(folder).map(({ name }) => name);
    const template = readFileSync(join(folder, 'alb502.template.json'), 'utf8');
    for (const name of plain.filter((one) => one.endsWith('.zip') && !one.startsWith('hub-')))
      expect(template).toContain(`"${name}"`);
    const changed = release(folder, { declaredKeepAlives: [{ targetGroup: 'web', seconds: 75 }] });
    const zip = changed.find(({ name }) => name.startsWith('investigate-'))?.name ?? '';
    expect(plain).not.toContain(zip);
    const files = unzipSync(readFileSync(join(folder, zip)));
    expect(JSON.parse(Buffer.from(files['settings.json'] ?? []).toString('utf8'))).toEqual({
      declaredKeepAlives: [{ targetGroup: 'web', seconds: 75 }],
    });
    expect(
      readdirSync(folder).filter((name) => name.startsWith('investigate-')),
      'the old one went',
    ).toEqual([zip]);
  });

  test('keeps the table unless the configuration says otherwise', () => {
    const policyOf = (input: ConfigurationInput): unknown => {
      const folder = folderForTest();
      release(folder, input);
      const table = Object.values(templateIn(folder).Resources).find(
        ({ Type }) => Type === 'AWS::DynamoDB::Table',
      );
      return [table?.['DeletionPolicy'], table?.['UpdateReplacePolicy']];
    };
    expect(policyOf({})).toEqual(['RetainExceptOnCreate', 'Retain']);
    expect(policyOf({ keepStateOnDelete: false })).toEqual(['Delete', 'Delete']);
  });

  test('has the configuration as defaults, and asks for a bucket where none is named', () => {
    const folder = folderForTest();
    release(folder, { repeatHours: 9, regions: 'all' });
    expect(acceptedParameters(templateIn(folder), {})).toMatchObject({
      ArtifactBucket: 'b-1',
      ArtifactPrefix: 'p/',
      RepeatHours: '9',
      Regions: 'all',
    });
    release(folder, {}, null);
    expect(() => acceptedParameters(templateIn(folder), {})).toThrow('[ArtifactBucket] must have values');
  });

  test('is left alone where it has a file of somebody else in it', () => {
    const folder = folderForTest();
    release(folder);
    writeFileSync(join(folder, 'mine.txt'), 'mine');
    expect(() => release(folder)).toThrow(/has other files in it.*--out another folder/);
    expect(existsSync(join(folder, 'alb502.template.json'))).toBe(true);
    const foreign = folderForTest();
    writeFileSync(join(foreign, 'mine.txt'), 'mine');
    expect(() => release(foreign)).toThrow(/has other files in it/);
  });

  test('has no room for a fourth mail address, and says so', () => {
    const subscriptions = [1, 2, 3, 4].map((n) => ({
      protocol: 'email' as const,
      endpoint: `n${n}@example.com`,
    }));
    const folder = join(folderForTest(), 'new');
    expect(() => release(folder, { subscriptions })).toThrow(
      /subscriptions\.3 is one email more than the 3 .*AlertTopicArn/,
    );
    expect(existsSync(folder)).toBe(false);
  });
});

/** How the console shows parameters. */
const interfaceSchema = z.object({
  'AWS::CloudFormation::Interface': z.object({
    ParameterGroups: z.array(z.object({ Parameters: z.array(z.string()) })),
    ParameterLabels: z.record(z.string(), z.object({ default: z.string().min(1) })),
  }),
});

describe('the parameters of a template', () => {
  const folder = mkdtempSync(join(tmpdir(), 'alb502-parameters-'));
  release(folder);
  const template = templateIn(folder);
  rmSync(folder, { recursive: true, force: true });
  const accepts = (values: Readonly<Record<string, string>>): boolean => {
    try {
      acceptedParameters(template, values);
      return true;
    } catch {
      return false;
    }
  };

  test('each say what they are, and what they take', () => {
    for (const [name, definition] of Object.entries(template.Parameters)) {
      expect(String(definition['Description']).length, name).toBeGreaterThan(10);
      expect(definition.AllowedPattern ?? definition.AllowedValues, name).toBeDefined();
    }
    const { ParameterGroups: groups, ParameterLabels: labels } = interfaceSchema.parse(template['Metadata'])[
      'AWS::CloudFormation::Interface'
    ];
    const names = Object.keys(template.Parameters).sort();
    expect(groups.flatMap(({ Parameters }) => Parameters).sort()).toEqual(names);
    expect(Object.keys(labels).sort()).toEqual(names);
  });

  test.each(SCALAR_SETTINGS)('take of %s what the setting takes', (key) => {
    const shape = new Map<string, z.ZodType>(Object.entries(settingsSchema.shape));
    const { name } = parameterOf(key) ?? { name: '' };
    for (const text of [
      '-1',
      '0',
      '1',
      '4',
      '5',
      '14',
      '15',
      '60',
      '61',
      '168',
      '169',
      '1440',
      '1441',
      '0.5',
      '1.5',
      '1e-9',
      'true',
      'false',
    ]) {
      const isSetting = shape.get(key)?.safeParse(JSON.parse(text)).success;
      expect(accepts({ [name]: text }), text).toBe(isSetting);
    }
    // CloudFormation would take them for numbers, and JSON would not.
    for (const text of ['015', '.5', '+15', '15 ', '0x1f', '"15"', ''])
      expect(accepts({ [name]: text }), text).toBe(false);
  });

  test.each([
    [{ Regions: 'eu-central-1,us-east-1' }, true],
    [{ Regions: 'eu-central-1, us-east-1' }, false],
    [{ Regions: 'all,us-east-1' }, false],
    [{ Regions: 'eu-central-1"]' }, false],
    [{ AccessLogBuckets: 'arn:aws:s3:::one,arn:aws-cn:s3:::two' }, true],
    [{ AccessLogBuckets: 'arn:aws:s3:::*' }, false],
    [{ AccessLogBuckets: 'arn:aws:s3:::one/*' }, false],
    [{ AccessLogBuckets: 'my-logs' }, false],
    [{ BackendLogGroups: 'arn:aws:logs:eu-central-1:123456789012:log-group:/my/service' }, true],
    [{ BackendLogGroups: 'arn:aws:logs:eu-central-1:123456789012:log-group:*' }, false],
    [{ AlertEmail: 'oncall@example.com', AlertEmailSeverities: 'critical,warning' }, true],
    [{ AlertEmailSeverities: 'fatal' }, false],
    [{ AlertChatUrl: 'https://global.sns-api.chatbot.amazonaws.com' }, true],
    [{ AlertChatUrl: 'https://events.pagerduty.com/integration/x/enqueue' }, false],
    [{ ProbeSubnetIds: 'subnet-01234567' }, false],
    [{ ProbeSubnetIds: 'subnet-01234567', ProbeSecurityGroupIds: 'sg-01234567' }, true],
    [{ WebhookUrl: 'https://hooks.example.com/alb502' }, false],
    [
      {
        WebhookUrl: 'https://hooks.example.com/',
        WebhookSecretArn: 'arn:aws:secretsmanager:eu-central-1:1:secret:x',
      },
      false,
    ],
    [{ ExpectedChangers: 'arn:aws:iam::123456789012:role/deploy*' }, true],
    [{ ExpectedChangers: 'a"],"repeatHours":[1' }, false],
    [{ LogRetentionDays: '31' }, false],
    [{ HubEventBusArn: 'arn:aws:events:eu-central-1:111122223333:event-bus/alb502' }, true],
  ])('%j: %s', (values, isAccepted) => {
    expect(accepts(values)).toBe(isAccepted);
  });
});

describe('alb502 template', () => {
  test('refuses what is no name of a bucket, and a file that is not there, in one line', async () => {
    const address = await alb502(['template', '--bucket', 's3://mine']);
    expect(address).toMatchObject({ code: 2, stdout: '' });
    expect(address.stderr).toMatch(/^alb502: --bucket "s3:\/\/mine" is not the name of a bucket[^\n]*\n$/);
    const file = await alb502([
      'template',
      '--bucket',
      'mine',
      '--config',
      '/nonexistent/alb502.config.json',
    ]);
    expect(file).toMatchObject({ code: 2, stdout: '' });
    expect(file.stderr).toMatch(
      /^alb502: \/nonexistent\/alb502\.config\.json cannot be read: there is no such file[^\n]*\n$/,
    );
  });

  test('tells how to deploy what it wrote, other regions and chat included where the configuration has them', async () => {
    const folder = folderForTest();
    const config = join(folder, 'my.config.json');
    writeFileSync(
      config,
      '{ "regions": "all", "chatConfigurations": ["oncall"], /* a comment */ "repeatHours": 9, }',
    );
    const out = join(folder, 'out');
    const { code, stdout, stderr } = await alb502([
      'template',
      '--bucket',
      'mine',
      '--config',
      config,
      '--out',
      out,
    ]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    for (const text of [
      'aws s3 cp --recursive',
      '--s3-bucket mine',
      'alb502-region.template.json',
      '--region us-east-1',
    ])
      expect(stdout).toContain(text);
    expect(templateIn(out).Parameters).toMatchObject({
      RepeatHours: { Default: '9' },
      WatchChat: { Default: 'true' },
    });
  });

  test('says why a folder cannot be written', async () => {
    const folder = folderForTest();
    writeFileSync(join(folder, 'file'), '');
    const { code, stderr } = await alb502([
      'template',
      '--bucket',
      'mine',
      '--out',
      join(folder, 'file', 'out'),
    ]);
    expect(code).toBe(2);
    expect(stderr).toMatch(
      /^alb502: [^\n]*cannot be written: a part of the path is a file[^\n]*--out another folder\n$/,
    );
  });
});
