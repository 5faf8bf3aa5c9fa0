import type { EvidenceBundle, TargetGroup } from '../../model/evidence.ts';
import { argument, printable } from './command.ts';
import { ownerOfTargetGroup } from './owners.ts';

/** The object of Kubernetes behind a target group, as far as the tags name it. */
export interface KubernetesBackend {
  /** For a title: `Ingress shop/web`; the target group where no object is known. */
  readonly text: string;
  /** null where it is not known. */
  readonly namespace: string | null;
  readonly service: string | null;
}

/** What of Kubernetes is behind a target group; null where nothing says that it is Kubernetes. */
export function kubernetesBehind(bundle: EvidenceBundle, group: TargetGroup): KubernetesBackend | null {
  const owner = ownerOfTargetGroup(bundle, group);
  const found = group.workload?.kubernetes;
  const object = owner.kind === 'kubernetes' ? owner.object : null;
  if (found === undefined && owner.kind !== 'kubernetes') return null;
  const kind = object?.kind ?? found?.kind;
  const name = object?.name ?? found?.name;
  const namespace = object?.service?.namespace ?? object?.namespace ?? found?.namespace ?? null;
  const place = namespace === null ? (name ?? '') : `${namespace}/${name ?? ''}`;
  return {
    text: kind === undefined ? `target group ${printable(group.name)}` : `${kind} ${printable(place)}`,
    namespace,
    service:
      object?.service?.name ?? (kind === 'Service' ? (name ?? null) : serviceIn(found?.backend ?? null)),
  };
}

/** `web` of `web:80`. */
const serviceIn = (backend: string | null): string | null => backend?.split(':')[0] ?? null;

/** ` -n shop`, and a remark where the namespace is left to fill in. */
export function inNamespace(namespace: string | null): {
  readonly option: string;
  readonly remark: readonly string[];
} {
  return namespace === null
    ? { option: ' -n NAMESPACE', remark: ['# NAMESPACE: that of the pods behind the target group'] }
    : { option: ` -n ${argument('NAMESPACE', namespace)}`, remark: [] };
}

/** Longer commands are cut: the task definition has them whole. */
const COMMAND_LENGTH = 60;

/** Where the server of a group is configured, as a remark above the lines to write; empty where it is not known. */
export function serverPlace(bundle: EvidenceBundle, group: TargetGroup): readonly string[] {
  const service = group.workload?.ecsService;
  const container = service?.containers.find(({ servesTargetGroup }) => servesTargetGroup);
  if (service?.serviceConnect !== undefined && service.serviceConnect.protocol !== 'tcp')
    return [
      `# ECS: Service Connect of service ${printable(service.serviceName)}; its proxy takes the load balancer's connections, whatever the container keeps`,
    ];
  if (service !== undefined && container !== undefined) {
    const command = printable([...(container.entryPoint ?? []), ...(container.command ?? [])].join(' '));
    const now = command === '' ? '' : `; command now: ${command.slice(0, COMMAND_LENGTH)}`;
    return [
      `# ECS: container ${printable(container.name)} of task definition ${printable(service.taskDefinition ?? service.serviceName)}, in its command or image${now}`,
    ];
  }
  const backend = kubernetesBehind(bundle, group);
  return backend === null
    ? []
    : [`# Kubernetes: pods behind ${backend.text}, in their args, image or ConfigMap`];
}
