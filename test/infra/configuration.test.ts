import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { InputError } from '../../lambda/env.ts';
import { parseConfiguration, readConfiguration } from '../../lib/configuration.ts';
import { renderConfigurationDocument } from '../../lib/documents/configuration-document.ts';
import { renderIamDocument } from '../../lib/documents/iam-document.ts';

function folderForTest(): string {
  const folder = mkdtempSync(join(tmpdir(), 'alb502-configuration-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function fileForTest(text: string): string {
  const file = join(folderForTest(), 'alb502.config.json');
  writeFileSync(file, text);
  return file;
}

const failureOf = (read: () => unknown): string => {
  try {
    read();
  } catch (error) {
    if (error instanceof InputError) return error.message;
    throw error;
  }
  return 'no failure';
};

describe('the configuration', () => {
  test('is all defaults where there is neither file nor context', () => {
    const configuration = readConfiguration(join(folderForTest(), 'absent.json'), undefined);
    expect(configuration).toEqual(parseConfiguration({}, 'test'));
    expect(configuration).toMatchObject({ regions: [], subscriptions: [], logRetentionDays: 30 });
  });

  test('takes a key from the context before the same key of the file', () => {
    const file = fileForTest('{"pendingMinutes":5,"repeatHours":8}');
    expect(readConfiguration(file, { repeatHours: 2 })).toMatchObject({ pendingMinutes: 5, repeatHours: 2 });
    expect(readConfiguration(file, '{"repeatHours":2}')).toMatchObject({ pendingMinutes: 5, repeatHours: 2 });
  });

  test('takes comments and a comma after the last entry', () => {
    const text = `// top
    {
      "regions": ["eu-central-1", /* the other */ "eu-west-1",], // why
      // "pendingMinutes": 7,
      "subscriptions": [{ "protocol": "https", "endpoint": "https://example.com//a" },],
    }`;
    expect(readConfiguration(fileForTest(text), undefined)).toMatchObject({
      regions: ['eu-central-1', 'eu-west-1'],
      pendingMinutes: 0,
      subscriptions: [{ endpoint: 'https://example.com//a' }],
    });
  });

  test.each([
    ['{\n  "pendingMinutes": 5\n  "repeatHours": 8\n}', 'line 3, column 3: comma expected'],
    ['', 'line 1, column 1: value expected'],
    ['{"__proto__": {"pendingMinutes": 5}}', '__proto__ is not a setting'],
  ])('says where %j is wrong', (text, problem) => {
    expect(failureOf(() => readConfiguration(fileForTest(text), undefined))).toContain(problem);
  });

  test.each([
    [{ pendingMinutes: 'five' }, ['pendingMinutes', '"five"', 'number']],
    [{ pendingMinutes: 61 }, ['pendingMinutes', '61', '60']],
    [{ regions: ['Frankfurt'] }, ['regions.0', '"Frankfurt"', 'eu-central-1']],
    [{ region: 'eu-central-1' }, ['region is not a setting']],
    [{ logRetentionDays: 8 }, ['logRetentionDays', '8', '7, 14']],
    [
      { subscriptions: [{ protocol: 'email', endpoint: 'oncall' }] },
      ['subscriptions.0.endpoint', '"oncall"', 'mail'],
    ],
    [
      { subscriptions: [{ protocol: 'https', endpoint: 'http://plain.example.com' }] },
      ['subscriptions.0.endpoint', 'https://'],
    ],
    [{ subscriptions: [{ protocol: 'sms', endpoint: '0151 1' }] }, ['subscriptions.0.endpoint', '+49']],
    [
      { subscriptions: [{ protocol: 'pager', endpoint: 'x' }] },
      ['subscriptions.0.protocol', '"pager"', 'email'],
    ],
    [{ subscriptions: [{ protocol: 'email', endpoint: 'a@b.de', extra: 1 }] }, ['subscriptions.0.extra']],
    [{ subscriptions: [{ endpoint: 'a@b.de' }] }, ['subscriptions.0.protocol is missing']],
    [{ accessLogBuckets: ['my-logs'] }, ['accessLogBuckets.0', '"my-logs"', 'arn:aws:s3:::']],
    [{ alertTopicKmsKeyArn: 'alias/key' }, ['alertTopicKmsKeyArn', 'arn:aws:kms']],
    [{ declaredKeepAlives: [{ targetGroup: 'shop', seconds: 0 }] }, ['declaredKeepAlives.0.seconds', '0']],
    [{ selfMonitoring: 'yes' }, ['selfMonitoring', '"yes"', 'boolean']],
  ])('refuses %j on one line that names key, value and expectation', (value, named) => {
    const message = failureOf(() => parseConfiguration(value, 'alb502.config.json'));
    expect(message).toMatch(/^alb502\.config\.json: [^\n]+$/);
    for (const text of named) expect(message).toContain(text);
  });

  test('says whether the wrong value stands in the file or in the context', () => {
    const file = fileForTest('{"pendingMinutes":-1}');
    expect(failureOf(() => readConfiguration(file, { pendingMinutes: 1 }))).toContain(
      `${file}: pendingMinutes`,
    );
    const context = () => readConfiguration('absent.json', { pendingMinutes: -1 });
    expect(failureOf(context)).toContain('CDK context alb502: pendingMinutes');
  });

  test.each([
    ['{"pendingMinutes":', 'is not JSON'],
    ['[1]', 'expected a JSON object'],
    ['null', 'expected a JSON object'],
  ])('refuses the text %j as file and as context', (text, reason) => {
    const file = fileForTest(text);
    for (const read of [
      () => readConfiguration(file, undefined),
      () => readConfiguration('absent.json', text),
    ]) {
      expect(failureOf(read)).toContain(reason);
      expect(failureOf(read)).not.toContain('\n');
    }
  });

  test('names a file that is there but cannot be read', () => {
    const folder = join(folderForTest(), 'alb502.config.json');
    mkdirSync(folder);
    expect(failureOf(() => readConfiguration(folder, undefined))).toContain(`${folder} cannot be read`);
  });
});

test.each([
  ['docs/configuration.md', renderConfigurationDocument],
  ['docs/iam.md', renderIamDocument],
])('%s says what the code says; npm run docs writes it', (file, render) => {
  expect(readFileSync(file, 'utf8')).toBe(render());
});
