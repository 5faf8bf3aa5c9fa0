import type { CheckedLoadBalancer, CheckedTargetGroup } from '../../model.ts';
import {
  DEFAULT_DEREGISTRATION_DELAY_SECONDS,
  DEFAULT_IDLE_TIMEOUT_SECONDS,
  secondsSetting,
  spelledAs,
} from '../setting.ts';
import { at, itemsOf, textOf, type Value } from '../value.ts';
import {
  DEREGISTRATION_DELAY,
  fromList,
  IDLE_TIMEOUT,
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
import { type Cluster, idOf, type KubernetesObject, titleOf } from './objects.ts';

/** The controller's name for Application Load Balancers; network load balancers have another. */
const CONTROLLER = 'gateway.k8s.aws/alb';

/** A Gateway with its LoadBalancerConfigurations: its own and its class's. */
interface AlbGateway {
  readonly gateway: KubernetesObject;
  readonly configurations: readonly KubernetesObject[];
}

function configurationOf(
  reference: Value | undefined,
  namespace: string,
  cluster: Cluster,
  file: string,
): KubernetesObject | null {
  const name = textOf(at(reference, 'name'));
  if (name === null || textOf(at(reference, 'kind')) !== 'LoadBalancerConfiguration') return null;
  return cluster.named(
    'LoadBalancerConfiguration',
    textOf(at(reference, 'namespace')) ?? namespace,
    name,
    file,
  );
}

function albGateway(gateway: KubernetesObject, cluster: Cluster): AlbGateway | null {
  const className = textOf(at(gateway.value, 'spec', 'gatewayClassName')) ?? '';
  const gatewayClass = cluster.named('GatewayClass', null, className, gateway.file);
  const own = configurationOf(
    at(gateway.value, 'spec', 'infrastructure', 'parametersRef'),
    gateway.namespace,
    cluster,
    gateway.file,
  );
  const isAlb = gatewayClass
    ? textOf(at(gatewayClass.value, 'spec', 'controllerName')) === CONTROLLER
    : own !== null && /alb/i.test(className);
  if (!isAlb) return null;
  const ofClass = configurationOf(
    at(gatewayClass?.value, 'spec', 'parametersRef'),
    'default',
    cluster,
    gateway.file,
  );
  // The class's wins, unless it says that the Gateway's is to be preferred.
  const mode = textOf(at(ofClass?.value, 'spec', 'mergingMode'));
  const order = mode === 'prefer-gateway' ? [own, ofClass] : [ofClass, own];
  return { gateway, configurations: order.filter((one) => one !== null) };
}

const firstOf = <T>(
  items: readonly KubernetesObject[],
  get: (one: KubernetesObject) => T | undefined,
): T | undefined => items.map(get).find((found) => found !== undefined);

function loadBalancerOf({ gateway, configurations }: AlbGateway): CheckedLoadBalancer {
  const idle = firstOf(configurations, (one) =>
    fromList(at(one.value, 'spec', 'loadBalancerAttributes'), IDLE_TIMEOUT),
  );
  return {
    id: idOf(gateway),
    name: titleOf(gateway),
    format: 'Kubernetes',
    place: gateway.place,
    idleTimeoutSeconds: secondsSetting(idle, {
      seconds: DEFAULT_IDLE_TIMEOUT_SECONDS,
      place: configurations[0]?.place ?? gateway.place,
    }),
    idleTimeoutAs: spelledAs(idle, `loadBalancerAttributes: [{ key: ${IDLE_TIMEOUT}, value: "%s" }]`),
  };
}

/** Target group properties that apply to a Service behind a route, the nearest first. */
function propertiesOf(
  backend: Backend,
  route: KubernetesObject,
  { configurations }: AlbGateway,
  cluster: Cluster,
): readonly Value[] {
  const all = cluster.ofKind('TargetGroupConfiguration');
  const ofService = all.filter(
    ({ value, namespace }) =>
      namespace === backend.namespace &&
      textOf(at(value, 'spec', 'targetReference', 'name')) === backend.service,
  );
  const defaults = configurations.flatMap((one) => {
    const name = textOf(at(one.value, 'spec', 'defaultTargetGroupConfiguration', 'name'));
    return all.filter((other) => other.name === name && other.namespace === one.namespace);
  });
  const forRoute = ofService.flatMap(({ value }) =>
    itemsOf(at(value, 'spec', 'routeConfigurations'))
      .filter((one) => {
        const name = textOf(at(one, 'routeIdentifier', 'name'));
        const kind = textOf(at(one, 'routeIdentifier', 'kind')) ?? route.kind;
        return (name ?? route.name) === route.name && kind === route.kind;
      })
      .map((one) => at(one, 'targetGroupProps')),
  );
  const general = [...ofService, ...defaults].map(({ value }) => at(value, 'spec', 'defaultConfiguration'));
  return [...forRoute, ...general].filter((one) => one !== undefined);
}

function groupOf(
  backend: Backend,
  route: KubernetesObject,
  gateways: readonly AlbGateway[],
  cluster: Cluster,
): ServiceGroup[] {
  const [gateway] = gateways;
  if (gateway === undefined) return [];
  const service = serviceOf(cluster, backend, route.file);
  const properties = propertiesOf(backend, route, gateway, cluster);
  const property = (name: string): Value | undefined =>
    properties.map((one) => at(one, name)).find((found) => found !== undefined);
  const delay = properties
    .map((one) => fromList(at(one, 'targetGroupAttributes'), DEREGISTRATION_DELAY))
    .find((found) => found !== undefined);
  const targetType = targetTypeOf(property('targetType'));
  const version = route.kind === 'GRPCRoute' ? 'GRPC' : protocolVersionOf(property('protocolVersion'));
  const group: CheckedTargetGroup = {
    id: `${idOf(route)}/${backend.service}:${backend.port ?? ''}`,
    name: `${titleOf(route)} to ${backend.service}:${backend.port ?? 'its port'}`,
    format: 'Kubernetes',
    place: backend.value.place,
    targetType,
    port: groupPort(service, backend, targetType),
    protocolVersion: version,
    deregistrationDelaySeconds: secondsSetting(delay, {
      seconds: DEFAULT_DEREGISTRATION_DELAY_SECONDS,
      place: properties[0]?.place ?? backend.value.place,
    }),
    deregistrationDelayAs: spelledAs(
      delay,
      `targetGroupAttributes: [{ key: ${DEREGISTRATION_DELAY}, value: "%s" }]`,
    ),
    loadBalancers: gateways.map((one) => idOf(one.gateway)),
    elsewhere: null,
  };
  return [{ group, service, targetPort: targetPortOf(service, backend.port) }];
}

function backendsOf(route: KubernetesObject): readonly Backend[] {
  const all = itemsOf(at(route.value, 'spec', 'rules')).flatMap((rule) =>
    itemsOf(at(rule, 'backendRefs')).flatMap((value): Backend[] => {
      const service = textOf(at(value, 'name'));
      if (service === null || (textOf(at(value, 'kind')) ?? 'Service') !== 'Service') return [];
      const namespace = textOf(at(value, 'namespace')) ?? route.namespace;
      return [{ service, namespace, port: textOf(at(value, 'port')), value }];
    }),
  );
  return [...new Map(all.map((one) => [`${one.namespace}/${one.service}:${one.port}`, one])).values()];
}

/** What Gateways and their routes ask the controller for. */
export function gatewayBalancing(cluster: Cluster): Balancing {
  const gateways = cluster.ofKind('Gateway').flatMap((gateway) => albGateway(gateway, cluster) ?? []);
  const groups = cluster.ofKind('HTTPRoute', 'GRPCRoute').flatMap((route) => {
    const parents = itemsOf(at(route.value, 'spec', 'parentRefs')).flatMap((parent) => {
      const namespace = textOf(at(parent, 'namespace')) ?? route.namespace;
      const found = cluster.named('Gateway', namespace, textOf(at(parent, 'name')) ?? '', route.file);
      return gateways.filter(({ gateway }) => gateway === found);
    });
    return backendsOf(route).flatMap((backend) => groupOf(backend, route, parents, cluster));
  });
  return { loadBalancers: gateways.map(loadBalancerOf), groups };
}
