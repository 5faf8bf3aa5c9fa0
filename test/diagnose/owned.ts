import { writtenChange } from '../../lambda/diagnose/remedies/attribute-change.ts';
import { protocolLines } from '../../lambda/diagnose/remedies/protocol-setting.ts';
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
import { ecsService } from './workload.ts';

const tagged = (tags: Readonly<Record<string, string>>): Edit =>
  edits(
    ...Object.entries(tags).flatMap(([key, value]) => [
      loadBalancerTag(key, value),
      groupTag('web', key, value),
    ]),
  );

const changedWith = (userAgent: string): Edit =>
  edits(
    change(10, 'ModifyLoadBalancerAttributes', LOAD_BALANCER_ARN, { userAgent }),
    change(10, 'ModifyTargetGroupAttributes', groupArn('web'), { userAgent }),
  );

const stack = 'aws:cloudformation:stack-name';
const id = 'aws:cloudformation:logical-id';

const OWNERS: Readonly<Record<string, Edit>> = {
  nobody: edits(),
  'a stack': tagged({ [stack]: 'shop', [id]: 'Web' }),
  'a stack without logical ids': tagged({ [stack]: 'shop' }),
  'the CDK': tagged({ [stack]: 'shop', [id]: 'Web0123ABCD' }),
  'Elastic Beanstalk': tagged({ [stack]: 'shop', [id]: 'Web', 'elasticbeanstalk:environment-name': 'x' }),
  'an Ingress': tagged({
    'ingress.k8s.aws/stack': 'shop/web',
    'ingress.k8s.aws/resource': 'shop/web-api:80',
  }),
  'an Ingress group': tagged({ 'ingress.k8s.aws/stack': 'public' }),
  'a Service': tagged({ 'service.k8s.aws/stack': 'shop/web' }),
  'a Gateway': edits(
    loadBalancerTag('gateway.k8s.aws.alb/stack', 'shop/public'),
    groupTag('web', 'gateway.k8s.aws.alb/stack', 'shop/public'),
    groupTag('web', 'gateway.k8s.aws.alb/resource', 'shop/public:shop-web:HTTPRoute-shop-api:80'),
  ),
  'a Gateway whose routes are not known': tagged({ 'gateway.k8s.aws.alb/stack': 'shop/public' }),
  'a Gateway without a namespace': tagged({ 'gateway.k8s.aws.alb/stack': 'public' }),
  'names that cannot be shown': tagged({ 'ingress.k8s.aws/stack': '\u202e/\u202e' }),
  'a Gateway that cannot be shown': tagged({ 'gateway.k8s.aws.alb/stack': '\u202e/\u202e' }),
  'a cluster': tagged({ 'elbv2.k8s.aws/cluster': 'prod' }),
  Terraform: changedWith('APN/1.0 HashiCorp/1.0 Terraform/1.9.0'),
  Pulumi: changedWith('pulumi/3.1'),
  'ECS Express Mode': ecsService({ ownsLoadBalancer: true }),
};

const ROUTING = 'target_group_health.unhealthy_state_routing.minimum_healthy_targets.count';

/** Attributes of each kind, with the values that are to be set; the first is of the load balancer. */
const CHANGES = [
  [LOAD_BALANCER_ARN, 'idle_timeout.timeout_seconds', '68'],
  [LOAD_BALANCER_ARN, 'routing.http.desync_mitigation_mode', 'off "now"'],
  [groupArn('web'), 'deregistration_delay.timeout_seconds', '60'],
  [groupArn('web'), 'lambda.multi_value_headers.enabled', 'true'],
  [groupArn('web'), ROUTING, '2'],
  [groupArn('web'), 'stickiness.enabled', 'FALSE'],
] as const;

function ownedText(edit: Edit): string {
  const bundle = bundleWith(group('web'), edit);
  const written = CHANGES.map(([arn, key, after]) => ({
    key,
    ...writtenChange(bundle, { arn, key, before: '1', after }),
  }));
  const notes = new Set(written.map(({ note }) => note));
  const parts = written.map(({ key, place, commands }) =>
    [`* ${key}${place}`, ...commands.map((line) => `| ${line}`)].join('\n'),
  );
  const [web] = bundle.targetGroups;
  return [...notes, ...parts, '* HTTPS', ...(web ? protocolLines(bundle, web, 'HTTPS') : [])].join('\n');
}

/** Where an attribute is changed, by who keeps it. */
export const OWNED = Object.fromEntries(
  Object.entries(OWNERS).map(([name, edit]) => [`settings that ${name} keeps`, () => ownedText(edit)]),
);
