import type { CauseRow } from '../cause-row.ts';
import { describe, FROM_THEIR_NETWORK, printable } from '../remedies/command.ts';
import { groupsWithErrors } from './connection-refused.ts';

export const tlsFailure: CauseRow = {
  id: 'tls-failure',
  advise: (bundle) =>
    groupsWithErrors(bundle, 'TargetTLSNegotiationErrorCount').map((group) => {
      const port = group.targets[0]?.port ?? group.port ?? 443;
      return {
        title: `On the targets of ${printable(group.name)}: speak TLS on port ${port} with a protocol and cipher the load balancer offers`,
        why: "the load balancer does not check the certificate, so this is a server that speaks plain HTTP, an expired protocol version, or no cipher in common. The listener's security policy also decides the TLS spoken to targets. Side effect of a wider policy: clients may use older TLS too.",
        commands: [
          FROM_THEIR_NETWORK,
          `echo | openssl s_client -connect TARGET:${port} -brief`,
          describe('describe-listeners', bundle.loadBalancer.arn, 'Listeners[].[Port,SslPolicy]'),
        ],
        rollback: [
          "set the TLS configuration of the server, or the listener's SslPolicy, back to its value of before",
        ],
      };
    }),
};
