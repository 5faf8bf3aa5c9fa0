import { expect, test } from 'vitest';
import { learnBaseline } from '../../lambda/diagnose/changes/drift.ts';
import { diagnose } from '../../lambda/diagnose/diagnose.ts';
import {
  at,
  baseline,
  bundleWith,
  change,
  gap,
  group,
  groupArn,
  idleTimeout,
  LOAD_BALANCER_ARN,
  loadBalancerAttribute,
} from './bundle.ts';

const IDLE = 'idle_timeout.timeout_seconds';
const learned = (bundle = bundleWith()) => {
  const first = learnBaseline(bundle);
  if (first === null) throw new Error('nothing learned');
  return baseline(first.resources);
};

test('what was learned of a load balancer is no drift of it', () => {
  expect(diagnose(bundleWith(learned())).drift).toEqual([]);
});

test('a changed attribute is drift, with who changed it and the way back', () => {
  const diagnosis = diagnose(
    bundleWith(
      learned(),
      idleTimeout(300),
      change(20, 'ModifyLoadBalancerAttributes', LOAD_BALANCER_ARN, { to: { [IDLE]: '120' } }),
      change(40, 'ModifyLoadBalancerAttributes', LOAD_BALANCER_ARN, { to: { [IDLE]: '300' } }),
    ),
  );
  expect(diagnosis.drift).toMatchObject([
    {
      resourceArn: LOAD_BALANCER_ARN,
      key: IDLE,
      baseline: '60',
      current: '300',
      changedAt: at(40),
      changedBy: 'arn:aws:iam::123456789012:user/sam',
    },
  ]);
  expect(diagnosis.severity).toBe('info');
  expect(diagnosis.actions[0]).toMatchObject({
    title: `If this was not intended: set ${IDLE} back from 300 to 60`,
    commands: [expect.stringContaining(`Key=${IDLE},Value=60`)],
    rollback: [expect.stringContaining(`Key=${IDLE},Value=300`)],
  });
});

test('attributes that nobody knows yet drift as well, one that came and one that went', () => {
  const before = bundleWith(loadBalancerAttribute('routing.http.new', 'a'));
  const { drift } = diagnose(bundleWith(learned(before), loadBalancerAttribute('routing.http.other', 'b')));
  expect(drift.map(({ key, baseline: was, current }) => [key, was, current])).toEqual([
    ['routing.http.new', 'a', null],
    ['routing.http.other', null, 'b'],
  ]);
});

test('the protocol and the health check of a target group drift too', () => {
  const { drift } = diagnose(bundleWith(learned(), group('web', { protocolVersion: 'HTTP2', port: 9090 })));
  expect(drift.map(({ resourceArn, key }) => [resourceArn, key])).toEqual([
    [groupArn('web'), 'Port'],
    [groupArn('web'), 'ProtocolVersion'],
  ]);
});

test('a new target group is new, not drifted; a gap is no drift and teaches nothing', () => {
  expect(diagnose(bundleWith(learned(), group('api'))).drift).toEqual([]);
  const unread = bundleWith(
    learned(),
    group('web', { attributes: {} }),
    gap('attributes', { resource: groupArn('web') }),
  );
  expect(diagnose(unread).drift).toEqual([]);
  expect(learnBaseline(unread)).toBeNull();
});
