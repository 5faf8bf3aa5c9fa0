import { changeBefore } from '../changes/change-before.ts';
import { observation } from './observation.ts';

const EVENTS =
  /^(SetSecurityGroups|SetSubnets|(Authorize|Revoke)SecurityGroup(In|E)gress|(Create|Replace|Delete)NetworkAclEntry)$/;

/** A change of what lets packets through to the targets. */
export const networkChanged = observation({
  outcomes: ['network-changed-before'],
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
    'connection-refused': [0.5],
    'network-path': [3],
    'tls-failure': [0],
    'protocol-mismatch': [0],
    'malformed-response': [0],
    'response-header-too-large': [0],
    'lambda-target-error': [0],
    'request-body-refused': [0],
  },
  read: (bundle) => {
    const found = changeBefore(bundle, ({ eventName }) =>
      EVENTS.test(eventName) ? 'security groups, subnets or network ACLs were changed' : null,
    );
    return found === null ? [] : [{ id: 'network-changed-before', ...found }];
  },
});
