import { expect, onTestFinished, test } from 'vitest';
import { bundleOf } from '../../lab/embedded/evidence.ts';
import type { Scenario } from '../../lab/scenario.ts';
import { programOf, quietService } from '../../lab/scenarios/rolling.ts';
import { type OpenStage, openStage } from '../../lab/stage.ts';
import { replaceOldest, rollingDeployment, shiftedDeployment } from '../../lab/workload/deployments.ts';
import type { EcsService } from '../../lab/workload/ecs-service.ts';
import { ENDINGS } from '../../lab/workload/task.ts';
import { trafficShiftsOf } from '../../lambda/diagnose/changes/traffic-shifts.ts';
import { targetStopsOf } from '../../lambda/diagnose/workload/target-stops.ts';
import { type EvidenceBundle, evidenceBundleSchema } from '../../lambda/model/evidence.ts';

interface Opened {
  readonly stage: OpenStage;
  readonly service: EcsService;
  /** What an investigation would be given now. */
  readonly bundle: () => EvidenceBundle;
}

/** A service with two tasks and nothing that disturbs it; what it does is what the test asks of it. */
async function open(
  act: (opened: Parameters<Scenario['setUp']>[0], service: EcsService) => Promise<void>,
): Promise<Opened> {
  let service: EcsService | null = null;
  let acted = (_: unknown): void => {};
  const over = new Promise((resolve) => {
    acted = resolve;
  });
  const scenario: Scenario = {
    name: 'test',
    title: 'test',
    truth: null,
    needs: null,
    scale: 60,
    nodeCount: 2,
    oneWayMs: 1,
    setUp: async (stage) => {
      const group = stage.loadBalancer.addTargetGroup({
        name: 'web',
        attributes: { 'deregistration_delay.timeout_seconds': '6' },
      });
      const program = programOf(stage, {
        module: 'node-http',
        settings: { idleCloseMs: stage.clock.realMs(75) },
      });
      const own = quietService(stage, group, program);
      for (let count = 0; count < 2; count++) await own.start(group);
      service = own;
      return {
        scene: [],
        habits: () => ({ page: () => ['/'], pauseSeconds: () => 30 }),
        disturb: () => act(stage, own).then(acted),
        fix: null,
      };
    },
  };
  const stage = await openStage(scenario, { seed: 3, onCompleted: () => {} });
  onTestFinished(() => stage.close());
  stage.begin();
  await over;
  if (service === null) throw new Error('it was not set up');
  const bundle = (): EvidenceBundle => {
    const now = stage.clock.now();
    const window = { start: new Date(now - 3_600_000).toISOString(), end: new Date(now + 1).toISOString() };
    return evidenceBundleSchema.parse(
      bundleOf(stage.loadBalancer, window, { baseline: null, keepAliveFacts: [] }),
    );
  };
  return { stage, service, bundle };
}

const serviceIn = ({ targetGroups }: EvidenceBundle) => targetGroups[0]?.workload?.ecsService;
const programLike = (stage: Parameters<Scenario['setUp']>[0]) =>
  programOf(stage, { module: 'node-http', settings: { idleCloseMs: stage.clock.realMs(75) } });

test('a service tells its image, command and keep-alive, as a task definition would', async () => {
  const { bundle } = await open(async () => {});
  expect(serviceIn(bundle())).toMatchObject({
    serviceName: 'web',
    taskDefinition: 'web:1',
    containers: [{ command: ['node', 'server.js'], environment: { KEEP_ALIVE_TIMEOUT: '74000' } }],
    deployments: [],
    stoppedTasks: [],
  });
});

test('a task that is killed for memory is told with its exit code and address, and another takes its place', async () => {
  const killed: string[] = [];
  const { service, bundle } = await open(async (_, own) => {
    const [task] = own.tasks;
    if (task === undefined) return;
    killed.push(task.target.address);
    await own.lose(task, 'SIGKILL', ENDINGS.outOfMemory);
  });
  expect(serviceIn(bundle())?.stoppedTasks).toMatchObject([
    { target: killed[0], stopCode: 'EssentialContainerExited', containers: [{ exitCode: 137 }] },
  ]);
  expect(targetStopsOf(bundle()).map(({ reason }) => reason)).toEqual(['out-of-memory']);
  expect(service.tasks).toHaveLength(2);
});

test('a rolling deployment drains each task, tells it to end, and is told with its revisions', async () => {
  const { service, bundle } = await open((stage, own) => replaceOldest(stage, own, firstGroup(own)));
  expect(serviceIn(bundle())).toMatchObject({
    taskDefinition: 'web:2',
    deployments: [
      { status: 'SUCCESSFUL', strategy: 'ROLLING', fromTaskDefinition: 'web:1', toTaskDefinition: 'web:2' },
    ],
    stoppedTasks: [
      { taskDefinition: 'web:1', stopCode: 'ServiceSchedulerInitiated', containers: [{ exitCode: 0 }] },
    ],
  });
  expect(targetStopsOf(bundle()).map(({ reason }) => reason)).toEqual(['rollout']);
  expect(service.tasks).toHaveLength(2);
});

const firstGroup = ({ tasks }: EcsService) => {
  const [task] = tasks;
  if (task === undefined) throw new Error('there is no task');
  return task.group;
};

test('a deployment that the circuit breaker stops goes back to the revision of before', async () => {
  const { service, bundle } = await open((stage, own) =>
    rollingDeployment({
      stage,
      service: own,
      course: 'rolled-back',
      next: programLike(stage),
      signal: new AbortController().signal,
    }),
  );
  expect(serviceIn(bundle())).toMatchObject({
    taskDefinition: 'web:1',
    deployments: [{ status: 'ROLLBACK_SUCCESSFUL', circuitBreakerStatus: 'TRIGGERED' }],
  });
  expect(service.tasks.map(({ revision }) => revision)).toEqual([1, 1]);
});

test('a linear deployment shifts the traffic in steps that the trail tells, and the other group serves in the end', async () => {
  const { stage, bundle } = await open((opened, own) =>
    shiftedDeployment(
      'LINEAR',
      {
        stage: opened,
        service: own,
        course: 'good',
        next: programLike(opened),
        signal: new AbortController().signal,
      },
      opened.loadBalancer.addTargetGroup(
        { name: 'green', attributes: { 'deregistration_delay.timeout_seconds': '6' } },
        null,
      ),
    ),
  );
  const { changes, targetGroups } = bundle();
  const [blue, green] = stage.loadBalancer.targetGroups;
  expect(trafficShiftsOf(changes).map(({ after }) => after.map(({ arn, weight }) => [arn, weight]))).toEqual(
    [25, 50, 75, 100].map((share) => [
      [green?.arn, share],
      [blue?.arn, 100 - share],
    ]),
  );
  expect(targetGroups.map(({ serving }) => serving)).toEqual([false, true]);
});

test('requests are shared out by the weights of the groups', async () => {
  const { stage } = await open(async (opened, own) => {
    const green = opened.loadBalancer.addTargetGroup({ name: 'green' }, null);
    await own.start(green);
    opened.loadBalancer.forward([
      { group: green, weight: 1 },
      { group: firstGroup(own), weight: 3 },
    ]);
  });
  const { rules } = stage.loadBalancer;
  const names = Array.from({ length: 4000 }, () => rules.groupFor('/')?.name);
  const share = names.filter((name) => name === 'green').length / names.length;
  // Four standard deviations around a quarter.
  expect(Math.abs(share - 0.25)).toBeLessThan(0.0275);
});
