import type { OwnedAction } from '../../model/diagnosis.ts';
import type { EvidenceBundle, TargetGroup } from '../../model/evidence.ts';
import type { CauseRow } from '../cause-row.ts';
import { argument, curl, describe, FROM_THEIR_NETWORK, printable } from '../remedies/command.ts';
import { ownerOfTargetGroup, ownerOfWorkload } from '../remedies/owners.ts';
import { protocolLines } from '../remedies/protocol-setting.ts';
import { groupsWithErrors } from './connection-refused.ts';
import { targetToAsk } from './protocol-mismatch.ts';

/**
 * The load balancer sends no server name in its handshake: servers that choose a certificate by it refuse
 * (https://github.com/envoyproxy/gateway/issues/4520, https://github.com/apache/apisix/issues/11523), and a probe that
 * sends one sees nothing wrong. The man page of s_client: without -noservername it sends the host of -connect.
 */
function askForTls(bundle: EvidenceBundle, group: TargetGroup): OwnedAction {
  const { address, remark } = targetToAsk(bundle, group);
  const port = address.split(':').at(-1);
  return {
    title: `On the targets of ${printable(group.name)}: speak TLS on port ${port} to a client without SNI, with a protocol and cipher that the load balancer offers`,
    why: "the load balancer sends no server name (SNI), so a server that requires one needs a default certificate. The certificate itself is not checked. Otherwise the server speaks plain HTTP, an old protocol version, or no common cipher: the listener's security policy also decides the TLS spoken to targets. Side effect of a wider policy: clients may use older TLS too.",
    commands: [
      FROM_THEIR_NETWORK,
      ...remark,
      '# as the load balancer asks, without a server name:',
      `echo | openssl s_client -connect ${argument('TARGET', address)} -noservername -brief`,
      '# does it speak plain HTTP?',
      curl({ url: `http://${address}/`, host: null }, '', '-o /dev/null -D -'),
      describe('describe-listeners', bundle.loadBalancer.arn, 'Listeners[].[Port,SslPolicy]'),
    ],
    rollback: [
      "# set the TLS configuration of the server, or the listener's SslPolicy, back to its previous value",
    ],
    layer: 'target',
    owner: ownerOfWorkload(bundle, group),
  };
}

/** A server that speaks plain HTTP on purpose needs no certificate, only another group. */
function groupOfHttp(bundle: EvidenceBundle, group: TargetGroup): OwnedAction {
  return {
    title: `Or, if the targets of ${printable(group.name)} speak plain HTTP: give them an HTTP target group`,
    why: 'that is how most targets are reached, and simpler than TLS on each of them. The protocol of a group cannot be changed: replace it in the listener with a new group. Side effect: traffic between load balancer and targets is then not encrypted; the new group starts without healthy targets.',
    commands: [
      describe('describe-target-groups', group.arn, 'TargetGroups[].[Protocol,Port,HealthCheckProtocol]'),
      ...protocolLines(bundle, group, 'HTTP'),
    ],
    rollback: ['# point the listener back to the previous target group'],
    layer: 'load-balancer',
    owner: ownerOfTargetGroup(bundle, group).kind,
  };
}

/** The TLS handshake with the target failed. */
export const tlsFailure: CauseRow = {
  id: 'tls-failure',
  advise: (bundle) => {
    const groups = groupsWithErrors(bundle, 'TargetTLSNegotiationErrorCount');
    return groups.flatMap((group) => [
      askForTls(bundle, group),
      ...(group.protocol === 'HTTPS' ? [groupOfHttp(bundle, group)] : []),
    ]);
  },
};
