// biome-ignore-all lint/suspicious/noTemplateCurlyInString: CloudFormation, Terraform and workflows write it so
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { prepareReaders, readAll } from './read.ts';

const TIMEOUT = 120_000;

beforeAll(prepareReaders, TIMEOUT);

const bomb = (): string => {
  const levels = Array.from({ length: 40 }, (_, level) =>
    level === 0 ? 'a0: &a0 [x, x]' : `a${level}: &a${level} [*a${level - 1}, *a${level - 1}]`,
  );
  return levels.join('\n');
};

describe('files of other kinds', () => {
  test.each([
    [
      'a workflow',
      '.github/workflows/ci.yml',
      'on: push\njobs: { a: { steps: [{ run: "echo ${{ secrets.A }}" }] } }\n',
    ],
    ['a broken YAML file', 'a.yaml', 'a: [b\nc: }'],
    ['settings of an editor', 'settings.json', '{ // comment\n "a": 1, }'],
    ['a broken JSON file', 'a.json', '{"a": '],
    ['Terraform without load balancers', 'a.tf', 'resource "aws_s3_bucket" "a" {\n  bucket = "b"\n}\n'],
    ['broken Terraform without load balancers', 'a.tf', 'resource "aws_s3_bucket" {{{'],
    ['a template of other resources', 'b.yaml', 'Resources:\n  B: { Type: AWS::S3::Bucket }\n'],
    ['a manifest of other kinds', 'c.yaml', 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\n'],
    ['a document about templates', 'd.yaml', 'text: "AWS::ECS::Service has Resources: none"\n'],
    ['an empty file', 'e.yaml', ''],
  ])('make no noise: %s', (_case, path, text) => {
    expect(readAll({ [path]: text })).toMatchObject({
      loadBalancers: [],
      targetGroups: [],
      workloads: [],
      unread: [],
    });
  });
});

describe('broken files of our kinds', () => {
  test.each([
    [
      'CloudFormation',
      'a.yaml',
      'Resources:\n  Alb:\n    Type: AWS::ElasticLoadBalancingV2::LoadBalancer\n    Properties: {a: [}\n',
      4,
    ],
    [
      'CloudFormation as JSON',
      'a.json',
      '{"Resources": {\n"A": {"Type": "AWS::ECS::Service",\n"Properties": {]}}\n',
      3,
    ],
    [
      'Terraform',
      'a.tf',
      'resource "aws_lb" "a" {\n  idle_timeout = 60\n}\nresource "aws_lb" "b" {\n  idle_timeout = = 5\n}\n',
      5,
    ],
    [
      'a Terraform plan',
      'plan.json',
      '{"planned_values": {"root_module": {"resources": [{"type": "aws_lb"\n',
      2,
    ],
    ['Kubernetes', 'k.yaml', 'apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: [}\n', 3],
    ['a task definition', 't.json', '{"family": "a",\n"containerDefinitions": [{]\n', 2],
  ])('say so with their line: %s', (_case, path, text, line) => {
    const { unread } = readAll({ [path]: text });
    expect(unread).toHaveLength(1);
    expect(unread[0]?.place).toEqual({ file: path, line });
    expect(unread[0]?.why).not.toBe('');
  });
});

describe('hostile files', () => {
  test(
    'neither hang nor explode',
    () => {
      const resources =
        'Resources:\n  A: { Type: AWS::ECS::TaskDefinition, Properties: { ContainerDefinitions: *a39 } }\n';
      const deep = 100_000;
      const files = {
        'bomb.yaml': `${bomb()}\n${resources}`,
        'merge.yaml': `a0: &a0 { k: 1 }\n${Array.from({ length: 200 }, (_, n) => `a${n + 1}: &a${n + 1} { <<: [${`*a${n}, `.repeat(50)}], k${n}: 1 }`).join('\n')}\n${resources.replace('*a39', '*a200')}`,
        'deep.yaml': `Resources: { A: { Type: AWS::ECS::Service } }\nx: ${'['.repeat(deep)}${']'.repeat(deep)}`,
        'deep.json': `{"Resources": {"A": {"Type": "AWS::ECS::Service"}}, "x": ${'['.repeat(deep)}${']'.repeat(deep)}}`,
        'deep.tf': `resource "aws_lb" "a" {\n  name = ${'['.repeat(3000)}${']'.repeat(3000)}\n}\n`,
        'long.tf': `resource "aws_lb" "a" {}\n${'# x\n'.repeat(500_000)}`,
        'loop/main.tf':
          'module "a" {\n  source = "./"\n  b = var.b\n}\nvariable "b" {}\nresource "aws_lb" "a" {\n  idle_timeout = var.b\n}\n',
        'long.yaml': `apiVersion: v1\nkind: Service\nmetadata: { name: a }\n${'# x\n'.repeat(1_500_000)}`,
      };
      const { unread } = readAll(files);
      expect(unread.map(({ place }) => place.file)).toEqual(
        expect.arrayContaining(['deep.json', 'deep.yaml', 'long.tf']),
      );
    },
    TIMEOUT,
  );

  test(
    'of 50 MB are read or refused',
    () => {
      const filler = `"filler": [${'{"a": [1, 2, 3], "b": "text"},'.repeat(1_600_000)}0]`;
      const plan = `{"planned_values": {"root_module": {"resources": [{"address": "aws_lb.a", "mode": "managed", "type": "aws_lb", "values": {}}]}}, ${filler}}`;
      expect(plan.length).toBeGreaterThan(48_000_000);
      expect(readAll({ 'plan.json': plan }).loadBalancers).toMatchObject([{ name: 'aws_lb.a' }]);
    },
    TIMEOUT,
  );

  test('have names of JavaScript for keys', () => {
    const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty'];
    const containers = `[{ Name: __proto__, Environment: [${names.map((name) => `{ Name: ${name}, Value: a }`).join(', ')}] }]`;
    const text = `Parameters: { __proto__: { Default: 5 } }\nResources:\n${names
      .map(
        (name) =>
          `  ${name}: { Type: AWS::ECS::TaskDefinition, Properties: { ContainerDefinitions: ${containers} } }\n`,
      )
      .join(
        '',
      )}  Alb:\n    Type: AWS::ElasticLoadBalancingV2::LoadBalancer\n    Properties: { LoadBalancerAttributes: [{ Key: idle_timeout.timeout_seconds, Value: !Ref toString }] }\n`;
    const facts = readAll({ 'a.yaml': text });
    expect(facts.workloads.map(({ name }) => name)).toEqual(names);
    expect(Object.keys(facts.workloads[0]?.containers[0]?.environment ?? {})).toEqual(names);
    expect(Object.getPrototypeOf(facts.workloads[0]?.containers[0]?.environment)).toBe(Object.prototype);
  });

  test(
    'whatever is cut or changed in a file, reading it ends without an error',
    () => {
      const sources: readonly (readonly [string, string])[] = [
        [
          'a.yaml',
          'Resources:\n  A:\n    Type: AWS::ElasticLoadBalancingV2::TargetGroup\n    Properties: { Port: !If [a, 1, !Sub "${B}"] }\n',
        ],
        [
          'a.tf',
          'resource "aws_lb" "a" {\n  idle_timeout = var.a["b"][0].*.c\n  dynamic "x" {\n    for_each = { a = 1 }\n    content {\n      y = "${x.value}-${each.key}"\n    }\n  }\n}\n',
        ],
        [
          'k.yaml',
          'apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: { name: a }\nspec: { ingressClassName: alb, rules: [{ http: { paths: [{ backend: { service: { name: a } } }] } }] }\n',
        ],
        [
          'p.json',
          '{"planned_values":{"root_module":{"resources":[{"address":"aws_lb.a","type":"aws_lb","values":{"idle_timeout":60}}]}}}',
        ],
      ];
      fc.assert(
        fc.property(
          fc.constantFrom(...sources),
          fc.nat(400),
          fc.nat(20),
          fc.string({ maxLength: 6 }),
          ([path, text], at, length, put) => {
            readAll({ [path]: text.slice(0, at) + put + text.slice(at + length) });
          },
        ),
        { numRuns: 150 },
      );
    },
    TIMEOUT,
  );
});
