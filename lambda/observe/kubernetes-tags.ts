import type { Kubernetes } from '../model/workload.ts';

/** The AWS Load Balancer Controller, its forerunner before version 2, and EKS Auto Mode. */
const CLUSTER = ['elbv2.k8s.aws/cluster', 'eks:eks-cluster-name', 'ingress.k8s.aws/cluster'] as const;

/** What a target group was made for, by the prefix of its tags `PREFIX/stack` and `PREFIX/resource`. */
const PREFIXES: readonly (readonly [prefix: string, kind: 'Ingress' | 'Service' | 'Gateway'])[] = [
  ['ingress.k8s.aws', 'Ingress'],
  ['ingress.eks.amazonaws.com', 'Ingress'],
  ['service.k8s.aws', 'Service'],
  ['service.eks.amazonaws.com', 'Service'],
  ['gateway.k8s.aws.alb', 'Gateway'],
  ['gateway.eks.amazonaws.com.alb', 'Gateway'],
];

/** `NAMESPACE/GATEWAY:ROUTE_NAMESPACE-ROUTE:KIND-SERVICE_NAMESPACE-SERVICE:PORT` */
const GATEWAY_BACKEND = /:[A-Z]\w*-([^:]+:[^:]+)$/;

/**
 * Service and port as the tag names them: `NAMESPACE/SERVICE:PORT` of a Service, `NAMESPACE/INGRESS-SERVICE:PORT` of an
 * Ingress. Of an Ingress in a group, only the tag knows where the name of the Ingress ends.
 */
function backendOf(kind: Kubernetes['kind'], stack: string, resource: string | undefined): string | null {
  if (resource === undefined) return null;
  if (kind === 'Gateway') return GATEWAY_BACKEND.exec(resource)?.[1] ?? null;
  const ofIngress = `${stack}-`;
  return resource.startsWith(ofIngress) ? resource.slice(ofIngress.length) : resource;
}

/**
 * The Kubernetes object that a target group was made for, from its tags; undefined where they name none. Names and forms
 * of the tags: https://github.com/kubernetes-sigs/aws-load-balancer-controller/blob/main/pkg/deploy/tracking/provider.go
 */
export function kubernetesOf(tags: Readonly<Record<string, string>>): Kubernetes | undefined {
  const cluster = CLUSTER.map((key) => tags[key]).find((name) => name !== undefined);
  const found = PREFIXES.find(([prefix]) => tags[`${prefix}/stack`] !== undefined);
  if (cluster === undefined || found === undefined) return undefined;
  const [prefix, ofPrefix] = found;
  const stack = tags[`${prefix}/stack`] ?? '';
  const resource = tags[`${prefix}/resource`];
  const [namespace, name] = stack.split('/', 2);
  // A group that several Ingress objects share has a name without a namespace.
  if (namespace === undefined || name === undefined)
    return {
      cluster,
      kind: 'IngressGroup',
      namespace: null,
      name: stack,
      backend: backendOf(ofPrefix, stack, resource),
    };
  return { cluster, kind: ofPrefix, namespace, name, backend: backendOf(ofPrefix, stack, resource) };
}
