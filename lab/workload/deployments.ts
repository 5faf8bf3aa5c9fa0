import type { TargetGroup } from '../load-balancer/target-group.ts';
import type { Stage } from '../scenario.ts';
import type { EcsService } from './ecs-service.ts';
import type { Program, Task } from './task.ts';

/** How a deployment goes. */
export type Course =
  /** Nobody notices. */
  | 'good'
  /** It breaks requests until somebody sees to it. */
  | 'failing'
  /** It breaks requests, and what was before comes back. */
  | 'rolled-back';

/** What is deployed, and where. */
export interface Plan {
  readonly stage: Stage;
  readonly service: EcsService;
  readonly course: Course;
  readonly next: Program;
  readonly signal: AbortSignal;
}

/** Lab seconds between the steps of a deployment. */
const STEP_SECONDS = 40;
/** How long a broken revision is looked at before it is rolled back. */
const NOTICED_SECONDS = 100;
/** Nodes go on sending for about so long to a target that is being stopped. */
const LATE_SECONDS = 17;

/** What ECS tells at the end of a deployment that was taken back. */
const ROLLED_BACK = {
  status: 'ROLLBACK_SUCCESSFUL',
  statusReason: 'Service deployment rolled back.',
} as const;

/** Replaces the tasks of a service one by one, in one group. A failing one stops them while they still get requests. */
export async function rollingDeployment({ stage, service, course, next, signal }: Plan): Promise<void> {
  const before = service.revision;
  const [group] = service.tasks.map((task) => task.group);
  if (group === undefined) return;
  const tell = service.beginDeployment('ROLLING', before, service.revise(next));
  const ending = () => new Date(stage.clock.now()).toISOString();
  const old = [...service.tasks];
  const fresh: Task[] = [];
  for (const task of course === 'rolled-back' ? old.slice(0, 1) : old) {
    if (signal.aborted) return;
    fresh.push(await service.start(group));
    await stage.wait(STEP_SECONDS);
    if (course === 'failing') await service.stopEarly(task, LATE_SECONDS);
    else await service.stop(task);
  }
  if (course !== 'rolled-back') return tell({ status: 'SUCCESSFUL', finishedAt: ending() });
  await stage.wait(NOTICED_SECONDS);
  tell({ circuitBreakerStatus: 'TRIGGERED', status: 'ROLLBACK_IN_PROGRESS' });
  await service.start(group, before);
  await Promise.all(fresh.map((task) => service.stop(task)));
  tell({ ...ROLLED_BACK, finishedAt: ending() });
}

/** Replaces the oldest task of a service by one like it, in good order: one deployment. */
export async function replaceOldest(
  { clock }: Stage,
  service: EcsService,
  group: TargetGroup,
): Promise<void> {
  const before = service.revision;
  const [old] = service.tasks;
  const tell = service.beginDeployment('ROLLING', before, service.reviseAlike());
  await service.start(group);
  if (old !== undefined) await service.stop(old);
  tell({ status: 'SUCCESSFUL', finishedAt: new Date(clock.now()).toISOString() });
}

/** Shares of the traffic that the new group gets, one after the other. */
const SHIFTS: Readonly<Record<'BLUE_GREEN' | 'CANARY' | 'LINEAR', readonly number[]>> = {
  BLUE_GREEN: [100],
  CANARY: [10, 100],
  LINEAR: [25, 50, 75, 100],
};

/** Starts the tasks of a service anew in a second group, and shifts the traffic to it. */
export async function shiftedDeployment(
  strategy: keyof typeof SHIFTS,
  { stage, service, course, next, signal }: Plan,
  green: TargetGroup,
): Promise<void> {
  const { clock, loadBalancer } = stage;
  const before = service.revision;
  const old = [...service.tasks];
  const [blue] = old.map((task) => task.group);
  if (blue === undefined) return;
  const tell = service.beginDeployment(strategy, before, service.revise(next));
  const now = () => new Date(clock.now()).toISOString();
  const shift = (percent: number): void => {
    loadBalancer.forward([
      { group: green, weight: percent },
      { group: blue, weight: 100 - percent },
    ]);
    tell({ trafficShiftedAt: now() });
  };
  for (const _ of old) await service.start(green);
  for (const percent of course === 'rolled-back' ? SHIFTS[strategy].slice(0, 2) : SHIFTS[strategy]) {
    if (signal.aborted) return;
    shift(percent);
    await stage.wait(STEP_SECONDS);
  }
  // Tasks of before stay while the new ones prove themselves.
  if (course === 'failing') return;
  await stage.wait(NOTICED_SECONDS);
  if (course === 'rolled-back') shift(0);
  const gone = course === 'rolled-back' ? service.tasks.filter((task) => !old.includes(task)) : old;
  await Promise.all(gone.map((task) => service.stop(task)));
  tell(
    course === 'rolled-back'
      ? { ...ROLLED_BACK, finishedAt: now() }
      : { status: 'SUCCESSFUL', finishedAt: now() },
  );
}
