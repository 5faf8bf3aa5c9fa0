import { expect, test } from 'vitest';
import { switchOnAccessLogs } from '../../lambda/access-log/switch-on.ts';

const input = {
  loadBalancerArn:
    'arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/app/shop/50dc6c495c0c9188',
  account: '123456789012',
  region: 'eu-central-1',
  bucket: 'my-logs',
  prefix: 'alb',
};

test('the bucket policy lets the log delivery of this account write below the prefix, and no one else', () => {
  const policy = JSON.parse(switchOnAccessLogs(input).bucketPolicy);
  expect(policy.Statement).toEqual([
    {
      Sid: 'AlbAccessLogs',
      Effect: 'Allow',
      Principal: { Service: 'logdelivery.elasticloadbalancing.amazonaws.com' },
      Action: 's3:PutObject',
      Resource: 'arn:aws:s3:::my-logs/alb/AWSLogs/123456789012/*',
      Condition: {
        ArnLike: { 'aws:SourceArn': 'arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/*' },
      },
    },
  ]);
});

test('the commands switch it on, and the way back is given', () => {
  const { commands, rollback, look, sideEffects } = switchOnAccessLogs(input);
  expect(commands.at(-1)).toContain(
    'Key=access_logs.s3.enabled,Value=true Key=access_logs.s3.bucket,Value=my-logs Key=access_logs.s3.prefix,Value=alb',
  );
  expect(rollback[0]).toContain('Key=access_logs.s3.enabled,Value=false');
  expect(look).toContain('describe-delivery-sources --region eu-central-1');
  expect(sideEffects).toMatch(/vended logs/);
});

test('without a prefix or a known bucket the commands still hold together', () => {
  const { bucketPolicy, commands } = switchOnAccessLogs({ ...input, bucket: '', prefix: '' });
  expect(bucketPolicy).toContain('arn:aws:s3:::BUCKET/AWSLogs/123456789012/*');
  expect(commands.at(-1)).not.toContain('prefix');
});

test('partitions other than the commercial one keep their names', () => {
  const china = switchOnAccessLogs({ ...input, region: 'cn-north-1' });
  expect(china.bucketPolicy).toContain('arn:aws-cn:s3:::my-logs/');
});
