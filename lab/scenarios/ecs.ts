import type { Play, Scenario, Stage } from '../scenario.ts';
import { between, pausing } from '../traffic/habits.ts';
import { type Course, rollingDeployment, shiftedDeployment } from '../workload/deployments.ts';
import { EcsService } from '../workload/ecs-service.ts';
import { ENDINGS, type Program } from '../workload/task.ts';

/** Nearly half an hour of traffic in half a minute: a deployment must have a time before and after it. */
const FRAME = { needs: null, scale: 60, nodeCount: 6, oneWayMs: 1 } as const;
/** When what the scenario is about begins, in lab seconds. */
const BEGINS_SECONDS = 600;
const TASKS = 3;
/** Longer than any request takes, on a busy machine as well. */
const DELAY_SECONDS = '90';
/** Of the requests that a revision that is not ready gets. */
const BROKEN_SHARE = 0.5;

/** A Node server whose task definition says how long it keeps an idle connection. */
function server({ clock }: Stage, tag: string, settings: object = {}): Program {
  return {
    module: 'node-http',
    settings: { idleCloseMs: clock.realMs(75), ...settings },
    container: {
      image: `shop:${tag}`,
      command: ['node', 'server.js'],
      environment: { KEEP_ALIVE_TIMEOUT: '75000' },
    },
  };
}

const habits: Play['habits'] = () => ({
  page: (random) => Array.from({ length: 4 }, () => `/work?ms=${Math.floor(10 + random() * 80)}`),
  pauseSeconds: pausing(5, 30),
});

async function serviceOf(stage: Stage) {
  const group = stage.loadBalancer.addTargetGroup({
    name: 'web',
    attributes: { 'deregistration_delay.timeout_seconds': DELAY_SECONDS },
  });
  const service = new EcsService(stage, 'web', server(stage, '1'));
  service.serveBehind(group);
  for (let count = 0; count < TASKS; count++) await service.start(group);
  return { group, service };
}

const COURSES = {
  good: { says: 'orderly', truth: null },
  failing: { says: 'that breaks requests', truth: 'deployment' },
  'rolled-back': { says: 'that breaks requests and is rolled back', truth: 'deployment' },
} as const satisfies Readonly<Record<Course, { readonly says: string; readonly truth: Scenario['truth'] }>>;

const STRATEGIES = {
  rolling: { says: 'rolling', strategy: null },
  'blue-green': { says: 'blue/green', strategy: 'BLUE_GREEN' },
  canary: { says: 'canary', strategy: 'CANARY' },
  linear: { says: 'linear', strategy: 'LINEAR' },
} as const;

function deploymentOf(name: keyof typeof STRATEGIES, course: Course): Scenario {
  const { says, strategy } = STRATEGIES[name];
  const { truth, says: courseSays } = COURSES[course];
  return {
    ...FRAME,
    name: `${truth === null ? 'healthy-' : ''}${name}-deployment${truth === null ? '' : `-${course}`}`,
    title: `${truth === null ? 'control: ' : ''}a ${says} deployment of an ECS service ${courseSays}`,
    truth,
    setUp: async (stage) => {
      const { service } = await serviceOf(stage);
      const green =
        strategy === null
          ? null
          : stage.loadBalancer.addTargetGroup(
              { name: 'green', attributes: { 'deregistration_delay.timeout_seconds': DELAY_SECONDS } },
              null,
            );
      if (green !== null) service.serveBehind(green);
      // Rolling, the failing one breaks requests by its order; all others by a revision that is not ready.
      const isBroken = course === 'rolled-back' || (course === 'failing' && strategy !== null);
      const next = server(stage, '2', isBroken ? { destroyedShare: BROKEN_SHARE } : {});
      await service.prepare(next, TASKS);
      return {
        scene: [`${TASKS} tasks of an ECS service; a ${says} deployment of its next revision, ${courseSays}`],
        habits,
        disturb: async (signal) => {
          await stage.wait(BEGINS_SECONDS);
          const plan = { stage, service, course, next, signal };
          if (strategy === null || green === null) await rollingDeployment(plan);
          else await shiftedDeployment(strategy, plan, green);
        },
        fix: null,
      };
    },
  };
}

const names = ['rolling', 'blue-green', 'canary', 'linear'] as const;

/** Deployments of an ECS service: each strategy orderly, failing and rolled back. */
export const ecsDeployments: readonly Scenario[] = (['failing', 'rolled-back', 'good'] as const).flatMap(
  (course) => names.map((name) => deploymentOf(name, course)),
);

function memoryKills(name: string, title: string, withDeployment: boolean): Scenario {
  return {
    ...FRAME,
    name,
    title,
    truth: 'target-crash',
    setUp: async (stage) => {
      const { service } = await serviceOf(stage);
      const next = server(stage, '2');
      if (withDeployment) await service.prepare(next, TASKS);
      const deployed = async (signal: AbortSignal): Promise<void> => {
        if (withDeployment) await rollingDeployment({ stage, service, course: 'good', next, signal });
      };
      return {
        scene: [`${TASKS} tasks of an ECS service; one after the other is killed for memory and replaced`],
        habits,
        disturb: async (signal) => {
          await stage.wait(BEGINS_SECONDS);
          const deploying = deployed(signal);
          for (let turn = 0; turn < 4 && !signal.aborted; turn++) {
            await stage.wait(between(stage.random, 50, 90));
            const task = service.tasks.at(-1);
            if (task) await service.lose(task, 'SIGKILL', ENDINGS.outOfMemory);
          }
          await deploying;
        },
        fix: null,
      };
    },
  };
}

/** Tasks that the kernel kills for memory, without a deployment and beside an orderly one. */
export const memoryKillScenarios: readonly Scenario[] = [
  memoryKills('out-of-memory-kill', 'tasks of an ECS service that are killed for memory', false),
  memoryKills(
    'out-of-memory-kill-in-deployment',
    'tasks of an ECS service that are killed for memory during an orderly deployment',
    true,
  ),
];
