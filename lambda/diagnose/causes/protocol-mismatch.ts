import type { CauseRow } from '../cause-row.ts';
import { describe, FROM_THEIR_NETWORK, printable } from '../remedies/command.ts';

export const protocolMismatch: CauseRow = {
  id: 'protocol-mismatch',
  advise: (bundle) =>
    bundle.targetGroups
      .filter((group) => group.targetType !== 'lambda')
      .slice(0, 3)
      .map((group) => {
        const spoken = printable(`${group.protocol ?? 'HTTP'}, ${group.protocolVersion ?? 'HTTP1'}`);
        return {
          title: `Compare what ${printable(group.name)} speaks (${spoken}) with what its targets expect`,
          why: 'protocol and version of a target group cannot be changed: make a group that speaks what the targets expect and let the listener forward to it. Side effect: the new group starts without healthy targets, so wait for them first.',
          commands: [
            FROM_THEIR_NETWORK,
            'curl -v --http1.1 http://TARGET:PORT/ ; curl -v --http2-prior-knowledge http://TARGET:PORT/ ; curl -vk https://TARGET:PORT/',
            describe('describe-target-groups', group.arn, 'TargetGroups[].[Protocol,ProtocolVersion,Port]'),
          ],
          rollback: ['let the listener forward to the group of before'],
        };
      }),
};
