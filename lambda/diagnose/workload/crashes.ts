import type { EvidenceBundle } from '../../model/evidence.ts';
import { sum } from '../bundle/metric-view.ts';
import { coincidenceWithin, FULL_NATS, isWithin, type Span, shareWithin } from '../changes/coincidence.ts';
import { lastFailureMs, MINUTE_SLACK_MS } from '../changes/registrations.ts';
import { type Symptom, symptomOf } from '../symptom.ts';
import { loggedStops } from './logged-stops.ts';
import { ecsServicesOf } from './services.ts';
import { isStopOf, type TargetStop } from './target-stop.ts';
import { targetStopsOf } from './target-stops.ts';

/** ECS keeps stopped tasks for at least an hour (DescribeTasks), so it says nothing about failures before that. */
const ECS_HISTORY_MS = 60 * 60_000;
/**
 * A dead target is taken out by ECS within seconds and by health checks within a few intervals; until then requests
 * fail.
 */
const UNNOTICED_MS = 90_000;
/** A failing minute begins before what fails in it, and ECS notices an end some seconds after it. */
const MINUTE_MS = 60_000;
const NOTICED_AFTER_MS = 15_000;
/** The clocks of CloudTrail, ECS and CloudWatch may differ by this much. */
const CLOCKS_MS = 5_000;
/** A crash is reported only if it accounts for at least half of the failures. */
const LEAST_SHARE = 0.5;
/** Strength of crashes in the failing minutes where both are in every minute. */
const LEAST_STRENGTH = 0.5;

/** The failures within the time for which ECS keeps stopped tasks, and that time. */
export function failuresInEcsHistory(bundle: EvidenceBundle): {
  readonly counts: Pick<Symptom, 'failures' | 'requests'>;
  readonly window: EvidenceBundle['window'];
} {
  const { failures, requests } = symptomOf(bundle);
  const stops = ecsServicesOf(bundle)
    .flatMap(({ stoppedTasks }) => stoppedTasks)
    .flatMap(({ stoppingAt, stoppedAt }) => stoppingAt ?? stoppedAt ?? [])
    .map((time) => Date.parse(time) - MINUTE_SLACK_MS);
  const earliest = Math.min(Date.parse(bundle.window.end) - ECS_HISTORY_MS, ...stops);
  const startMs = Math.max(Date.parse(bundle.window.start), earliest);
  const within = (counts: ReadonlyMap<string, number>) =>
    new Map([...counts].filter(([time]) => Date.parse(time) + 60_000 > startMs));
  return {
    counts: { failures: within(failures), requests: within(requests) },
    window: { start: new Date(startMs).toISOString(), end: bundle.window.end },
  };
}

/** The stops of targets on which requests failed, by the log; all of them where no log was read whole. */
export function stopsOfFailedTargets(
  { accessLog }: EvidenceBundle,
  stops: readonly TargetStop[],
): readonly TargetStop[] {
  if (accessLog === null || accessLog.elb502 === 0 || accessLog.leftOut.length > 0) return stops;
  const targets = accessLog.targetGroups.flatMap((group) => group.targets);
  const failed = targets.filter(({ elb502 }) => elb502 > 0).map(({ target }) => target);
  return stops.filter((stop) => stop.targets.length === 0 || failed.some((target) => isStopOf(stop, target)));
}

/** The process is dead from the first moment on, however long the task takes to be gone. */
const spanOf = ({ fromMs }: TargetStop): Span => ({
  fromMs: fromMs - MINUTE_MS - NOTICED_AFTER_MS,
  toMs: fromMs + UNNOTICED_MS,
});

/** Processes that ended by themselves or were killed for memory, where most of the failures lie. */
export interface Crashes {
  readonly stops: readonly TargetStop[];
  /** 0 to 1. */
  readonly strength: number;
  readonly spans: readonly Span[];
}

const known = new WeakMap<EvidenceBundle, Crashes | null>();

/**
 * The crashes that the failures lie near, in time and, where the log tells, on these targets; null where most failures
 * lie elsewhere.
 */
export function crashesNearFailures(bundle: EvidenceBundle): Crashes | null {
  const found = known.get(bundle);
  if (found !== undefined) return found;
  const crashes = workOut(bundle);
  known.set(bundle, crashes);
  return crashes;
}

function workOut(bundle: EvidenceBundle): Crashes | null {
  const { counts, window } = failuresInEcsHistory(bundle);
  const { failures } = counts;
  const latest = lastFailureMs(bundle) + CLOCKS_MS;
  const stops = stopsOfFailedTargets(bundle, targetStopsOf(bundle))
    .filter(({ reason }) => reason === 'out-of-memory' || reason === 'exit')
    .filter(({ fromMs }) => fromMs <= latest)
    .filter((stop) => [...failures.keys()].some((time) => isWithin([spanOf(stop)], time)));
  const spans = stops.map(spanOf);
  if (shareWithin(failures, spans) < LEAST_SHARE) return null;
  const nats = coincidenceWithin(counts, window, spans);
  if (nats < 0) return null;
  const byLog = loggedStops(bundle).crashed >= LEAST_SHARE ? 1 : 0;
  const inTime = Math.max(LEAST_STRENGTH, nats / FULL_NATS);
  // Nothing is known of failures before the time for which ECS keeps stopped tasks.
  const covered = sum(failures.values()) / sum(symptomOf(bundle).failures.values());
  return {
    stops,
    spans,
    strength: Math.max(byLog, Math.min(1, inTime)) * Math.min(1, covered / LEAST_SHARE),
  };
}

/**
 * The failures that no crash accounts for. Targets come and go around a crash as they do in a rollout, so these are the
 * ones that a rollout is asked about.
 */
export function failuresApartFromCrashes(bundle: EvidenceBundle): Pick<Symptom, 'failures' | 'requests'> {
  const { failures, requests } = symptomOf(bundle);
  const spans = crashesNearFailures(bundle)?.spans ?? [];
  return {
    failures: new Map([...failures].filter(([time]) => !isWithin(spans, time))),
    requests,
  };
}
