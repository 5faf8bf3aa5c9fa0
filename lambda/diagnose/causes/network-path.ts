import type { CauseRow } from '../cause-row.ts';
import { ownerOfArn } from '../remedies/attribute-change.ts';
import { argument, describe, describeTargetHealth } from '../remedies/command.ts';
import { groupsWithErrors } from './connection-refused.ts';

/** A security group, network ACL or route stops the way to the targets. */
export const networkPath: CauseRow = {
  id: 'network-path',
  advise: (bundle) => {
    const region = argument('REGION', bundle.region);
    const { arn } = bundle.loadBalancer;
    return [
      {
        title: 'Check security groups, network ACLs and routes between the load balancer and its targets',
        why: 'the load balancer must reach the target port and the health-check port, and return traffic needs ports 1024-65535 open. Note the rules before you change them. Side effect: what you open is open to everything else the rule names.',
        commands: [
          describe('describe-load-balancers', arn, 'LoadBalancers[].[SecurityGroups,AvailabilityZones]'),
          ...groupsWithErrors(bundle, 'TargetConnectionErrorCount').map((group) =>
            describeTargetHealth(group.arn),
          ),
          `aws ec2 describe-network-acls --region ${region}`,
        ],
        rollback: ['# put the rule of the security group or network ACL back as it was'],
        layer: 'load-balancer',
        owner: ownerOfArn(bundle, arn).kind,
      },
    ];
  },
};
