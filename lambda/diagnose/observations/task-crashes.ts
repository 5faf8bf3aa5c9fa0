import { sum } from '../bundle/metric-view.ts';
import { symptomOf } from '../symptom.ts';
import { crashesNearFailures, failuresInEcsHistory } from '../workload/crashes.ts';
import { isAllEcs } from '../workload/services.ts';
import type { StopReason } from '../workload/target-stop.ts';
import { targetStopsOf } from '../workload/target-stops.ts';
import { observation } from './observation.ts';

const SOURCE = 'DescribeTasks';
/**
 * ECS keeps stopped tasks for about an hour: only if this share of the failures lies within it does their absence
 * count.
 */
const LEAST_COVERED = 0.8;

/**
 * Whether tasks were killed for memory or exited on their own around the failures. A process that dies in a container
 * that keeps running, such as a gunicorn worker, stops no task: absence says less than presence.
 */
export const taskCrashes = observation({
  outcomes: ['out-of-memory-kill', 'process-exit', 'no-process-exit'],
  needs: { subjects: ['workload'] },
  restOnAbsence: ['no-process-exit'],
  group: 'backend-log',
  from: 'scan',
  weights: {
    'keepalive-mismatch': [-0.5, -0.5, 0],
    'requests-per-connection-limit': [0, 0, 0],
    deployment: [0, 0.3, 0],
    'deregistration-delay-elapsed': [0, 0, 0],
    'target-crash': [5, 4, -1.2],
    'worker-timeout': [0.3, 0.3, 0],
    'connection-refused': [0.3, 1, -0.3],
    'network-path': [0, 0, 0],
    'tls-failure': [0, 0, 0],
    'protocol-mismatch': [0, 0, 0],
    'malformed-response': [-0.5, -0.5, 0],
    'response-header-too-large': [0, 0, 0],
    'lambda-target-error': [0, 0, 0],
    'request-body-refused': [-0.5, -0.5, 0],
  },
  read: (bundle) => {
    const crashes = crashesNearFailures(bundle);
    if (crashes !== null) {
      const { stops, strength } = crashes;
      const count = (reason: StopReason) => stops.filter((stop) => stop.reason === reason).length;
      const isMemory = 2 * count('out-of-memory') >= stops.length;
      const shown = stops.find(({ reason }) => reason === (isMemory ? 'out-of-memory' : 'exit')) ?? stops[0];
      const what = isMemory ? 'killed for memory' : 'ended by themselves';
      const fact = `the 502s lie near tasks that were ${what} (${stops.length} of them; ${shown?.description})`;
      return [{ id: isMemory ? 'out-of-memory-kill' : 'process-exit', fact, source: SOURCE, strength }];
    }
    const all = sum(symptomOf(bundle).failures.values());
    const covered = sum(failuresInEcsHistory(bundle).counts.failures.values());
    const isCovered = isAllEcs(bundle) && all > 0 && covered / all >= LEAST_COVERED;
    const hasCrashed = targetStopsOf(bundle).some(
      ({ reason }) => reason === 'out-of-memory' || reason === 'exit',
    );
    if (!isCovered || hasCrashed) return [];
    const fact = 'no task was killed for memory or ended by itself in the last hour';
    return [{ id: 'no-process-exit', fact, source: SOURCE }];
  },
});
