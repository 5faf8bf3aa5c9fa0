import { describe, expect, test } from 'vitest';
import { owningObject } from '../../lambda/advice/kubernetes-tags.ts';
import { type Owner, ownerOf } from '../../lambda/advice/owner.ts';

type Tags = Readonly<Record<string, string>>;

const stack = (logicalId: string): Tags => ({
  'aws:cloudformation:stack-name': 'shop-prod',
  'aws:cloudformation:stack-id': 'arn:aws:cloudformation:eu-central-1:123456789012:stack/shop-prod/1',
  'aws:cloudformation:logical-id': logicalId,
});
const ingress = { 'elbv2.k8s.aws/cluster': 'prod', 'ingress.k8s.aws/stack': 'shop/web' };

const owner = (tags: Tags, tools: readonly string[] = [], expressService: string | null = null): Owner =>
  ownerOf({ tags, tools, expressService });

describe('the owner', () => {
  test.each<readonly [name: string, Owner, Partial<Owner>]>([
    [
      'a stack, with the logical id',
      owner(stack('LoadBalancer')),
      { kind: 'cloudformation', stack: 'shop-prod', logicalId: 'LoadBalancer', made: 'CloudFormation' },
    ],
    [
      'a logical id that ends in the hash of the CDK',
      owner(stack('ServiceLBE9A1ADBC')),
      { kind: 'cloudformation', made: 'AWS CDK' },
    ],
    [
      'the role of the CDK in the last change',
      owner(stack('LoadBalancer'), ['CloudFormation (AWS CDK)']),
      { kind: 'cloudformation', made: 'AWS CDK' },
    ],
    [
      'an environment of Elastic Beanstalk',
      owner({ ...stack('AWSEBV2LoadBalancer'), 'elasticbeanstalk:environment-name': 'shop' }),
      { kind: 'cloudformation', made: 'Elastic Beanstalk' },
    ],
    [
      'an Ingress',
      owner(ingress),
      {
        kind: 'kubernetes',
        cluster: 'prod',
        object: expect.objectContaining({ kind: 'Ingress', namespace: 'shop', name: 'web' }),
      },
    ],
    [
      'a Gateway',
      owner({ 'elbv2.k8s.aws/cluster': 'prod', 'gateway.k8s.aws.alb/stack': 'infra/public' }),
      { kind: 'kubernetes', object: expect.objectContaining({ kind: 'Gateway', namespace: 'infra' }) },
    ],
    [
      'the tag of a cluster alone',
      owner({ 'elbv2.k8s.aws/cluster': 'prod' }),
      { kind: 'kubernetes', object: null },
    ],
    ['a controller before a stack', owner({ ...stack('x'), ...ingress }), { kind: 'kubernetes' }],
    ['a stack before a tool', owner(stack('x'), ['Terraform 1.9.0']), { kind: 'cloudformation' }],
    ['Express Mode', owner({}, [], 'shop'), { kind: 'ecs', service: 'shop' }],
    [
      'the last change with Terraform',
      owner({}, ['Terraform 1.9.0']),
      { kind: 'terraform', tool: 'Terraform', because: expect.stringContaining('Terraform 1.9.0') },
    ],
    ['OpenTofu', owner({}, ['OpenTofu 1.8.0']), { kind: 'terraform', tool: 'OpenTofu' }],
    [
      'a change by hand after the one with Terraform makes no other owner',
      owner({}, ['AWS console', 'Terraform 1.9.0']),
      { kind: 'terraform' },
    ],
    [
      'a tag of the team',
      owner({ ManagedBy: 'terraform' }),
      { kind: 'terraform', because: 'the tag ManagedBy says terraform' },
    ],
    ['terraform=true', owner({ Terraform: 'true' }), { kind: 'terraform' }],
    [
      'Pulumi is named, and its words are not known',
      owner({}, ['Pulumi 3.1']),
      { kind: 'unknown', tool: 'Pulumi' },
    ],
    ['nothing is known', owner({}), { kind: 'unknown', tool: null, because: null }],
    ['a person is no owner', owner({}, ['AWS CLI 2.17']), { kind: 'unknown', tool: null }],
    ['a tag of a person is no tool', owner({ 'managed-by': 'sam' }), { kind: 'unknown', tool: null }],
    ['an empty stack name is none', owner({ 'aws:cloudformation:stack-name': '' }), { kind: 'unknown' }],
    [
      'a tag of another controller is none',
      owner({ 'kubernetes.io/cluster/prod': 'owned' }),
      { kind: 'unknown' },
    ],
  ])('%s', (_, found, expected) => {
    expect(found).toMatchObject(expected);
  });
});

describe('the object of Kubernetes', () => {
  const of = (prefix: string, stackId: string, resource: string) =>
    owningObject({ [`${prefix}/stack`]: stackId, [`${prefix}/resource`]: resource });

  test.each([
    ['ingress.k8s.aws', 'shop/web', 'LoadBalancer', 'Ingress', 'shop', 'web', null],
    ['ingress.k8s.aws', 'shop/web', 'shop/web-api-server:80', 'Ingress', 'shop', 'web', 'shop/api-server:80'],
    ['ingress.k8s.aws', 'shop/web', 'shop/webs-api:80', 'Ingress', 'shop', 'web', null],
    // Of a group, names with hyphens cannot be told apart.
    ['ingress.k8s.aws', 'public', 'shop/web-api-server:80', 'IngressGroup', null, 'public', null],
    ['service.k8s.aws', 'shop/api', 'shop/api:443', 'Service', 'shop', 'api', 'shop/api:443'],
    [
      'gateway.k8s.aws.alb',
      'shop/public',
      'shop/public:shop-web:HTTPRoute-shop-api:8080',
      'Gateway',
      'shop',
      'public',
      'shop/api:8080',
    ],
    [
      'gateway.k8s.aws.alb',
      'infra/public',
      'infra/public:shop-web:HTTPRoute-shop-api:8080',
      'Gateway',
      'infra',
      'public',
      null,
    ],
  ] as const)('%s/stack=%s, resource=%s', (prefix, stackId, resource, kind, namespace, name, service) => {
    const found = of(prefix, stackId, resource);
    expect(found).toMatchObject({ kind, namespace, name });
    const told = found?.service;
    expect(told ? `${told.namespace}/${told.name}:${told.port}` : null).toBe(service);
  });

  test('is none without its tags', () => {
    expect(owningObject({ 'elbv2.k8s.aws/cluster': 'prod', Name: 'x' })).toBeNull();
  });
});
