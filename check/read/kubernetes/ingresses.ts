import type { CheckedLoadBalancer, CheckedTargetGroup } from '../../model.ts';
import { jsonValue } from '../json-value.ts';
import {
  DEFAULT_DEREGISTRATION_DELAY_SECONDS,
  DEFAULT_IDLE_TIMEOUT_SECONDS,
  secondsSetting,
  spelledAs,
} from '../setting.ts';
import { agreed, at, itemsOf, textOf, type Value } from '../value.ts';
import {
  annotationPlace,
  DEREGISTRATION_DELAY,
  fromAnnotation,
  fromList,
  IDLE_TIMEOUT,
  PREFIX,
  protocolVersionOf,
  targetTypeOf,
} from './attributes.ts';
import {
  type Backend,
  type Balancing,
  groupPort,
  type ServiceGroup,
  serviceOf,
  targetPortOf,
} from './balancing.ts';
import { annotation, type Cluster, idOf, type KubernetesObject, titleOf } from './objects.ts';

/** An Ingress that the controller makes an Application Load Balancer for. */
interface AlbIngress {
  readonly ingress: KubernetesObject;
  readonly parameters: KubernetesObject | null;
  readonly groupName: string | null;
}

/** Controllers of IngressClasses: the AWS Load Balancer Controller, and EKS Auto Mode. */
const CONTROLLER = /^(?:ingress\.k8s\.aws|eks\.amazonaws\.com)\/alb$/;
const OTHER_CLASS = /nginx|traefik|haproxy|kong|gce|azure|istio|contour|ambassador|cilium|tailscale/i;

const hasAlbAnnotation = ({ value }: KubernetesObject): boolean => {
  const annotations = at(value, 'metadata', 'annotations');
  return annotations?.kind === 'map' && [...annotations.entries.keys()].some((key) => key.startsWith(PREFIX));
};

const isDefaultClass = (one: KubernetesObject): boolean =>
  textOf(annotation(one, 'ingressclass.kubernetes.io/is-default-class')) === 'true';

const controllerOf = (one: KubernetesObject | null | undefined): string =>
  textOf(at(one?.value, 'spec', 'controller')) ?? '';

/** The Ingress as the controller's, or null where it is another controller's. */
function albIngress(ingress: KubernetesObject, cluster: Cluster): AlbIngress | null {
  const named =
    textOf(at(ingress.value, 'spec', 'ingressClassName')) ??
    textOf(annotation(ingress, 'kubernetes.io/ingress.class'));
  const classes = cluster.ofKind('IngressClass');
  const ingressClass =
    named === null
      ? classes.find((one) => isDefaultClass(one) && CONTROLLER.test(controllerOf(one)))
      : cluster.named('IngressClass', null, named, ingress.file);
  const isAlb = ingressClass
    ? CONTROLLER.test(controllerOf(ingressClass))
    : named === 'alb' || (hasAlbAnnotation(ingress) && !OTHER_CLASS.test(named ?? ''));
  if (!isAlb) return null;
  const parametersName = textOf(at(ingressClass?.value, 'spec', 'parameters', 'name'));
  const parameters =
    parametersName === null ? null : cluster.named('IngressClassParams', null, parametersName, ingress.file);
  const groupName =
    textOf(at(parameters?.value, 'spec', 'group', 'name')) ??
    textOf(annotation(ingress, `${PREFIX}group.name`));
  return { ingress, parameters, groupName };
}

/** Several Ingresses of one group share a load balancer; copies of an Ingress in other folders are other environments. */
function membersOf(one: AlbIngress, all: readonly AlbIngress[]): readonly AlbIngress[] {
  if (one.groupName === null) return [one];
  const group = all.filter(({ groupName }) => groupName === one.groupName);
  const titles = group.map(({ ingress }) => titleOf(ingress));
  if (new Set(titles).size === titles.length) return group;
  const folder = (file: string): string => file.slice(0, file.lastIndexOf('/') + 1);
  return group.filter(({ ingress }) => folder(ingress.file) === folder(one.ingress.file));
}

function idleTimeoutOf(members: readonly AlbIngress[], owner: KubernetesObject): Value | undefined {
  const values = members.flatMap(({ ingress, parameters }) => {
    // The class's attributes win over those of an Ingress.
    const ofClass = at(parameters?.value, 'spec', 'loadBalancerAttributes');
    if (ofClass !== undefined) return fromList(ofClass, IDLE_TIMEOUT) ?? [];
    return fromAnnotation(annotation(ingress, `${PREFIX}load-balancer-attributes`), IDLE_TIMEOUT) ?? [];
  });
  return values.length === 0
    ? undefined
    : agreed(values, owner.place, 'differs between the Ingresses of the group');
}

function loadBalancerOf(members: readonly AlbIngress[], first: AlbIngress): CheckedLoadBalancer {
  const { ingress, groupName } = first;
  const idle = idleTimeoutOf(members, ingress);
  return {
    id: idOf(ingress),
    name: groupName === null ? titleOf(ingress) : `IngressGroup ${groupName}`,
    format: 'Kubernetes',
    place: ingress.place,
    idleTimeoutSeconds: secondsSetting(idle, {
      seconds: DEFAULT_IDLE_TIMEOUT_SECONDS,
      place: annotationPlace(ingress, 'load-balancer-attributes'),
    }),
    idleTimeoutAs: spelledAs(
      idle,
      annotation(ingress, `${PREFIX}load-balancer-attributes`) === undefined
        ? `${PREFIX}load-balancer-attributes: ${IDLE_TIMEOUT}=%s`
        : `${IDLE_TIMEOUT}=%s`,
    ),
  };
}

/** Where an action annotation sends requests: `actions.NAME`, for backends whose port is `use-annotation`. */
function actionBackends(ingress: KubernetesObject, name: string): readonly Backend[] {
  const action = annotation(ingress, `${PREFIX}actions.${name}`);
  const text = textOf(action);
  if (action === undefined || text === null) return [];
  const { value } = jsonValue({ file: action.place.file, text, firstLine: action.place.line });
  const groups = itemsOf(at(value ?? undefined, 'forwardConfig', 'targetGroups'));
  return groups.flatMap((group) => {
    const service = textOf(at(group, 'serviceName'));
    if (service === null) return [];
    return [{ service, namespace: ingress.namespace, port: textOf(at(group, 'servicePort')), value: action }];
  });
}

function backendsOf(ingress: KubernetesObject): readonly Backend[] {
  const spec = at(ingress.value, 'spec');
  const rules = itemsOf(at(spec, 'rules')).flatMap((rule) =>
    itemsOf(at(rule, 'http', 'paths')).map((path) => at(path, 'backend')),
  );
  const all = [at(spec, 'defaultBackend') ?? at(spec, 'backend'), ...rules].flatMap((backend) => {
    if (backend === undefined) return [];
    const service = textOf(at(backend, 'service', 'name')) ?? textOf(at(backend, 'serviceName'));
    if (service === null) return [];
    const port = at(backend, 'service', 'port');
    const named =
      textOf(at(port, 'number')) ?? textOf(at(port, 'name')) ?? textOf(at(backend, 'servicePort'));
    if (named === 'use-annotation') return actionBackends(ingress, service);
    return [{ service, namespace: ingress.namespace, port: named, value: backend }];
  });
  return [...new Map(all.map((one) => [`${one.service}:${one.port}`, one])).values()];
}

function groupOf(
  backend: Backend,
  { ingress, parameters }: AlbIngress,
  loadBalancer: string,
  cluster: Cluster,
): ServiceGroup {
  const service = serviceOf(cluster, backend, ingress.file);
  // Annotations of the Service win over those of the Ingress.
  const owned = (name: string): Value | undefined =>
    annotation(service, `${PREFIX}${name}`) ?? annotation(ingress, `${PREFIX}${name}`);
  const holder =
    service !== null && annotation(service, `${PREFIX}target-group-attributes`) !== undefined
      ? service
      : ingress;
  const attributes = annotation(holder, `${PREFIX}target-group-attributes`);
  const delay = fromAnnotation(attributes, DEREGISTRATION_DELAY);
  const targetType = targetTypeOf(at(parameters?.value, 'spec', 'targetType') ?? owned('target-type'));
  const group: CheckedTargetGroup = {
    id: `${idOf(ingress)}/${backend.service}:${backend.port ?? ''}`,
    name: `${titleOf(ingress)} to ${backend.service}:${backend.port ?? 'its port'}`,
    format: 'Kubernetes',
    place: backend.value.place,
    targetType,
    port: groupPort(service, backend, targetType),
    protocolVersion: protocolVersionOf(owned('backend-protocol-version')),
    deregistrationDelaySeconds: secondsSetting(delay, {
      seconds: DEFAULT_DEREGISTRATION_DELAY_SECONDS,
      place: annotationPlace(holder, 'target-group-attributes'),
    }),
    deregistrationDelayAs: spelledAs(
      delay,
      attributes === undefined
        ? `${PREFIX}target-group-attributes: ${DEREGISTRATION_DELAY}=%s`
        : `${DEREGISTRATION_DELAY}=%s`,
    ),
    loadBalancers: [loadBalancer],
    elsewhere: null,
  };
  return { group, service, targetPort: targetPortOf(service, backend.port) };
}

/** What the Ingresses of a repository ask the controller for. */
export function ingressBalancing(cluster: Cluster): Balancing {
  const all = cluster.ofKind('Ingress').flatMap((ingress) => albIngress(ingress, cluster) ?? []);
  const loadBalancers = new Map<string, CheckedLoadBalancer>();
  const groups = all.flatMap((one) => {
    const members = membersOf(one, all);
    const first = members[0] ?? one;
    const loadBalancer = loadBalancerOf(members, first);
    loadBalancers.set(loadBalancer.id, loadBalancer);
    return backendsOf(one.ingress).map((backend) => groupOf(backend, one, loadBalancer.id, cluster));
  });
  return { loadBalancers: [...loadBalancers.values()], groups };
}
