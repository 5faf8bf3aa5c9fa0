import type { Change } from '../../model/evidence.ts';
import { changeBefore } from '../changes/change-before.ts';
import { printable } from '../remedies/command.ts';
import { observation } from './observation.ts';

/** Of the load balancer itself: ELB's own calls, and security groups that are its own or name one of its own. */
const OWN_EVENTS = /^(SetSecurityGroups|SetSubnets|RevokeSecurityGroup(In|E)gress|ModifySecurityGroupRules)$/;
/** No event of a network ACL names its subnets. */
const ACL_EVENTS = /^((Create|Replace|Delete)NetworkAclEntry|ReplaceNetworkAclAssociation)$/;
/** An account has several network ACLs, and this is one of them. */
const ACL_STRENGTH = 0.4;

const idOf = ({ resourceArn }: Change): string => printable(resourceArn.split('/').at(-1) ?? resourceArn);

function ownWords(change: Change): string | null {
  if (!OWN_EVENTS.test(change.eventName)) return null;
  if (change.eventName.startsWith('Set'))
    return change.eventName === 'SetSubnets'
      ? 'its subnets were changed'
      : 'its security groups were changed';
  return `rules of security group ${idOf(change)} were changed or taken out`;
}

const aclWords = (change: Change): string | null =>
  ACL_EVENTS.test(change.eventName)
    ? `network ACL ${idOf(change)} was changed, which may or may not be that of its subnets`
    : null;

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
    const own = changeBefore(bundle, ownWords);
    if (own !== null) return [{ id: 'network-changed-before', ...own }];
    const acl = changeBefore(bundle, aclWords);
    if (acl === null) return [];
    return [{ id: 'network-changed-before', ...acl, strength: acl.strength * ACL_STRENGTH }];
  },
});
