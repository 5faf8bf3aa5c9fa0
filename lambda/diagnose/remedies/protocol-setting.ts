import type { EvidenceBundle, TargetGroup } from '../../model/evidence.ts';
import { printable } from './command.ts';
import { ownerOfTargetGroup } from './owners.ts';

/** How the protocol of a group is written where its owner keeps it; empty where no owner is known. */
export function protocolLines(
  bundle: EvidenceBundle,
  group: TargetGroup,
  protocol: 'HTTP' | 'HTTPS',
): readonly string[] {
  const owner = ownerOfTargetGroup(bundle, group);
  const name = printable(group.name);
  switch (owner.kind) {
    case 'cloudformation': {
      const id = printable(owner.logicalId ?? name);
      return owner.made === 'AWS CDK'
        ? [`// the ApplicationTargetGroup that becomes ${id}:`, `protocol: ApplicationProtocol.${protocol},`]
        : [
            `# stack ${printable(owner.stack)}, resource ${id}; without a Name, or with a new one:`,
            `Protocol: ${protocol}`,
          ];
    }
    case 'kubernetes':
      return owner.object?.kind === 'Gateway'
        ? ['# its TargetGroupConfiguration, spec.defaultConfiguration:', `protocol: ${protocol}`]
        : [
            '# its Ingress or Service, an annotation:',
            `alb.ingress.kubernetes.io/backend-protocol: ${protocol}`,
          ];
    case 'terraform':
      return [
        `# aws_lb_target_group of ${name}, with name_prefix and create_before_destroy:`,
        `protocol = "${protocol}"`,
      ];
    case 'ecs':
    case 'unknown':
      return [];
  }
}
