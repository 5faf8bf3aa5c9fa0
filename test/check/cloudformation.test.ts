// biome-ignore-all lint/suspicious/noTemplateCurlyInString: CloudFormation, Terraform and workflows write it so
import { describe, expect, test } from 'vitest';
import { lineOf, readAll } from './read.ts';

const template = (attributes: string, rest = ''): string => `Parameters:
  IdleTimeout:
    Type: Number
    Default: 75
  FromStore:
    Type: AWS::SSM::Parameter::Value<String>
    Default: /shop/idle
  Given:
    Type: Number
Mappings:
  Stage:
    test: { idle: 30 }
    production: { idle: 90 }
  Same:
    test: { idle: 45 }
    production: { idle: 45 }
Conditions:
  IsProduction: !Equals [!Ref AWS::Region, eu-central-1]
Resources:
  Alb:
    Type: AWS::ElasticLoadBalancingV2::LoadBalancer
    Properties:
      LoadBalancerAttributes:
${attributes}
${rest}`;

const attribute = (value: string): string => `        - Key: idle_timeout.timeout_seconds
          Value: ${value}`;

describe('an idle timeout', () => {
  test.each([
    ['written out', '"120"', { state: 'set', value: 120, written: 'Value: "120"' }],
    ['as a number', '120', { state: 'set', value: 120 }],
    [
      'a parameter with a default',
      '!Ref IdleTimeout',
      {
        state: 'set',
        value: 75,
        written: 'Default: 75',
        assuming: 'the parameter IdleTimeout keeps its default',
      },
    ],
    ['a parameter in Fn::Sub', '!Sub "${IdleTimeout}"', { state: 'set', value: 75 }],
    [
      'a parameter without a default',
      '!Ref Given',
      { state: 'unknown', why: 'is the parameter Given, which has no default' },
    ],
    [
      'from Parameter Store',
      '!Ref FromStore',
      { state: 'unknown', why: 'is the parameter FromStore, which is read from Parameter Store' },
    ],
    ['branches that agree', '!If [IsProduction, 90, 90]', { state: 'set', value: 90 }],
    [
      'branches that differ',
      '!If [IsProduction, "90", "30"]',
      { state: 'unknown', why: 'depends on the condition IsProduction: 90 or 30' },
    ],
    [
      'a branch that is left out',
      '!If [IsProduction, 90, !Ref AWS::NoValue]',
      { state: 'unknown', why: 'depends on the condition IsProduction: 90 or not set' },
    ],
    ['a mapping by a literal key', '!FindInMap [Stage, production, idle]', { state: 'set', value: 90 }],
    [
      'a mapping by an unknown key',
      '!FindInMap [Stage, !Ref AWS::Region, idle]',
      { state: 'unknown', why: 'is read from the mapping Stage: 30 or 90' },
    ],
    [
      'a mapping that says the same for all keys',
      '!FindInMap [Same, !Ref AWS::Region, idle]',
      { state: 'set', value: 45 },
    ],
    ['no number', 'sixty', { state: 'unknown', why: 'it is no whole number of seconds: sixty' }],
    [
      'another function',
      '!Select [0, !Split [",", "60,70"]]',
      { state: 'unknown', why: 'is made by Fn::Select' },
    ],
  ])('%s', (_case, value, expected) => {
    const { loadBalancers } = readAll({ 'a.yaml': template(attribute(value)) });
    expect(loadBalancers[0]?.idleTimeoutSeconds).toMatchObject(expected);
  });

  test('is at its line, a default where it would be written', () => {
    const text = template(attribute('"120"'));
    const at = (source: string) =>
      readAll({ 'a.yaml': source }).loadBalancers[0]?.idleTimeoutSeconds.place.line;
    expect(at(text)).toBe(lineOf(text, 'Value: "120"'));
    const byParameter = template(attribute('!Ref IdleTimeout'));
    expect(at(byParameter)).toBe(lineOf(byParameter, 'Default: 75'));
    const unsaid = template('        - { Key: routing.http2.enabled, Value: "true" }');
    expect(at(unsaid)).toBe(lineOf(unsaid, 'LoadBalancerAttributes'));
  });

  test('is spelled as the format has it', () => {
    const spelled = (path: string, text: string) => readAll({ [path]: text }).loadBalancers[0]?.idleTimeoutAs;
    const unsaid = template('        - { Key: routing.http2.enabled, Value: "true" }');
    expect(spelled('a.yaml', unsaid)).toBe('- { Key: idle_timeout.timeout_seconds, Value: "%s" }');
    expect(spelled('a.yaml', template(attribute('"120"')))).toBe('Value: "%s"');
    expect(spelled('a.yaml', template(attribute('!Ref IdleTimeout')))).toBe('Default: %s');
    const json = '{"Resources":{"A":{"Type":"AWS::ElasticLoadBalancingV2::LoadBalancer"}}}';
    expect(spelled('a.json', json)).toBe('{ "Key": "idle_timeout.timeout_seconds", "Value": "%s" }');
    expect(spelled('cdk.out/a.template.json', json)).toBe('idleTimeout: Duration.seconds(%s)');
  });
});

describe('a target group', () => {
  const group = `  Group:
    Type: AWS::ElasticLoadBalancingV2::TargetGroup
    Properties: { Protocol: HTTP, TargetType: ip }
`;
  const rule = (listener: string): string => `  Rule:
    Type: AWS::ElasticLoadBalancingV2::ListenerRule
    Properties:
      ListenerArn: ${listener}
      Actions: [{ Type: forward, TargetGroupArn: !Ref Group }]
`;
  test.each([
    [
      'whose listener is a parameter',
      rule('!Ref Given'),
      'its listener is the parameter Given, which has no default',
    ],
    [
      'whose listener is imported',
      rule('!ImportValue shop-listener'),
      'its listener is imported from another stack: shop-listener',
    ],
    ['that nothing forwards to', '', 'no listener that was read forwards to it'],
  ])('%s says so', (_case, resources, elsewhere) => {
    const { targetGroups } = readAll({ 'a.yaml': template(attribute('60'), group + resources) });
    expect(targetGroups).toMatchObject([{ loadBalancers: [], elsewhere }]);
  });

  test('is joined through what another template of its folder exports', () => {
    const front = `Resources:
  Alb: { Type: AWS::ElasticLoadBalancingV2::LoadBalancer }
  Http:
    Type: AWS::ElasticLoadBalancingV2::Listener
    Properties: { LoadBalancerArn: !Ref Alb, DefaultActions: [] }
Outputs:
  Http: { Value: !Ref Http, Export: { Name: shop-listener } }
`;
    const files = {
      'in/a.yaml': `Resources:\n${group}${rule('!ImportValue shop-listener')}`,
      'in/front.yaml': front,
    };
    expect(readAll(files).targetGroups).toMatchObject([
      { loadBalancers: ['in/front.yaml#Alb'], elsewhere: null },
    ]);
  });

  test('of a network load balancer is none of ours, nor is the load balancer', () => {
    const text = `Resources:
  Nlb: { Type: AWS::ElasticLoadBalancingV2::LoadBalancer, Properties: { Type: network } }
  Group: { Type: AWS::ElasticLoadBalancingV2::TargetGroup, Properties: { Protocol: TCP } }
`;
    expect(readAll({ 'a.yaml': text })).toMatchObject({ loadBalancers: [], targetGroups: [] });
  });
});

test('a construct of the CDK has the name a person knows, and the folder its image is built from', () => {
  const hash = 'ab'.repeat(32);
  const text = JSON.stringify({
    Resources: {
      Task1A2B: {
        Type: 'AWS::ECS::TaskDefinition',
        Properties: {
          RequiresCompatibilities: ['FARGATE'],
          ContainerDefinitions: [
            {
              Name: 'web',
              Image: { 'Fn::Sub': `\${AWS::AccountId}.dkr.ecr.\${AWS::Region}.example.com/assets:${hash}` },
            },
          ],
        },
        Metadata: { 'aws:cdk:path': 'Shop/Task/Resource' },
      },
    },
  });
  const [workload] = readAll({ 'cdk.out/Shop.template.json': text }).workloads;
  expect(workload).toMatchObject({ name: 'Shop/Task', format: 'CDK', launchType: 'fargate' });
  expect(workload?.containers).toMatchObject([{ image: null, builtFrom: `cdk.out/asset.${hash}` }]);
});

test('a variable that could be secret is left out', () => {
  const text = `Resources:
  Task:
    Type: AWS::ECS::TaskDefinition
    Properties:
      ContainerDefinitions:
        - Name: web
          Command: [serve, --password, hunter22, --token=abcdef]
          Environment: [{ Name: DB_PASSWORD, Value: hunter22 }, { Name: PORT, Value: 80 }]
`;
  const facts = readAll({ 'a.yaml': text });
  expect(facts.workloads[0]?.containers[0]?.environment).toEqual({ PORT: '80' });
  expect(JSON.stringify(facts)).not.toMatch(/hunter22|abcdef/);
});

test('a task definition that is elsewhere is said', () => {
  const text = `Resources:
  Service:
    Type: AWS::ECS::Service
    Properties: { TaskDefinition: !ImportValue shop-task }
`;
  expect(readAll({ 'a.yaml': text }).unread).toEqual([
    {
      place: { file: 'a.yaml', line: 4 },
      what: 'containers of Service',
      why: 'its task definition is imported from another stack: shop-task',
    },
  ]);
});

describe('an ECS task definition as a file', () => {
  const definition = {
    family: 'shop',
    requiresCompatibilities: ['FARGATE'],
    containerDefinitions: [
      { name: 'web', image: 'shop:1', stopTimeout: 90, portMappings: [{ containerPort: 80 }] },
    ],
  };
  test.each([
    ['to be registered', definition],
    ['as describe-task-definition prints it', { taskDefinition: definition, tags: [] }],
  ])('%s', (_case, value) => {
    const text = JSON.stringify(value, null, 2);
    expect(readAll({ 'ecs/task.json': text }).workloads).toMatchObject([
      {
        name: 'task definition shop',
        launchType: 'fargate',
        containers: [
          {
            stopTimeoutSeconds: { state: 'set', value: 90, place: { line: lineOf(text, '"stopTimeout"') } },
            ports: [80],
          },
        ],
      },
    ]);
  });
});

test('a nested stack that is given parameters is said not to be followed', () => {
  const nested = (rest: string): string =>
    `Resources:\n  Front:\n    Type: AWS::CloudFormation::Stack\n    Properties:\n      TemplateURL: front.yaml\n${rest}`;
  const given = nested('      Parameters:\n        IdleTimeout: 120\n');
  expect(readAll({ 'a.yaml': given, 'b.yaml': nested('') }).unread).toEqual([
    {
      place: { file: 'a.yaml', line: 6 },
      what: 'nested stack Front',
      why: 'the parameters that it is given are not followed into its template',
    },
  ]);
});
