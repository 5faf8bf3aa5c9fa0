import type { EvidenceBundle } from '../../model/evidence.ts';
import { coincidenceWithin, FULL_NATS, LEAST_NATS, type Span, shareWithin } from '../changes/coincidence.ts';
import { lastFailureMs } from '../changes/registrations.ts';
import { failuresApartFromCrashes } from '../workload/crashes.ts';
import { type Rollout, rolloutsOf } from '../workload/rollouts.ts';
import { isAllEcs } from '../workload/services.ts';
import { targetStopsOf } from '../workload/target-stops.ts';
import { observation } from './observation.ts';

/** A failing minute begins before what fails in it. */
const MINUTE_MS = 60_000;

/** A rollout ends when the old targets are gone; what fails minutes later is not of it. */
const spanOf = ({ startMs, endMs }: Rollout): Span => ({
  fromMs: startMs - MINUTE_MS,
  toMs: endMs + MINUTE_MS,
});

const overlaps = ({ window }: EvidenceBundle, rollout: Rollout): boolean => {
  const { fromMs, toMs } = spanOf(rollout);
  return fromMs <= Date.parse(window.end) && toMs >= Date.parse(window.start);
};

/** Whether the 502s gather within rollouts, as ECS and Auto Scaling report them. */
export const serviceRollouts = observation({
  outcomes: [
    'service-rollout-near-failures',
    'failed-rollout-near-failures',
    'failures-apart-from-service-rollouts',
    'no-service-rollout',
  ],
  needs: { subjects: ['workload'] },
  restOnAbsence: ['no-service-rollout'],
  group: 'target-changes',
  from: 'scan',
  weights: {
    'keepalive-mismatch': [-1, -1, 0, 0],
    'requests-per-connection-limit': [0, 0, 0, 0],
    deployment: [3, 3.5, -1.5, -1.5],
    'deregistration-delay-elapsed': [2.2, 0, 0, -1.2],
    'target-crash': [0.3, 0.8, 0, 0],
    'worker-timeout': [0, 0.3, 0, 0],
    'connection-refused': [0.3, 0.8, 0, 0],
    'network-path': [0, 0, 0, 0],
    'tls-failure': [0, 0, 0, 0],
    'protocol-mismatch': [0.3, 0.5, 0, 0],
    'malformed-response': [-0.7, 0.3, 0, 0],
    'response-header-too-large': [0, 0, 0, 0],
    'lambda-target-error': [0, 0, 0, 0],
    'request-body-refused': [-0.7, 0, 0, 0],
  },
  read: (bundle) => {
    const counts = failuresApartFromCrashes(bundle);
    if (counts.failures.size === 0) return [];
    const rollouts = rolloutsOf(bundle).filter((one) => overlaps(bundle, one));
    const source = rollouts[0]?.source ?? 'DescribeServiceDeployments';
    if (rollouts.length === 0) {
      const fact = 'no service behind the load balancer was rolled out in the window';
      // Scaling in and interruptions stop targets early as well, without a rollout.
      const isQuiet = targetStopsOf(bundle).every(
        ({ reason }) => reason === 'exit' || reason === 'out-of-memory',
      );
      return isAllEcs(bundle) && isQuiet ? [{ id: 'no-service-rollout', fact, source }] : [];
    }
    const before = rollouts.filter(({ startMs }) => startMs <= lastFailureMs(bundle));
    const nats = coincidenceWithin(counts, bundle.window, before.map(spanOf));
    const [most] = before
      .map((rollout) => ({ rollout, share: shareWithin(counts.failures, [spanOf(rollout)]) }))
      .sort((left, right) => right.share - left.share);
    if (most === undefined || nats <= -LEAST_NATS) {
      const fact = `the 502s lie outside of ${rollouts.length === 1 ? rollouts[0]?.description : `${rollouts.length} rollouts`}`;
      const strength = most === undefined ? 1 : Math.min(1, -nats / FULL_NATS);
      return [{ id: 'failures-apart-from-service-rollouts', fact, source, strength }];
    }
    if (nats < LEAST_NATS) return [];
    const { description, startMs, state } = most.rollout;
    const fact = `the 502s lie within ${description} (begun at ${new Date(startMs).toISOString()})`;
    const id = state === 'failed' ? 'failed-rollout-near-failures' : 'service-rollout-near-failures';
    return [{ id, fact, source: most.rollout.source, strength: nats / FULL_NATS }];
  },
});
