import { changeBefore } from '../changes/change-before.ts';
import { printable } from '../remedies/command.ts';
import { observation } from './observation.ts';

const KEY = 'deregistration_delay.timeout_seconds';

/** A shorter deregistration delay, which more requests outlive. */
export const deregistrationDelayLowered = observation({
  outcomes: ['deregistration-delay-lowered-before'],
  needs: { subjects: ['changes'] },
  group: 'configuration',
  from: 'scan',
  weights: {
    'keepalive-mismatch': [0],
    'requests-per-connection-limit': [0],
    deployment: [0],
    'deregistration-delay-elapsed': [1.8],
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
    const found = changeBefore(bundle, ({ resourceArn, from, to }) => {
      const before = from?.[KEY] ?? bundle.baseline?.resources[resourceArn]?.[KEY];
      const after = to?.[KEY];
      if (after === undefined || before === undefined || Number(after) >= Number(before)) return null;
      return `${KEY} went from ${printable(before)} to ${printable(after)}`;
    });
    return found === null ? [] : [{ id: 'deregistration-delay-lowered-before', ...found }];
  },
});
