import type { Service, TaskDefinition } from '@aws-sdk/client-ecs';
import { describe, expect, test } from 'vitest';
import { definitionOf, ecsServiceOf } from '../../../lambda/observe/workload/ecs-service.ts';
import { deploymentsOfService } from '../../../lambda/observe/workload/service-deployment.reader.ts';
import { definitionFrom } from '../../../lambda/observe/workload/task-definition.reader.ts';

const arnOf = (name: string): string =>
  `arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/${name}/73e2d6bc24d8a067`;
const WEB = arnOf('web');

const DEFINITION: TaskDefinition = {
  networkMode: 'awsvpc',
  containerDefinitions: [
    {
      name: 'app',
      image: 'shop:1',
      portMappings: [{ containerPort: 8080, name: 'http', appProtocol: 'http' }],
    },
    { name: 'envoy', image: 'envoy:1', portMappings: [{ containerPort: 9901 }] },
  ],
};

const to = (containerName: string, containerPort: number, targetGroupArn = WEB) => ({
  ...{ containerName, containerPort, targetGroupArn },
});

const connected = (
  services: NonNullable<
    NonNullable<Service['deployments']>[number]['serviceConnectConfiguration']
  >['services'],
): Service => ({
  loadBalancers: [to('app', 8080)],
  deployments: [
    { status: 'ACTIVE' },
    { status: 'PRIMARY', serviceConnectConfiguration: { enabled: true, ...(services ? { services } : {}) } },
  ],
});

const seen = (service: Service, definition: TaskDefinition = DEFINITION, arn = WEB) =>
  ecsServiceOf(service, arn, {
    definition: definitionFrom(definition),
    deployments: [],
    stoppedTasks: [],
    otherServices: [],
    eventsSince: null,
  });

const serving = (service: Service, definition?: TaskDefinition): readonly string[] =>
  seen(service, definition)
    .containers.filter(({ servesTargetGroup }) => servesTargetGroup)
    .map(({ name }) => name);

describe('the proxy of Service Connect', () => {
  test('takes what the load balancer sends to a port that it listens on', () => {
    const timeout = { idleTimeoutSeconds: 30, perRequestTimeoutSeconds: 0 };
    expect(seen(connected([{ portName: 'http', timeout }])).serviceConnect).toEqual({
      protocol: 'http',
      ...timeout,
    });
    expect(seen(connected([{ portName: 'http' }])).serviceConnect).toEqual({
      protocol: 'http',
      idleTimeoutSeconds: null,
      perRequestTimeoutSeconds: null,
    });
  });

  test('speaks TCP where the port names no protocol', () => {
    const [app, ...others] = DEFINITION.containerDefinitions ?? [];
    const bare = { ...app, portMappings: [{ containerPort: 8080, name: 'http' }] };
    const definition = { ...DEFINITION, containerDefinitions: [bare, ...others] };
    expect(seen(connected([{ portName: 'http' }]), definition).serviceConnect?.protocol).toBe('tcp');
  });

  test.each<[string, Service, TaskDefinition?]>([
    ['a service that is a client only', connected(undefined)],
    ['another port', connected([{ portName: 'metrics' }])],
    ['a port of its own for the proxy', connected([{ portName: 'http', ingressPortOverride: 15_000 }])],
    [
      'a bridge, on which the proxy has a port of its own',
      connected([{ portName: 'http' }]),
      { ...DEFINITION, networkMode: 'bridge' },
    ],
    ['no Service Connect', { loadBalancers: [to('app', 8080)] }],
  ])('takes none of it: %s', (_, service, definition) => {
    expect(seen(service, definition).serviceConnect).toBeUndefined();
  });
});

describe('the container that serves a group', () => {
  test('is the one it is registered with, in front or not', () => {
    expect(serving({ loadBalancers: [to('app', 8080), to('envoy', 9901, arnOf('other'))] })).toEqual(['app']);
  });

  test('is the proxy that the task definition sends its port through', () => {
    const definition: TaskDefinition = {
      ...DEFINITION,
      proxyConfiguration: {
        type: 'APPMESH',
        containerName: 'envoy',
        properties: [{ name: 'AppPorts', value: '8080,8081' }],
      },
    };
    expect(serving({ loadBalancers: [to('app', 8080)] }, definition)).toEqual(['envoy']);
    expect(serving({ loadBalancers: [to('app', 9090)] }, definition)).toEqual(['app']);
  });

  test('is not told of two in one group', () => {
    expect(serving({ loadBalancers: [to('app', 8080), to('envoy', 9901)] })).toEqual(['app', 'envoy']);
  });

  test('is that of the other group of a blue/green deployment by ECS itself', () => {
    const advancedConfiguration = { alternateTargetGroupArn: WEB };
    const service = { loadBalancers: [{ ...to('app', 8080, arnOf('blue')), advancedConfiguration }] };
    expect(serving(service)).toEqual(['app']);
  });
});

describe('the definition of the tasks in a group', () => {
  const set = (status: string, taskDefinition: string, name: string) => ({
    ...{ status, taskDefinition, loadBalancers: [to('app', 8080, arnOf(name))] },
  });
  const service: Service = {
    taskDefinition: 'shop:41',
    taskSets: [set('ACTIVE', 'shop:42', 'green'), set('PRIMARY', 'shop:41', 'blue')],
  };

  test('is that of the task set in it, where another controller deploys', () => {
    expect(definitionOf(service, arnOf('green'))).toBe('shop:42');
    expect(definitionOf(service, arnOf('blue'))).toBe('shop:41');
    expect(definitionOf(service, arnOf('other'))).toBe('shop:41');
  });

  test('is that of the primary one of two in it', () => {
    const both = { taskSets: [set('ACTIVE', 'shop:42', 'web'), set('PRIMARY', 'shop:43', 'web')] };
    expect(definitionOf(both, WEB)).toBe('shop:43');
    expect(definitionOf({ taskDefinition: 'shop:44' }, WEB)).toBe('shop:44');
    expect(definitionOf({}, WEB)).toBeNull();
  });
});

test('of variables that secrets and files set, known names are kept and no value', () => {
  const [container] = definitionFrom({
    containerDefinitions: [
      {
        name: 'app',
        secrets: [
          { name: 'GUNICORN_CMD_ARGS', valueFrom: 'arn:aws:ssm:eu-central-1:123456789012:parameter/args' },
          { name: 'DB_PASSWORD', valueFrom: 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:db' },
        ],
        environmentFiles: [{ type: 's3', value: 'arn:aws:s3:::bucket/shop.env' }],
      },
    ],
  }).containers;
  expect(container).toMatchObject({ variablesNotRead: ['GUNICORN_CMD_ARGS'], hasEnvironmentFiles: true });
  expect(JSON.stringify(container)).not.toMatch(/DB_PASSWORD|arn:/);
});

test('a deployment that is over lasted an hour at most, for a service is updated long after it', () => {
  const [deployment] = deploymentsOfService({
    deployments: [
      {
        id: 'ecs-svc/1',
        status: 'PRIMARY',
        rolloutState: 'COMPLETED',
        taskDefinition: 'arn:aws:ecs:eu-central-1:123456789012:task-definition/shop:42',
        createdAt: new Date('2026-11-18T10:00:00Z'),
        updatedAt: new Date('2026-11-20T10:00:00Z'),
      },
    ],
  });
  expect(deployment).toMatchObject({ finishedAt: '2026-11-18T11:00:00.000Z', status: 'COMPLETED' });
});
