import { expect, test } from 'vitest';
import { enableAccessLog } from '../../lambda/diagnose/remedies/enable-access-log.ts';

const input = {
  loadBalancerArn:
    'arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/app/shop/50dc6c495c0c9188',
  name: 'shop',
  account: '123456789012',
  region: 'eu-central-1',
};

test('the log is delivered to a log group of its own, and no policy of a bucket is replaced', () => {
  const { commands, place } = enableAccessLog(input);
  expect(commands.map((command) => command.split(' ')[2])).toEqual([
    'create-log-group',
    'put-retention-policy',
    'put-delivery-source',
    'put-delivery-destination',
    'create-delivery',
  ]);
  expect(commands.join('\n')).not.toMatch(/bucket|s3api/);
  expect(commands[2]).toContain(`--resource-arn ${input.loadBalancerArn} --log-type ALB_ACCESS_LOGS`);
  expect(place).toBe('cloudwatch:///aws/vendedlogs/alb/shop');
});

test('looks first whether it is delivered already, says the price, and gives the way back', () => {
  const { rollback, look, sideEffects } = enableAccessLog(input);
  expect(look).toContain('describe-delivery-sources');
  expect(look).toContain(input.loadBalancerArn);
  expect(sideEffects).toMatch(/USD a GB/);
  const undone = rollback.filter((line) => !line.startsWith('#'));
  expect(undone.map((command) => command.split(' ')[2])).toEqual([
    'describe-deliveries',
    'delete-delivery',
    'delete-delivery-destination',
    'delete-delivery-source',
  ]);
});

test('partitions other than the commercial one keep their names', () => {
  const { commands } = enableAccessLog({ ...input, region: 'cn-north-1' });
  expect(commands[3]).toContain('arn:aws-cn:logs:cn-north-1:123456789012:log-group:');
});
