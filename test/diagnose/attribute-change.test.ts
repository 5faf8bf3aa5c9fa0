import { describe, expect, test } from 'vitest';
import { tagNote, writtenChange } from '../../lambda/diagnose/remedies/attribute-change.ts';
import { actionsOfCauses, withFailedGroups } from '../../lambda/diagnose/remedies/cause-actions.ts';
import {
  groupThatFailed,
  ownerOfLoadBalancer,
  ownerOfTargetGroup,
  ownerOfWorkload,
} from '../../lambda/diagnose/remedies/owners.ts';
import type { Cause, NamedCause } from '../../lambda/model/cause.ts';
import type { EvidenceBundle } from '../../lambda/model/evidence.ts';
import type { Explanation } from '../../lambda/model/explanation.ts';
import {
  accessLog,
  bundleWith,
  change,
  declared,
  type Edit,
  edits,
  explained,
  explanation,
  group,
  groupArn,
  groupTag,
  LOAD_BALANCER_ARN,
  lambdaGroup,
  loadBalancerTag,
  loggedGroup,
  withoutGroup,
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

describe('the group that failed', () => {
  const failedIn = (...counts: readonly (readonly [name: string, elb502: number])[]): Edit =>
    accessLog(
      ...counts.map(([name, elb502]) => loggedGroup(elb502, { targetGroupArn: groupArn(name), targets: [] })),
    );
  const groups = edits(lambdaGroup('fn'), group('api'), group('admin'));

  test.each<readonly [string, Edit, string | undefined]>([
    ['the one with most failures', failedIn(['web', 1], ['api', 3], ['admin', 2], ['fn', 9]), 'api'],
    ['the first where none failed', failedIn(['api', 0]), 'web'],
    ['the first that serves', group('web', { serving: false }), 'api'],
    [
      'the first where none serves',
      edits(...['web', 'api', 'admin'].map((name) => group(name, { serving: false }))),
      'web',
    ],
    ['none where there are only functions', edits(...['web', 'api', 'admin'].map(withoutGroup)), undefined],
  ])('is %s', (_, edit, name) => {
    expect(groupThatFailed(bundleWith(groups, edit))?.name).toBe(name);
  });

  test.each<readonly [string, NamedCause, Edit, string[]]>([
    ['those that failed', 'target-crash', failedIn(['web', 0], ['api', 3]), ['api']],
    ['all where none is named', 'target-crash', failedIn(['other', 3]), ['web', 'fn', 'api', 'admin']],
    ['all where no log was read', 'target-crash', edits(), ['web', 'fn', 'api', 'admin']],
    [
      'all where it was not read whole',
      'target-crash',
      (bundle) => {
        const { accessLog: log, ...rest } = failedIn(['api', 3])(bundle);
        return { ...rest, accessLog: log && { ...log, leftOut: ['2 files'] } };
      },
      ['web', 'fn', 'api', 'admin'],
    ],
    [
      'also those with too short a keep-alive, for an idle race',
      'keepalive-mismatch',
      edits(failedIn(['api', 3]), declared(5), declared(900, 'admin')),
      ['web', 'api'],
    ],
    ['not those for another cause', 'target-crash', edits(failedIn(['api', 3]), declared(5)), ['api']],
  ])('is among %s', (_, cause, edit, names) => {
    const { targetGroups } = withFailedGroups(bundleWith(groups, edit), cause);
    expect(targetGroups.map(({ name }) => name)).toEqual(names);
  });

  test('is told with its share, where several causes explain the failures', () => {
    const bundle = bundleWith(failedIn(['web', 60]), declared(5));
    const part = (cause: NamedCause, failures: number): Explanation => ({
      ...{ kind: 'path', cause, causes: [], failures, share: failures / 60, gainNats: 9, fact: 'are so' },
      where: { targetGroupArn: null, target: null, node: null, path: null },
    });
    const titles = (verdict: Cause, ...explanations: readonly Explanation[]) =>
      actionsOfCauses(bundle, verdict, { explanations: [...explanations], unexplained: null }).map(
        ({ title }) => title.slice(0, 55),
      );
    const [race, crash] = [part('keepalive-mismatch', 20), part('target-crash', 40)];
    expect(titles('keepalive-mismatch', race)[0]).toMatch(/^On the targets of web: raise the keep-alive/);
    expect(titles('keepalive-mismatch', race, crash)).toEqual([
      'For 20 of 60 failures (keepalive-mismatch): on the targ',
      'For 40 of 60 failures (target-crash): find out why the ',
    ]);
    expect(titles('undetermined', crash)).toEqual([
      'For 40 of 40 failures (target-crash): find out why the ',
    ]);
    expect(titles('tls-failure', crash)).toEqual([
      'On the targets of web: speak TLS on port 8080 to a clie',
      'For 40 of 40 failures (target-crash): find out why the ',
    ]);
    const many = [part('malformed-response', 20), crash];
    expect(titles('malformed-response', ...many)[0]).toMatch(
      /^For 20 of 60 failures \(malformed-response\): on /,
    );
  });

  describe('is told of what the log tells of its part:', () => {
    const timeout = explanation('path', 40, 0.5, {
      fact: 'are requests for GET /report/*, 1 % of all requests; 21 % of them fail',
      where: { targetGroupArn: groupArn('api'), target: null, node: null, path: 'GET /report/*' },
      causes: [
        { cause: 'worker-timeout', probability: 0.78 },
        { cause: 'malformed-response', probability: 0.12 },
      ],
    });
    const answer = explanation('path', 36, 0.45, {
      fact: 'are requests for GET /img/*, 12 % of all requests; 3 % of them fail',
      where: { targetGroupArn: groupArn('web'), target: null, node: null, path: 'GET /img/*' },
    });
    const actions = (verdict: Cause, ...explanations: readonly Explanation[]) =>
      actionsOfCauses(
        bundleWith(groups, failedIn(['web', 40], ['api', 40], ['fn', 32]), explained(...explanations)),
        verdict,
        {
          explanations: [...explanations],
          unexplained: null,
        },
      );

    test.each<Cause>(['worker-timeout', 'undetermined', 'malformed-response'])(
      'its path, whatever else may be its cause (%s)',
      (verdict) => {
        const own = actions(verdict, timeout, answer).find(({ title }) =>
          title.includes('malformed-response'),
        );
        expect(own?.title).toContain('look at the raw response to GET /img/*');
        expect(own?.why).toContain('Only 3 % of the requests for this path fail');
      },
    );

    test('also where the others are too few to be told of', () => {
      const few = { ...timeout, share: 0.02, failures: 2 };
      expect(actions('malformed-response', few, answer)[0]?.title).toContain('raw response to GET /img/*');
    });

    test('its target group', () => {
      const mismatch = (name: string, share: number, cause: NamedCause = 'protocol-mismatch') =>
        explanation('target', 80 * share, share, {
          where: { targetGroupArn: groupArn(name), target: null, node: null, path: null },
          causes: [{ cause, probability: 0.9 }],
        });
      const titles = (...explanations: readonly Explanation[]) =>
        actions('lambda-target-error', ...explanations).flatMap(
          ({ title }) => /protocol-mismatch\): compare what (\w+) speaks/.exec(title)?.[1] ?? [],
        );
      const lambda = mismatch('fn', 0.4, 'lambda-target-error');
      expect(titles(lambda, mismatch('api', 0.5))).toEqual(['api']);
      expect(titles(lambda, mismatch('api', 0.3), mismatch('web', 0.2))).toEqual(['web', 'api']);
      // What is asked of servers is not asked of a healthy group where a function failed.
      expect(titles(lambda, mismatch('fn', 0.5))).toEqual([]);
      const anywhere = mismatch('api', 0.5);
      expect(titles(lambda, { ...anywhere, where: { ...anywhere.where, targetGroupArn: null } })).toEqual([
        'web',
        'api',
      ]);
    });
  });

  test('is changed with the tool that changed it last', () => {
    const by = (minute: number, userAgent: string, arn = LOAD_BALANCER_ARN): Edit =>
      change(minute, 'ModifyLoadBalancerAttributes', arn, { userAgent });
    const owner = (...list: readonly Edit[]) => ownerOfLoadBalancer(bundleWith(...list));
    expect(owner(by(10, 'Terraform/1.9'), by(20, 'pulumi/3.1'))).toMatchObject({ tool: 'Pulumi' });
    expect(owner(by(20, 'Terraform/1.9'), by(10, 'pulumi/3.1'))).toMatchObject({ tool: 'Terraform' });
    expect(owner(by(10, 'Terraform/1.9'), by(20, ''))).toMatchObject({ tool: 'Terraform' });
    const listener = LOAD_BALANCER_ARN.replace(':loadbalancer/', ':listener/');
    expect(owner(by(10, 'Terraform/1.9', `${listener.replace('shop', 'api')}/1`))).toMatchObject({
      tool: null,
    });
    expect(owner(by(10, 'Terraform/1.9', `${LOAD_BALANCER_ARN}/1`))).toMatchObject({ tool: null });
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
