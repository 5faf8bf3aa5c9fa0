import type { EvidenceBundle } from '../../model/evidence.ts';
import type { EcsService, StoppedTask } from '../../model/workload.ts';
import { printable } from '../remedies/command.ts';
import { instanceStopsOf } from './instance-stops.ts';
import { deploymentAt } from './rollouts.ts';
import { ecsServicesOf, targetsOfTasks } from './services.ts';
import type { StopReason, TargetStop } from './target-stop.ts';

/** How AWS describes a container that the kernel killed for memory. */
const OUT_OF_MEMORY = /\bOutOfMemory|\bout of memory\b|\bOOM(?:[- ]?killed)?\b/i;
/** Who stops a task may write any reason; of the task as a whole this is the scheduler's own. */
const TASK_OUT_OF_MEMORY = /^OutOfMemoryError\b/i;
/** A new revision that ran for longer did stay up: that it ended is no failing rollout. */
const STAYED_UP_MS = 15 * 60_000;
/** 0 is an orderly shutdown, 143 a process that SIGTERM ended (128 + 15). */
const ORDERLY_EXIT_CODES = new Set([0, 143]);

// The stop codes and reasons: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-error-codes.html
const REASONS: ReadonlyArray<readonly [pattern: RegExp, reason: StopReason]> = [
  [/failed (ELB|container) health checks|failed to .*health check|unhealthy/i, 'health-check'],
  [/Spot (Task|Instance)|Spot interruption|retire|maintenance|TerminationNotice|draining/i, 'interruption'],
  [/Host EC2 .*(terminated|stopped)|instance .*(terminated|deregist)/i, 'host'],
];
const CODES: Readonly<Record<string, StopReason>> = {
  SpotInterruption: 'interruption',
  TerminationNotice: 'interruption',
};

/** A container beside the server whose end ends nothing is killed without a request noticing it. */
function isOutOfMemory(service: EcsService, { containers, stoppedReason }: StoppedTask): boolean {
  const besides = new Set(
    service.containers
      .filter(({ essential, servesTargetGroup }) => !essential && !servesTargetGroup)
      .map(({ name }) => name),
  );
  return (
    containers.some(({ name, reason }) => !besides.has(name) && OUT_OF_MEMORY.test(reason ?? '')) ||
    TASK_OUT_OF_MEMORY.test(stoppedReason ?? '')
  );
}

/** Of the time since the deployment began, for revisions are not always told apart. */
function stayedUp(bundle: EvidenceBundle, service: EcsService, task: StoppedTask, atMs: number): boolean {
  const begun = [task.startedAt, deploymentAt(bundle, service, atMs)?.startedAt];
  const last = Math.max(...begun.flatMap((time) => (time ? Date.parse(time) : [])));
  return atMs - last > STAYED_UP_MS;
}

/** The exit code of the container that took the task along: those beside it are told to stop, or are killed. */
function exitCodeOf({ containers }: EcsService, task: StoppedTask): number | null {
  const isOf = (which: 'servesTargetGroup' | 'essential') =>
    new Set(containers.filter((one) => one[which]).map(({ name }) => name));
  const codes = (names: ReadonlySet<string> | null) =>
    task.containers.flatMap(({ name, exitCode }) =>
      exitCode !== null && (names === null || names.has(name)) ? [exitCode] : [],
    );
  const failing = (list: readonly number[]) =>
    list.find((code) => !ORDERLY_EXIT_CODES.has(code) && code !== 137);
  const [serving, essential] = [codes(isOf('servesTargetGroup')), codes(isOf('essential'))];
  return failing(serving) ?? failing(essential) ?? serving[0] ?? essential[0] ?? codes(null)[0] ?? null;
}

/** Whether a task stopped because another revision took its place, and whether it was the new one of them. */
function placeInRollout(bundle: EvidenceBundle, service: EcsService, task: StoppedTask, atMs: number) {
  const rollout = deploymentAt(bundle, service, atMs);
  if (rollout === null) {
    // Without a deployment, the revision shows it: only a rollout leaves another one in force.
    const isReplaced = service.taskDefinition !== null && service.taskDefinition !== task.taskDefinition;
    return isReplaced && service.deployments.length === 0 ? 'old' : null;
  }
  if (rollout.toTaskDefinition === null) return 'unknown';
  if (rollout.fromTaskDefinition === rollout.toTaskDefinition) return 'unknown';
  return rollout.toTaskDefinition === task.taskDefinition ? 'new' : 'old';
}

/** Why a task stopped; null where its end cannot have failed a request. */
function reasonOf(
  bundle: EvidenceBundle,
  service: EcsService,
  task: StoppedTask,
  atMs: number,
): StopReason | null {
  // It never ran, so it served nobody.
  if (task.stopCode === 'TaskFailedToStart' || task.startedAt === null) return null;
  if (isOutOfMemory(service, task)) return 'out-of-memory';
  const place = placeInRollout(bundle, service, task, atMs);
  const stoppedReason = task.stoppedReason ?? '';
  const code = exitCodeOf(service, task);
  if (task.stopCode === 'EssentialContainerExited' || /Essential container/i.test(stoppedReason)) {
    if (code === null || ORDERLY_EXIT_CODES.has(code)) return place === null ? null : 'rollout';
    // A new revision that does not stay up is a rollout that fails; what it replaces ended by itself.
    const isUnstable = place === 'new' || place === 'unknown';
    return isUnstable && !stayedUp(bundle, service, task, atMs) ? 'rollout' : 'exit';
  }
  const byCode = CODES[task.stopCode ?? ''];
  if (byCode !== undefined) return byCode;
  const named = REASONS.find(([pattern]) => pattern.test(stoppedReason))?.[1];
  if (named === 'health-check' && place === 'new') return 'rollout';
  if (named !== undefined) return named;
  if (task.stopCode !== 'ServiceSchedulerInitiated' && !/scaling activity|deployment/i.test(stoppedReason))
    return null;
  return place === null ? 'scale-in' : 'rollout';
}

/** `0a1b2c3d` of `arn:aws:ecs:...:task/shop/0a1b2c3d4e5f...`. */
const shortId = (taskArn: string): string => (taskArn.split('/').at(-1) ?? taskArn).slice(0, 8);

function describeTask(service: EcsService, task: StoppedTask): string {
  const code = exitCodeOf(service, task);
  const reason = task.containers.map((one) => one.reason ?? '').find((one) => OUT_OF_MEMORY.test(one));
  const said = [
    reason ?? task.stoppedReason ?? task.stopCode ?? '',
    code === null ? '' : `exit code ${code}`,
  ];
  const what = said.filter((part) => part !== '').map((part) => printable(part.slice(0, 120)));
  const on = task.target === null ? '' : ` (${printable(task.target)})`;
  return `task ${printable(shortId(task.taskArn))} of ${printable(task.taskDefinition)}${on}: ${what.join(', ')}`;
}

function taskStopsOf(bundle: EvidenceBundle, service: EcsService): readonly TargetStop[] {
  const targetsOf = targetsOfTasks(bundle);
  return service.stoppedTasks.flatMap((task): TargetStop[] => {
    const from = task.stoppingAt ?? task.stoppedAt;
    if (from === null) return [];
    const fromMs = Date.parse(from);
    const reason = reasonOf(bundle, service, task, fromMs);
    if (reason === null) return [];
    const toMs = Math.max(fromMs, Date.parse(task.stoppedAt ?? from));
    const description = describeTask(service, task);
    const targets = [...(targetsOf.get(task.taskArn) ?? [])];
    return [{ reason, fromMs, toMs, targets, description, source: 'DescribeTasks' }];
  });
}

/** Every target that stopped, as far as ECS and Auto Scaling report it. */
export const targetStopsOf = (bundle: EvidenceBundle): readonly TargetStop[] => [
  ...ecsServicesOf(bundle).flatMap((service) => taskStopsOf(bundle, service)),
  ...instanceStopsOf(bundle),
];
