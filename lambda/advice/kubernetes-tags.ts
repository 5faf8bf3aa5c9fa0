/** The Kubernetes object for which a controller made a load balancer or target group, as its tags name it. */
export interface OwningObject {
  readonly kind: 'Ingress' | 'IngressGroup' | 'Service' | 'Gateway';
  /** null of an IngressGroup, which spans namespaces. */
  readonly namespace: string | null;
  readonly name: string;
  /** Of a target group: the Service behind it; null where the tag does not tell it apart. */
  readonly service: { readonly namespace: string; readonly name: string; readonly port: string } | null;
}

/**
 * The tags of the AWS Load Balancer Controller: `PREFIX/stack` and `PREFIX/resource` on all that it makes.
 * https://github.com/kubernetes-sigs/aws-load-balancer-controller/blob/225f445/pkg/deploy/tracking/provider.go
 */
const PREFIXES = [
  ['ingress.k8s.aws', 'Ingress'],
  ['service.k8s.aws', 'Service'],
  ['gateway.k8s.aws.alb', 'Gateway'],
  ['gateway.k8s.aws', 'Gateway'],
] as const;

const CLUSTER = 'elbv2.k8s.aws/cluster';

type Tags = Readonly<Record<string, string>>;

/** The name of the cluster; null where no controller of Kubernetes made it. */
export const clusterOf = (tags: Tags): string | null =>
  tags[CLUSTER] ?? tags['ingress.k8s.aws/cluster'] ?? null;

/** The Ingress, Gateway or Service that a resource was made for; null where its tags name none. */
export function owningObject(tags: Tags): (OwningObject & { readonly tag: string }) | null {
  for (const [prefix, kind] of PREFIXES) {
    const tag = `${prefix}/stack`;
    const stack = tags[tag];
    if (stack === undefined || stack === '') continue;
    const [namespace, name] = partsOf(stack);
    const resource = tags[`${prefix}/resource`] ?? '';
    if (namespace === null)
      return { kind: kind === 'Ingress' ? 'IngressGroup' : kind, namespace, name, service: null, tag };
    return { kind, namespace, name, service: serviceOf(kind, stack, namespace, resource), tag };
  }
  return null;
}

/** `namespace/name`, or the name of an IngressGroup. */
function partsOf(stack: string): readonly [namespace: string | null, name: string] {
  const slash = stack.indexOf('/');
  return slash < 0 ? [null, stack] : [stack.slice(0, slash), stack.slice(slash + 1)];
}

/**
 * The Service in the tag of a target group. Of an Ingress it is `namespace/ingress-service:port`, of a Service
 * `namespace/service:port`, of a Gateway `namespace/gateway:namespace-route:Kind-namespace-service:port`. Names may hold
 * the hyphens that separate them: a Service is told where it is of the namespace of its Ingress or Gateway.
 */
function serviceOf(
  kind: 'Ingress' | 'Service' | 'Gateway',
  stack: string,
  namespace: string,
  resource: string,
): OwningObject['service'] {
  const colon = resource.lastIndexOf(':');
  if (colon < 0) return null;
  const [path, port] = [resource.slice(0, colon), resource.slice(colon + 1)];
  if (kind === 'Service') return path === stack ? { namespace, name: partsOf(stack)[1], port } : null;
  if (kind === 'Ingress')
    return path.startsWith(`${stack}-`) ? { namespace, name: path.slice(stack.length + 1), port } : null;
  const route = path.slice(path.lastIndexOf(':') + 1).replace(/^[A-Za-z]+-/, '');
  return route.startsWith(`${namespace}-`)
    ? { namespace, name: route.slice(namespace.length + 1), port }
    : null;
}
