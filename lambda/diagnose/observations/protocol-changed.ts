import type { Change, EvidenceBundle } from '../../model/evidence.ts';
import { changeBefore } from '../changes/change-before.ts';
import {
  changesProtocol,
  FORWARD,
  type ForwardedGroup,
  forwardedGroups,
  shiftText,
  trafficShiftsOf,
} from '../changes/traffic-shifts.ts';
import { observation } from './observation.ts';

/** Where a change sends requests, if that is to targets in another protocol than before; null where it is not. */
function spokenOtherwise(bundle: EvidenceBundle, change: Change): readonly ForwardedGroup[] | null {
  const { eventName, resourceArn } = change;
  if (eventName === 'CreateTargetGroup') {
    const isServing = bundle.targetGroups.some(
      ({ arn, serving }) => arn === resourceArn && serving !== false,
    );
    const after = [{ arn: resourceArn, weight: 1 }];
    return isServing && changesProtocol(bundle, { before: null, after }) ? after : null;
  }
  const after = forwardedGroups(change.to?.[FORWARD]);
  if (eventName === 'CreateRule') return changesProtocol(bundle, { before: null, after }) ? after : null;
  const shift = trafficShiftsOf(bundle.changes).find((one) => one.change === change);
  return shift !== undefined && changesProtocol(bundle, shift) ? after : null;
}

/** A change by which requests come to targets in another protocol, or another version of it. */
export const protocolChanged = observation({
  outcomes: ['protocol-changed-before'],
  needs: { subjects: ['changes'] },
  group: 'configuration',
  from: 'scan',
  weights: {
    'keepalive-mismatch': [0],
    'requests-per-connection-limit': [0],
    deployment: [0],
    'deregistration-delay-elapsed': [0],
    'target-crash': [0],
    'worker-timeout': [0],
    'connection-refused': [0],
    'network-path': [0],
    'tls-failure': [1.2],
    'protocol-mismatch': [2.8],
    'malformed-response': [0],
    'response-header-too-large': [0],
    'lambda-target-error': [0],
    'request-body-refused': [0],
  },
  read: (bundle) => {
    const found = changeBefore(bundle, (change) => {
      const after = spokenOtherwise(bundle, change);
      if (after === null) return null;
      return `${shiftText(bundle, { change, before: null, after })}, which are spoken to in another protocol`;
    });
    return found === null ? [] : [{ id: 'protocol-changed-before', ...found }];
  },
});
