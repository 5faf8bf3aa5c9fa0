import type { EvidenceBundle, TargetGroup } from '../../model/evidence.ts';
import type { CauseRow } from '../cause-row.ts';
import { describe, FROM_THEIR_NETWORK, printable, urlArgument } from '../remedies/command.ts';
import { failedTargetOf } from '../remedies/failed-url.ts';
import { ownerOfTargetGroup } from '../remedies/owners.ts';
import { protocolLines } from '../remedies/protocol-setting.ts';

/** `ADDRESS:PORT` of a target, and a remark where it is left to fill in. */
export function targetToAsk(
  bundle: EvidenceBundle,
  group: TargetGroup,
): { readonly address: string; readonly remark: readonly string[] } {
  const registered = group.targetType === 'ip' ? group.targets[0] : undefined;
  const port = registered?.port ?? group.targets[0]?.port ?? group.port ?? 80;
  const host = registered?.id.includes(':') ? `[${registered.id}]` : registered?.id;
  const address = host === undefined ? failedTargetOf(bundle, group) : `${host}:${port}`;
  return address === null
    ? { address: `TARGET:${port}`, remark: ['# TARGET: the address of a target'] }
    : { address, remark: [] };
}

/** What a probe found the targets to speak instead. */
function spokenInstead({ responseFacts }: EvidenceBundle, group: TargetGroup): 'HTTP' | 'HTTPS' | null {
  const faults = responseFacts?.filter((fact) => fact.targetGroupArn === group.arn).map(({ fault }) => fault);
  if (faults?.includes('speaks-tls')) return 'HTTPS';
  return faults?.includes('speaks-plain-http') ? 'HTTP' : null;
}

/** The target group speaks another protocol than its targets. */
export const protocolMismatch: CauseRow = {
  id: 'protocol-mismatch',
  advise: (bundle) =>
    bundle.targetGroups
      .filter((group) => group.targetType !== 'lambda')
      .slice(0, 3)
      .map((group) => {
        const spoken = printable(`${group.protocol ?? 'HTTP'}, ${group.protocolVersion ?? 'HTTP1'}`);
        const { address, remark } = targetToAsk(bundle, group);
        const instead = spokenInstead(bundle, group);
        return {
          title: `Compare what ${printable(group.name)} speaks (${spoken}) with what its targets expect`,
          why: 'protocol and version of a target group cannot be changed: replace it in the listener with a new group that speaks what the targets expect. Give it a new name: a tool that replaces the group under the same name fails. Side effect: the new group starts without healthy targets, so wait for them first.',
          commands: [
            FROM_THEIR_NETWORK,
            ...remark,
            `curl -v --http1.1 ${urlArgument(`http://${address}/`)}`,
            `curl -v --http2-prior-knowledge ${urlArgument(`http://${address}/`)}`,
            `curl -vk ${urlArgument(`https://${address}/`)}`,
            describe('describe-target-groups', group.arn, 'TargetGroups[].[Protocol,ProtocolVersion,Port]'),
            ...(instead === null ? [] : protocolLines(bundle, group, instead)),
          ],
          rollback: ['# point the listener back to the previous target group'],
          layer: 'load-balancer',
          owner: ownerOfTargetGroup(bundle, group).kind,
        };
      }),
};
