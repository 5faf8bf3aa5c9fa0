import type { Container } from '../../lambda/model/workload.ts';
import type { Target } from '../load-balancer/target.ts';
import type { TargetGroup } from '../load-balancer/target-group.ts';
import type { ServerProcess } from '../servers/server-process.ts';

/** One of the lab's servers, and how a task definition would start it. */
export interface Program {
  readonly module: string;
  readonly settings: object;
  readonly container: Pick<Container, 'image' | 'command' | 'environment'>;
}

/** A running task: a server and its registration. */
export interface Task {
  readonly arn: string;
  readonly revision: number;
  readonly group: TargetGroup;
  readonly server: ServerProcess;
  readonly target: Target;
  readonly startedAt: number;
}

/** How the end of a task is told. */
export interface Ending {
  readonly stopCode: string;
  readonly stoppedReason: string;
  /** Of its container; null: none is told beside the exit code. */
  readonly reason: string | null;
}

/** AWS's words for the ends that the lab plays. */
export const ENDINGS = {
  scheduled: {
    stopCode: 'ServiceSchedulerInitiated',
    stoppedReason: 'Scaling activity initiated by (deployment ecs-svc/0123456789012345678)',
    reason: null,
  },
  exited: {
    stopCode: 'EssentialContainerExited',
    stoppedReason: 'Essential container in task exited',
    reason: null,
  },
  outOfMemory: {
    stopCode: 'EssentialContainerExited',
    stoppedReason: 'Essential container in task exited',
    reason: 'OutOfMemoryError: Container killed due to memory usage',
  },
} as const satisfies Readonly<Record<string, Ending>>;
