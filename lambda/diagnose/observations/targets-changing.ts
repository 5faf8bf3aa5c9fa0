import { registeredTargets, targetLabel } from '../bundle/registered-targets.ts';
import { lastFailureMs } from '../changes/registrations.ts';
import { failuresApartFromCrashes } from '../workload/crashes.ts';
import { observation } from './observation.ts';

/** Targets that change now explain only failures that are as recent; later changes may be part of the fix. */
const RECENT_MS = 10 * 60_000;

/** Targets that are being registered or drained now. */
export const targetsChanging = observation({
  outcomes: ['targets-changing'],
  needs: { subjects: ['target-health'] },
  group: 'target-changes',
  from: 'scan',
  weights: {
    'keepalive-mismatch': [-0.4],
    'requests-per-connection-limit': [0],
    deployment: [2],
    'deregistration-delay-elapsed': [1],
    'target-crash': [0.3],
    'worker-timeout': [0],
    'connection-refused': [0],
    'network-path': [0],
    'tls-failure': [0],
    'protocol-mismatch': [0],
    'malformed-response': [0],
    'response-header-too-large': [0],
    'lambda-target-error': [0],
    'request-body-refused': [0],
  },
  read: (bundle) => {
    const all = registeredTargets(bundle);
    const changing = all.filter(({ target }) => target.state === 'draining' || target.state === 'initial');
    const [first] = changing;
    const isRecent = Date.parse(bundle.window.end) - lastFailureMs(bundle) <= RECENT_MS;
    if (!first || !isRecent || failuresApartFromCrashes(bundle).failures.size === 0) return [];
    const fact = `${changing.length} of ${all.length} targets are being registered or drained (${targetLabel(first)}: ${first.target.state})`;
    return [{ id: 'targets-changing', fact, source: 'DescribeTargetHealth' }];
  },
});
