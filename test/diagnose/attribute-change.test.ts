import { describe, expect, test } from 'vitest';
import { tagNote, writtenChange } from '../../lambda/diagnose/remedies/attribute-change.ts';
import {
  ownerOfLoadBalancer,
  ownerOfTargetGroup,
  ownerOfWorkload,
} from '../../lambda/diagnose/remedies/owners.ts';
import type { EvidenceBundle } from '../../lambda/model/evidence.ts';
import {
  bundleWith,
  change,
  type Edit,
  edits,
  group,
  groupArn,
  groupTag,
  LOAD_BALANCER_ARN,
  loadBalancerTag,
} from './bundle.ts';
import { ecsService } from './workloads.ts';

const IDLE = 'idle_timeout.timeout_seconds';
const DELAY = 'deregistration_delay.timeout_seconds';

const stack = (logicalId: string): Edit =>
  edits(
    loadBalancerTag('aws:cloudformation:stack-name', 'shop-prod'),
    loadBalancerTag('aws:cloudformation:logical-id', logicalId),
    groupTag('web', 'aws:cloudformation:stack-name', 'shop-prod'),
    groupTag('web', 'aws:cloudformation:logical-id', `${logicalId}`),
  );
const ingress: Edit = edits(
  loadBalancerTag('elbv2.k8s.aws/cluster', 'prod'),
  loadBalancerTag('ingress.k8s.aws/stack', 'shop/web'),
  groupTag('web', 'ingress.k8s.aws/stack', 'shop/web'),
  groupTag('web', 'ingress.k8s.aws/resource', 'shop/web-api:80'),
);
const gateway: Edit = edits(
  loadBalancerTag('gateway.k8s.aws.alb/stack', 'shop/public'),
  groupTag('web', 'gateway.k8s.aws.alb/stack', 'shop/public'),
  groupTag('web', 'gateway.k8s.aws.alb/resource', 'shop/public:shop-web:HTTPRoute-shop-api:80'),
);
const terraform = (arn: string): Edit =>
  change(10, 'ModifyTargetGroupAttributes', arn, { userAgent: 'APN/1.0 HashiCorp/1.0 Terraform/1.9.0' });
const express: Edit = group('web', { workload: { ecsService: ecsService({ ownsLoadBalancer: true }) } });

const idle = (bundle: EvidenceBundle) =>
  writtenChange(bundle, { arn: LOAD_BALANCER_ARN, key: IDLE, before: '120', after: '68' });
const delay = (bundle: EvidenceBundle) =>
  writtenChange(bundle, { arn: groupArn('web'), key: DELAY, before: '30', after: '60' });

describe('an attribute is changed where its owner keeps it, and by hand as a stopgap', () => {
  test.each<readonly [name: string, Edit, string, string, string, string, RegExp]>([
    [
      'CloudFormation',
      stack('LoadBalancer'),
      'cloudformation',
      ' (in the template of stack shop-prod)',
      '- { Key: idle_timeout.timeout_seconds, Value: "68" }',
      '- { Key: deregistration_delay.timeout_seconds, Value: "60" }',
      /stack shop-prod manages it.*drift/,
    ],
    [
      'the CDK',
      stack('Lb0123ABCD'),
      'cloudformation',
      ' (in the AWS CDK app, stack shop-prod)',
      'idleTimeout: Duration.seconds(68),',
      'deregistrationDelay: Duration.seconds(60),',
      /drift/,
    ],
    [
      'Elastic Beanstalk',
      edits(
        stack('AWSEBV2LoadBalancer'),
        loadBalancerTag('elasticbeanstalk:environment-name', 'x'),
        groupTag('web', 'elasticbeanstalk:environment-name', 'x'),
      ),
      'cloudformation',
      ' (in .ebextensions of the Elastic Beanstalk application)',
      '- { Key: idle_timeout.timeout_seconds, Value: "68" }',
      '- { Key: deregistration_delay.timeout_seconds, Value: "60" }',
      /drift/,
    ],
    [
      'an Ingress',
      ingress,
      'kubernetes',
      ' (in Ingress shop/web)',
      'alb.ingress.kubernetes.io/load-balancer-attributes: idle_timeout.timeout_seconds=68',
      'alb.ingress.kubernetes.io/target-group-attributes: deregistration_delay.timeout_seconds=60',
      /AWS Load Balancer Controller manages it \(the tag ingress.k8s.aws\/stack says so\).*reverts/,
    ],
    [
      'a Gateway',
      gateway,
      'kubernetes',
      ' (in the LoadBalancerConfiguration of Gateway shop/public)',
      '- { key: idle_timeout.timeout_seconds, value: "68" }',
      '- { key: deregistration_delay.timeout_seconds, value: "60" }',
      /reverts/,
    ],
    [
      'Terraform',
      edits(terraform(LOAD_BALANCER_ARN), terraform(groupArn('web'))),
      'terraform',
      ' (in Terraform)',
      'idle_timeout = 68',
      'deregistration_delay = 60',
      /next apply undoes/,
    ],
  ])('%s', (_, edit, kind, place, idleLine, delayLine, note) => {
    const bundle = bundleWith(edit);
    const [written, ofGroup] = [idle(bundle), delay(bundle)];
    expect({ owner: written.owner, layer: written.layer, place: written.place }).toEqual({
      owner: kind,
      layer: 'load-balancer',
      place,
    });
    expect(written.note).toMatch(note);
    for (const [{ commands, rollback }, line, back, api] of [
      [written, idleLine, idleLine.replace('68', '120'), 'modify-load-balancer-attributes'],
      [ofGroup, delayLine, delayLine.replace('60', '30'), 'modify-target-group-attributes'],
    ] as const) {
      const place = commands.indexOf(line);
      expect(commands[place - 1], line).toMatch(/^(#|\/\/) /);
      expect(commands.findIndex((one) => one.startsWith(`aws elbv2 ${api}`))).toBeGreaterThan(place);
      expect(commands.at(-2)).toMatch(/^# a stopgap/);
      expect(rollback).toContain(back);
      expect(rollback.at(-1)).toMatch(new RegExp(`^aws elbv2 ${api} .*Value=(?:120|30)$`));
    }
  });

  test('Express Mode has no such setting: by hand alone, and the server is the fix', () => {
    const { place, note, commands, owner } = idle(bundleWith(express));
    expect(owner).toBe('ecs');
    expect(place).toContain('ECS Express Mode has no such setting');
    expect(note).toContain('every service behind this load balancer');
    expect(commands).toHaveLength(1);
  });

  test('Pulumi is named', () => {
    const pulumi = change(10, 'ModifyLoadBalancerAttributes', LOAD_BALANCER_ARN, { userAgent: 'pulumi/3.1' });
    const { place, note, owner } = idle(bundleWith(pulumi));
    expect([owner, place]).toEqual(['unknown', ' (in Pulumi)']);
    expect(note).toContain('its next run will undo this');
  });

  test('nothing is claimed where no owner is known', () => {
    const { place, note, commands, rollback, owner } = idle(bundleWith());
    expect([owner, place]).toEqual(['unknown', '']);
    expect(note).toContain('is not known');
    expect(commands).toEqual([expect.stringMatching(/Value=68$/)]);
    expect(rollback).toEqual([expect.stringMatching(/Value=120$/)]);
  });

  test('a value of before that is not known is looked up first', () => {
    const { commands, rollback } = writtenChange(bundleWith(), {
      arn: LOAD_BALANCER_ARN,
      key: IDLE,
      before: null,
      after: '68',
    });
    expect(commands[1]).toContain('describe-load-balancer-attributes');
    expect(rollback[0]).toMatch(/^# PREVIOUS_VALUE/);
  });
});

describe('who changed it', () => {
  const byTerraform = { userAgent: 'APN/1.0 HashiCorp/1.0 Terraform/1.9.0' };
  test.each<readonly [string, Edit, string]>([
    ['registering targets', change(1, 'RegisterTargets', groupArn('web'), byTerraform), 'unknown'],
    ['tagging', change(1, 'AddTags', groupArn('web'), byTerraform), 'unknown'],
    ['another group', change(1, 'ModifyTargetGroup', groupArn('other'), byTerraform), 'unknown'],
    ['its own attributes', change(1, 'ModifyTargetGroup', groupArn('web'), byTerraform), 'terraform'],
    [
      'ECS shifting weights',
      change(1, 'ModifyTargetGroup', groupArn('web'), { userAgent: 'ecs.amazonaws.com' }),
      'unknown',
    ],
  ])('%s', (_, edit, kind) => {
    const bundle = bundleWith(edit);
    const [web] = bundle.targetGroups;
    expect(web && ownerOfTargetGroup(bundle, web).kind).toBe(kind);
  });

  test('a listener tells of its load balancer', () => {
    const listener = `${LOAD_BALANCER_ARN.replace(':loadbalancer/', ':listener/')}/0123456789abcdef`;
    expect(ownerOfLoadBalancer(bundleWith(change(1, 'ModifyListener', listener, byTerraform))).kind).toBe(
      'terraform',
    );
  });
});

describe('who keeps what runs behind a group', () => {
  test.each<readonly [string, Edit, string]>([
    ['an ECS service', group('web', { workload: { ecsService: ecsService() } }), 'ecs'],
    ['tags of a controller', ingress, 'kubernetes'],
    [
      'an object of Kubernetes',
      group('web', {
        workload: {
          kubernetes: { cluster: 'c', kind: 'TargetGroupBinding', namespace: 'a', name: 'b', backend: null },
        },
      }),
      'kubernetes',
    ],
    ['a stack says nothing of it', stack('x'), 'unknown'],
  ])('%s', (_, edit, kind) => {
    const bundle = bundleWith(edit);
    const [web] = bundle.targetGroups;
    expect(web && ownerOfWorkload(bundle, web)).toBe(kind);
  });
});

test('a tag by hand is told to be taken away where its owner does so', () => {
  const of = (edit: Edit): string => tagNote(ownerOfLoadBalancer(bundleWith(edit)));
  expect(of(ingress)).toContain('alb.ingress.kubernetes.io/tags');
  expect(of(terraform(LOAD_BALANCER_ARN))).toContain('next apply');
  expect(of(stack('x'))).toContain('stack shop-prod');
  expect(of(edits())).toBe('');
});
