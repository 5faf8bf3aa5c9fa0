import type { CheckedLoadBalancer, CheckedTargetGroup } from '../../model.ts';
import { at, itemsOf, numberOf, textOf, type Value } from '../value.ts';
import type { Cluster, KubernetesObject } from './objects.ts';

/** A target group with what joins it to pods. */
export interface ServiceGroup {
  readonly group: CheckedTargetGroup;
  readonly service: KubernetesObject | null;
  /** The Service's `targetPort`: a number, or the name of a container's port; null where it is not known. */
  readonly targetPort: string | null;
}

/** Load balancers and target groups that manifests ask the controller for. */
export interface Balancing {
  readonly loadBalancers: readonly CheckedLoadBalancer[];
  readonly groups: readonly ServiceGroup[];
}

/** A Service and one of its ports, as an Ingress or route names it. */
export interface Backend {
  readonly service: string;
  readonly namespace: string;
  readonly port: string | null;
  readonly value: Value;
}

/** What a backend's Service sends to: `targetPort`, which is the port itself where nothing is said. */
export function targetPortOf(service: KubernetesObject | null, port: string | null): string | null {
  const ports = itemsOf(at(service?.value, 'spec', 'ports'));
  const named = ports.find((one) => textOf(at(one, 'port')) === port || textOf(at(one, 'name')) === port);
  const found = named ?? (ports.length === 1 ? ports[0] : undefined);
  return textOf(at(found, 'targetPort')) ?? textOf(at(found, 'port')) ?? null;
}

/** The port of a target group: of the pods, or of the nodes where targets are instances. */
export function groupPort(
  service: KubernetesObject | null,
  backend: Backend,
  targetType: 'instance' | 'ip',
): number | null {
  const ports = itemsOf(at(service?.value, 'spec', 'ports'));
  const target = targetPortOf(service, backend.port);
  if (targetType === 'ip') return target !== null && /^\d+$/.test(target) ? Number(target) : null;
  const own = ports.find((one) => textOf(at(one, 'port')) === backend.port) ?? ports[0];
  return numberOf(at(own, 'nodePort')) ?? null;
}

/** The Service of a backend that is nearest to the file that names it. */
export const serviceOf = (cluster: Cluster, backend: Backend, file: string): KubernetesObject | null =>
  cluster.named('Service', backend.namespace, backend.service, file);
