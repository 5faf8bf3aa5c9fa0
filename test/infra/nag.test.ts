import type { Stack } from 'aws-cdk-lib';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { AwsSolutionsChecks } from 'cdk-nag';
import { expect, test } from 'vitest';
import type { ConfigurationInput } from '../../lib/configuration.ts';
import { synthesizeForTest } from './synthesize.ts';

const CONFIGURATIONS: readonly (readonly [string, ConfigurationInput])[] = [
  ['nothing configured', {}],
  ['logs to read', { accessLogBuckets: ['arn:aws:s3:::my-logs'] }],
];

/** Rule names found in the stack, acknowledged ones left out. */
function findings(stack: Stack): string[] {
  const report = new AwsSolutionsChecks().validateScope(stack);
  return report.violations.flatMap(({ ruleName, violatingResources }) =>
    violatingResources.map(({ constructPath }) => `${ruleName} ${constructPath}`),
  );
}

test.each(CONFIGURATIONS)('the AWS Solutions rules find nothing unexplained with %s', (_, configuration) => {
  expect(findings(synthesizeForTest(configuration).stack)).toEqual([]);
});

test('the rules do look: a careless queue beside the monitor is found', () => {
  const { stack } = synthesizeForTest();
  new Queue(stack, 'Careless');
  expect(findings(stack)).toEqual([
    expect.stringMatching(/^AwsSolutions-SQS3 Alb502\/Careless/),
    expect.stringMatching(/^AwsSolutions-SQS4 Alb502\/Careless/),
  ]);
});
