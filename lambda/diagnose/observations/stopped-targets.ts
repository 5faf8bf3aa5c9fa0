import { coincidenceWithin, FULL_NATS, LEAST_NATS, type Span } from '../changes/coincidence.ts';
import { lastFailureMs, MINUTE_SLACK_MS, NOTICED_MS } from '../changes/registrations.ts';
import { failuresApartFromCrashes, stopsOfFailedTargets } from '../workload/crashes.ts';
import type { StopReason, TargetStop } from '../workload/target-stop.ts';
import { targetStopsOf } from '../workload/target-stops.ts';
import type { Observed } from './observation.ts';
import { observation } from './observation.ts';

/** A failing minute begins before what fails in it. */
const MINUTE_MS = 60_000;

const OUTCOMES = [
  { reason: 'rollout', id: 'stopped-in-rollout', leadMs: MINUTE_MS, what: 'stopped in a rollout' },
  { reason: 'scale-in', id: 'scaled-in', leadMs: MINUTE_MS, what: 'scaled in' },
  { reason: 'interruption', id: 'interrupted', leadMs: MINUTE_MS, what: 'taken back by AWS' },
  // A target stopped for failing its health checks has been failing for a while.
  { reason: 'host', id: 'host-gone', leadMs: NOTICED_MS, what: 'lost with their host' },
  { reason: 'health-check', id: 'replaced-as-unhealthy', leadMs: NOTICED_MS, what: 'replaced as unhealthy' },
] as const satisfies readonly {
  readonly reason: StopReason;
  readonly id: string;
  readonly leadMs: number;
  readonly what: string;
}[];

const spanOf = ({ fromMs, toMs }: TargetStop, leadMs: number): Span => ({
  fromMs: fromMs - leadMs,
  toMs: toMs + MINUTE_SLACK_MS,
});

/** Why the targets stopped around which the 502s gather. */
export const stoppedTargets = observation({
  outcomes: ['stopped-in-rollout', 'scaled-in', 'interrupted', 'host-gone', 'replaced-as-unhealthy'],
  needs: { subjects: ['workload'] },
  group: 'target-changes',
  from: 'scan',
  weights: {
    'keepalive-mismatch': [-1, -1, -1, -1, -0.5],
    'requests-per-connection-limit': [0, 0, 0, 0, 0],
    deployment: [2.5, 2.5, 2, 0.7, -0.3],
    'deregistration-delay-elapsed': [1.8, 2.2, 1, 0, 0],
    'target-crash': [-0.5, -0.5, 1, 2, 1.2],
    'worker-timeout': [0, 0, 0, 0, 0.7],
    'connection-refused': [0, 0, 0, 0.3, 1],
    'network-path': [0, 0, 0, 0, 0.5],
    'tls-failure': [0, 0, 0, 0, 0],
    'protocol-mismatch': [0, 0, 0, 0, 0],
    'malformed-response': [-0.7, -0.7, -0.7, -0.7, 0],
    'response-header-too-large': [0, 0, 0, 0, 0],
    'lambda-target-error': [0, 0, 0, 0, 0],
    'request-body-refused': [-0.7, -0.7, -0.7, -0.7, 0],
  },
  read: (bundle) => {
    const counts = failuresApartFromCrashes(bundle);
    const latest = lastFailureMs(bundle) + NOTICED_MS;
    const stops = stopsOfFailedTargets(bundle, targetStopsOf(bundle)).filter(
      ({ fromMs }) => fromMs <= latest,
    );
    return OUTCOMES.flatMap(({ reason, id, leadMs, what }): Observed<typeof id>[] => {
      const own = stops.filter((stop) => stop.reason === reason);
      const nats = coincidenceWithin(
        counts,
        bundle.window,
        own.map((stop) => spanOf(stop, leadMs)),
      );
      const [first] = own;
      if (first === undefined || nats < LEAST_NATS) return [];
      const fact = `the 502s gather around targets that were ${what} (${own.length} of them; ${first.description})`;
      return [{ id, fact, source: first.source, strength: nats / FULL_NATS }];
    });
  },
});
