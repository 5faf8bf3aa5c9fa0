import type { NamedCause } from '../../model/cause.ts';
import type { EvidenceBundle } from '../../model/evidence.ts';
import type { Explanation, ExplanationKind } from '../../model/explanation.ts';
import { sum } from '../bundle/metric-view.ts';
import { shiftsBeforeLastFailure } from '../changes/shift-onset.ts';
import { isStopOf, type StopReason, type TargetStop } from './target-stop.ts';
import { targetStopsOf } from './target-stops.ts';

/** The load balancer logs a request when it ends, ECS tells of a stop when it notices it. */
const APART_MS = 60_000;

const CRASHES = new Set<StopReason>(['out-of-memory', 'exit']);
const PLANNED = new Set<StopReason>(['rollout', 'scale-in', 'interruption']);

const isOf = (stop: TargetStop, failed: { readonly at: string; readonly target: string | null }): boolean => {
  const at = Date.parse(failed.at);
  const isOfTarget = failed.target !== null && isStopOf(stop, failed.target);
  return isOfTarget && at >= stop.fromMs - APART_MS && at <= stop.toMs + APART_MS;
};

/**
 * Share of the failed requests that the log names which failed on a target as it stopped, by why it did; zeros where
 * the log names none. A crash beside an orderly stop of the same target is the crash.
 */
export function loggedStops(bundle: EvidenceBundle): { readonly crashed: number; readonly planned: number } {
  const failing = bundle.accessLog?.failingRequests ?? [];
  if (failing.length === 0) return { crashed: 0, planned: 0 };
  const stops = targetStopsOf(bundle).filter(({ targets }) => targets.length > 0);
  const count = (reasons: ReadonlySet<StopReason>, but: ReadonlySet<StopReason> = new Set()): number => {
    const of = (which: ReadonlySet<StopReason>) => stops.filter(({ reason }) => which.has(reason));
    return failing.filter(
      (one) => of(reasons).some((stop) => isOf(stop, one)) && !of(but).some((stop) => isOf(stop, one)),
    ).length;
  };
  return { crashed: count(CRASHES) / failing.length, planned: count(PLANNED, CRASHES) / failing.length };
}

/** Explanations of the log by which a target stopped, or may have: the log alone cannot say why. */
const OF_STOPS = new Set<ExplanationKind>(['target-stop', 'deregistration', 'target', 'moment']);

/**
 * What an explanation says of its causes, where ECS says why the targets stopped: a crash takes what the log gives a
 * deployment because a new target took its place, and the other way round.
 */
export function chancesGivenStops(
  bundle: EvidenceBundle,
  kind: ExplanationKind,
  chances: ReadonlyMap<NamedCause, number>,
): ReadonlyMap<NamedCause, number> {
  const { crashed, planned } = loggedStops(bundle);
  if (!OF_STOPS.has(kind) || crashed + planned === 0) return chances;
  const of = (cause: NamedCause): number => chances.get(cause) ?? 0;
  const crash = of('target-crash');
  const rollout = of('deployment');
  const delay = of('deregistration-delay-elapsed');
  const moved = new Map(chances);
  moved.set('target-crash', crash * (1 - planned) + (rollout + delay) * crashed);
  moved.set('deployment', rollout * (1 - crashed) + crash * planned);
  moved.set('deregistration-delay-elapsed', delay * (1 - crashed));
  return moved;
}

/**
 * Share of the open probability that goes to the shift, where failures keep to a group that got its traffic in the
 * window.
 */
const SHIFT_SHARE = 0.5;

/** What an explanation says of its causes, where the failures keep to a group that traffic was shifted to. */
export function chancesGivenShift(
  bundle: EvidenceBundle,
  { kind, where }: Pick<Explanation, 'kind' | 'where'>,
  chances: ReadonlyMap<NamedCause, number>,
): ReadonlyMap<NamedCause, number> {
  const isShifted = shiftsBeforeLastFailure(bundle).some(({ after }) =>
    after.some(({ arn, weight }) => arn === where.targetGroupArn && weight > 0),
  );
  if (kind !== 'target' || !isShifted) return chances;
  const open = Math.max(0, 1 - sum(chances.values()));
  return new Map(chances).set('deployment', (chances.get('deployment') ?? 0) + SHIFT_SHARE * open);
}
