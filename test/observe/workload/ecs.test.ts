import type { ContainerDefinition } from '@aws-sdk/client-ecs';
import { describe, expect, test } from 'vitest';
import { WORKLOAD_CALLS } from '../../../lambda/cost/workload-calls.ts';
import type { EvidenceBundle } from '../../../lambda/model/evidence.ts';
import type { Workload } from '../../../lambda/model/workload.ts';
import type { ReadWorkloads } from '../../../lambda/observe/workload/workload-question.ts';
import { workloadsOnDemand } from '../../../lambda/observe/workloads-on-demand.ts';
import type { FaultRule } from '../../aws-faults.ts';
import { faultsInAnswers } from '../../strict-aws/judge-answers.ts';
import { forwardTo } from '../moto-fleet.ts';
import { dimensionOf, observedAws, requestFor, start } from '../observed-aws.ts';
import { type MotoEcs, motoEcs } from './moto-workloads.ts';
import { DEPLOYMENT, RECORDED } from './recorded-answers.ts';

const PASSWORD = 'hunter2hunter2';
const COMMAND = ['gunicorn', 'shop:app', '--keep-alive', '75', '--bind', '0.0.0.0:8080'];

/** What a team may have in a task definition that nobody else is to see. */
const SECRETS = [
  's3cr3t-of-shop',
  PASSWORD,
  'AKIAIOSFODNN7EXAMPLE',
  'postgres-pass-1',
  'correcthorse',
  'aHVudGVyMg',
  'splunk-t0ken',
  'label-s3cret',
] as const;

const CONTAINERS: readonly ContainerDefinition[] = [
  {
    name: 'web',
    image: 'registry.example.com/shop:1.4',
    essential: true,
    cpu: 256,
    memory: 512,
    portMappings: [{ containerPort: 8080, hostPort: 8080 }],
    entryPoint: ['sh', '-c', `DB_PASSWORD=${SECRETS[0]} exec "$@"`],
    command: [...COMMAND, '--statsd-password', PASSWORD],
    environment: [
      { name: 'GUNICORN_CMD_ARGS', value: `--timeout 30 --proxy-password ${PASSWORD}` },
      { name: 'PYTHON_VERSION', value: '3.12.4' },
      { name: 'SHOP_THEME', value: 'never-read' },
      { name: 'AWS_ACCESS_KEY_ID', value: SECRETS[2] },
      { name: 'DATABASE_URL', value: `postgres://shop:${SECRETS[3]}@db/shop` },
    ],
    healthCheck: { command: ['CMD-SHELL', `curl -f -u probe:${PASSWORD} http://localhost:8080/health`] },
    stopTimeout: 90,
  },
  {
    ...{ name: 'log-router', image: 'fluent-bit:3', essential: false, cpu: 64, memory: 64, portMappings: [] },
    ...{ entryPoint: ['sh', '-c', `echo ${SECRETS[4]} > /etc/pw; echo ${SECRETS[5]}== | base64 -d`] },
    logConfiguration: { logDriver: 'splunk', options: { 'splunk-token': SECRETS[6] } },
    dockerLabels: { note: SECRETS[7] },
  },
];

interface Shop {
  readonly loadBalancerArn: string;
  readonly targetGroupArn: string;
  readonly ecs: MotoEcs;
  readonly definition: string;
}

const aws = observedAws();

/** A load balancer before a service of two containers; with 502s if it is to fail. */
async function shopNamed(name: string, failures: readonly (number | null)[] = []): Promise<Shop> {
  const { fleet, moto } = aws();
  const loadBalancerArn = await fleet.loadBalancer({ name, idleTimeoutSeconds: 60 });
  const targetGroupArn = await fleet.targetGroup({ name, targets: ['10.9.0.5'] });
  await fleet.listener(loadBalancerArn, 80, forwardTo(targetGroupArn));
  const dimensions = { LoadBalancer: dimensionOf(loadBalancerArn) };
  await fleet.metric('RequestCount', dimensions, start, [500, 500, 500]);
  if (failures.length > 0) await fleet.metric('HTTPCode_ELB_502_Count', dimensions, start, failures);
  const ecs = await motoEcs(moto, `cluster-of-${name}`);
  const definition = await ecs.taskDefinition(name, CONTAINERS);
  await ecs.service({ name, taskDefinition: definition, targetGroupArn, containerName: 'web' });
  return { loadBalancerArn, targetGroupArn, ecs, definition };
}

const reader = (): ReadWorkloads =>
  workloadsOnDemand({
    client: { ...aws().proxy.client, maxAttempts: 2 },
    sharing: { processes: 1, sweeping: 1 },
    maxListingMs: 60_000,
    store: null,
  });

const observed = (shop: Shop, workloads: ReadWorkloads = reader()): Promise<EvidenceBundle> =>
  aws().bundleOf(requestFor(shop.loadBalancerArn, { workloads }));

const workloadOf = ({ targetGroups }: EvidenceBundle): Workload | undefined => targetGroups[0]?.workload;
const workloadGaps = ({ gaps }: EvidenceBundle) => gaps.filter(({ subject }) => subject === 'workload');

const ecsCalls = (): string[] =>
  aws()
    .proxy.calls.filter(({ service }) => service === 'ecs')
    .map(({ action }) => action);

const recorded: readonly FaultRule[] = RECORDED.map(([action, answer]) => ({
  action,
  fault: { answer: () => answer },
}));

describe('an ECS service behind a target group', () => {
  test('without 502s is what it is made of, and costs the list and two calls; the next look costs one', async () => {
    const shop = await shopNamed('quiet');
    const workloads = reader();
    const { ecsService } = workloadOf(await observed(shop, workloads)) ?? {};
    expect(ecsService).toMatchObject({
      clusterArn: shop.ecs.clusterArn,
      serviceName: 'quiet',
      taskDefinition: 'quiet:1',
      launchType: 'FARGATE',
      deploymentController: 'ECS',
      ownsLoadBalancer: false,
      events: [],
      stoppedTasks: [],
      containers: [
        {
          name: 'web',
          image: 'registry.example.com/shop:1.4',
          command: [...COMMAND, '--statsd-password', '***'],
          environment: { GUNICORN_CMD_ARGS: '--timeout 30 --proxy-password ***', PYTHON_VERSION: '3.12.4' },
          essential: true,
          servesTargetGroup: true,
          stopTimeoutSeconds: 90,
        },
        { name: 'log-router', servesTargetGroup: false, command: null, environment: {} },
      ],
    });
    expect(ecsCalls().at(0)).toBe('ListClusters');
    expect(ecsCalls().filter((action) => !/^List|^DescribeServices$/.test(action))).toEqual([
      'DescribeTaskDefinition',
    ]);
    aws().proxy.reset();
    expect(workloadOf(await observed(shop, workloads))?.ecsService?.containers).toEqual(
      ecsService?.containers,
    );
    expect(ecsCalls()).toEqual(['DescribeServices']);
    expect(ecsCalls()).toHaveLength(WORKLOAD_CALLS.ecsQuiet);
  });

  test('with 502s has its deployments, newest first, and the revisions before and after', async () => {
    const shop = await shopNamed('rolled-back', [3]);
    aws().proxy.reset(recorded);
    const bundle = await observed(shop);
    expect(workloadGaps(bundle)).toEqual([]);
    expect(workloadOf(bundle)?.ecsService?.deployments).toEqual([
      {
        id: DEPLOYMENT,
        startedAt: '2026-11-20T10:10:01.000Z',
        finishedAt: '2026-11-20T10:20:00.000Z',
        status: 'ROLLBACK_SUCCESSFUL',
        strategy: 'ROLLING',
        statusReason: expect.stringContaining('circuit breaker'),
        fromTaskDefinition: 'shop:41',
        toTaskDefinition: 'shop:42',
        circuitBreakerStatus: 'TRIGGERED',
        trafficShiftedAt: null,
      },
    ]);
    const asked = aws().proxy.calls.find(({ action }) => action === 'DescribeServiceDeployments');
    expect(asked?.input()).toEqual({
      serviceDeploymentArns: [DEPLOYMENT, DEPLOYMENT.replace('QwErTy', 'AsDfGh')],
    });
  });

  test('with 502s has its stopped tasks, each with the target that it was', async () => {
    const shop = await shopNamed('crashed', [3]);
    aws().proxy.reset(recorded);
    const workloads = reader();
    await observed(shop, workloads);
    aws().proxy.reset(recorded);
    const { stoppedTasks } = workloadOf(await observed(shop, workloads))?.ecsService ?? {};
    expect(ecsCalls()).toHaveLength(WORKLOAD_CALLS.ecsFailing);
    expect(stoppedTasks).toMatchObject([
      { target: '10.0.3.7:8080', stopCode: 'UserInitiated', stoppedReason: 'restarted, password=***' },
      {
        target: 'i-0aaaaaaaaaaaaaaaa:32768',
        taskDefinition: 'shop:42',
        stopCode: 'EssentialContainerExited',
        stoppedAt: '2026-11-20T10:12:05.000Z',
        containers: [
          {
            name: 'web',
            exitCode: 137,
            reason: 'OutOfMemoryError: Container killed due to memory usage',
          },
          { name: 'log-router', exitCode: 0, reason: null },
        ],
      },
    ]);
  });

  test('finds the tasks that moto stopped by their own addresses', async () => {
    const shop = await shopNamed('stopped', [3]);
    const task = await shop.ecs.stoppedTask(shop.definition, 'scaled in');
    const { stoppedTasks = [] } = workloadOf(await observed(shop))?.ecsService ?? {};
    const found = stoppedTasks.find(({ taskArn }) => taskArn === task);
    expect(found).toMatchObject({ taskDefinition: 'stopped:1', stoppedReason: 'scaled in' });
    expect(found?.target).toMatch(/^10\.\d+\.\d+\.\d+:8080$|^\d+\.\d+\.\d+\.\d+:8080$/);
  });

  test('is asked for no secret, and no bundle has one', async () => {
    const shop = await shopNamed('careful', [3]);
    aws().proxy.reset(recorded);
    const text = JSON.stringify(await observed(shop));
    for (const secret of [...SECRETS, 'never-read', 'SHOP_THEME']) expect(text).not.toContain(secret);
    expect(text).toContain('--keep-alive');
  });

  test('names other services in its group, where they are started otherwise', async () => {
    const shop = await shopNamed('several');
    const canary = CONTAINERS.map((one) => ({ ...one, image: one.image?.replace(/:.*/, ':2') }));
    const { targetGroupArn } = shop;
    const service = async (name: string, containers: readonly ContainerDefinition[]) =>
      shop.ecs.service({
        ...{ name, targetGroupArn, containerName: 'web' },
        taskDefinition: await shop.ecs.taskDefinition(name, containers),
      });
    await service('several-canary', canary);
    const same = await observed(shop);
    expect(workloadOf(same)?.ecsService?.otherServices).toBeUndefined();
    expect(workloadGaps(same)).toMatchObject([
      { reason: expect.stringContaining('several') },
      { what: 'what happened to the workloads' },
    ]);
    await service('several-old', [
      { ...CONTAINERS[0], command: ['uvicorn', 'shop:app'] },
      ...CONTAINERS.slice(1),
    ]);
    const { ecsService } = workloadOf(await observed(shop)) ?? {};
    const others = ['several', 'several-canary', 'several-old'].filter(
      (name) => name !== ecsService?.serviceName,
    );
    expect(ecsService?.otherServices?.length).toBeGreaterThan(0);
    expect(others).toEqual(expect.arrayContaining(ecsService?.otherServices ?? ['none']));
  });

  test.each([
    ['ListClusters', 'ecsService'],
    ['ListServices', 'ecsService'],
    ['DescribeServices', 'ecsService'],
    ['DescribeTaskDefinition', 'containers'],
    ['ListServiceDeployments', 'deployments'],
    ['DescribeServiceDeployments', 'deployments'],
    ['DescribeServiceRevisions', 'toTaskDefinition'],
    ['ListTasks', 'stoppedTasks'],
    ['DescribeTasks', 'stoppedTasks'],
    ['DescribeContainerInstances', 'target'],
  ] as const)(
    'is known without ecs:%s but for %s, and a gap names the permission once',
    async (denied, lost) => {
      const shop = await shopNamed(`denied-${denied}`.slice(0, 32).toLowerCase(), [3]);
      aws().proxy.reset([{ action: denied, fault: 'denied' }, ...recorded]);
      const bundle = await observed(shop);
      expect(workloadGaps(bundle)).toMatchObject([{ kind: 'denied', action: `ecs:${denied}` }]);
      const service = workloadOf(bundle)?.ecsService;
      const kept = {
        ecsService: service !== undefined,
        containers: (service?.containers.length ?? 0) > 0,
        deployments: service?.deployments.some(({ id }) => id === DEPLOYMENT) ?? false,
        toTaskDefinition: service?.deployments[0]?.toTaskDefinition === 'shop:42',
        stoppedTasks: (service?.stoppedTasks.length ?? 0) > 0,
        target: service?.stoppedTasks.at(1)?.target != null,
      };
      expect(kept[lost]).toBe(false);
      if (lost !== 'ecsService') expect(kept.ecsService).toBe(true);
    },
  );
});

test('the recorded answers are what the models of AWS allow', async () => {
  const { moto } = aws();
  expect(
    await faultsInAnswers(
      moto,
      RECORDED.map(([operation, answer]) => ['ecs', operation, answer]),
    ),
  ).toEqual([]);
  const wrong = { taskArns: [7], tasks: [] };
  expect(await faultsInAnswers(moto, [['ecs', 'ListTasks', wrong]])).toEqual([
    'ListTasks.taskArns[0] is no string',
    'ListTasks.tasks is unknown',
  ]);
});
