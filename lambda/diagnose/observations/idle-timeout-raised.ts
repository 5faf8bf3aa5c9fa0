import type { Change, EvidenceBundle } from '../../model/evidence.ts';
import { changeBefore } from '../changes/change-before.ts';
import { configurationOf } from '../changes/drift.ts';
import { DEFAULT_IDLE_TIMEOUT_SECONDS } from '../keep-alive/keep-alive.ts';
import { printable } from '../remedies/command.ts';
import type { Observed } from './observation.ts';
import { observation } from './observation.ts';

const KEY = 'idle_timeout.timeout_seconds';
/** The baseline tells that it was raised, though not when. */
const BASELINE_STRENGTH = 0.6;

type Raised = Observed<'idle-timeout-raised-before'>;

/** What a change did, in words; `from` may be unknown to the trail. */
function raisedBy(bundle: EvidenceBundle, change: Change): string | null {
  const to = change.to?.[KEY];
  if (to === undefined) return null;
  const from = change.from?.[KEY] ?? bundle.baseline?.resources[change.resourceArn]?.[KEY] ?? null;
  // The trail has no value of before: without a baseline only a value above AWS's default counts as raised.
  if (Number(to) <= Number(from ?? DEFAULT_IDLE_TIMEOUT_SECONDS)) return null;
  return `${KEY} went ${from === null ? '' : `from ${printable(from)} `}to ${printable(to)}`;
}

/** Without a trail the baseline still tells that the idle timeout was raised. What the trail dates is judged by its time. */
function raisedSinceBaseline(bundle: EvidenceBundle): readonly Raised[] {
  const { arn } = bundle.loadBalancer;
  const isDated = bundle.changes.some(
    ({ resourceArn, to }) => resourceArn === arn && to?.[KEY] !== undefined,
  );
  if (isDated) return [];
  const before = bundle.baseline?.resources[arn]?.[KEY];
  const now = configurationOf(bundle)[arn]?.[KEY];
  if (before === undefined || now === undefined || Number(now) <= Number(before)) return [];
  const fact = `${KEY} is ${printable(now)}, and was ${printable(before)} when the baseline was taken`;
  return [{ id: 'idle-timeout-raised-before', fact, source: 'baseline', strength: BASELINE_STRENGTH }];
}

/** A higher idle timeout, which opens the race that was closed before. */
export const idleTimeoutRaised = observation({
  outcomes: ['idle-timeout-raised-before'],
  needs: { subjects: ['changes'] },
  group: 'keep-alive',
  from: 'scan',
  weights: {
    'keepalive-mismatch': [2.4],
    'requests-per-connection-limit': [0],
    deployment: [0],
    'deregistration-delay-elapsed': [0],
    'target-crash': [0],
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
    const found = changeBefore(bundle, (change) => raisedBy(bundle, change));
    return found === null ? raisedSinceBaseline(bundle) : [{ id: 'idle-timeout-raised-before', ...found }];
  },
});
