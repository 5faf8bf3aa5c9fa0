import type { OwningObject } from '../../advice/kubernetes-tags.ts';
import type { Owner } from '../../advice/owner.ts';
import { argument, printable } from './command.ts';

/** Which of its attributes is set, and to what. */
export interface AttributeSetting {
  readonly of: 'load-balancer' | 'target-group';
  /** Of the load balancer or target group. */
  readonly name: string;
  readonly key: string;
  readonly value: string;
}

/** Where an owner keeps a setting. */
export interface OwnedSetting {
  /** For a title: `in the AWS CDK app, stack shop-prod`. */
  readonly place: string;
  /** What to write there, below a remark that says where. */
  readonly lines: readonly string[];
  /** How to see what stands there now, where the list holds other settings as well; empty where the source is at hand. */
  readonly look: readonly string[];
}

type Stack = Extract<Owner, { kind: 'cloudformation' }>;

const text = (value: string): string => JSON.stringify(printable(value));

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-elasticloadbalancingv2-loadbalancer.html */
const CLOUDFORMATION = {
  'load-balancer': ['AWS::ElasticLoadBalancingV2::LoadBalancer', 'LoadBalancerAttributes'],
  'target-group': ['AWS::ElasticLoadBalancingV2::TargetGroup', 'TargetGroupAttributes'],
} as const;

const CDK_CLASS = {
  'load-balancer': ['ApplicationLoadBalancer', 'loadBalancer'],
  'target-group': ['ApplicationTargetGroup', 'targetGroup'],
} as const;

/** Properties of the CDK's constructs; all else goes through `setAttribute` (aws-cdk-lib, aws-elasticloadbalancingv2). */
function cdkLine({ of, key, value }: AttributeSetting): string {
  if (key === 'idle_timeout.timeout_seconds') return `idleTimeout: Duration.seconds(${printable(value)}),`;
  if (key === 'deregistration_delay.timeout_seconds')
    return `deregistrationDelay: Duration.seconds(${printable(value)}),`;
  if (key === 'lambda.multi_value_headers.enabled') return `multiValueHeadersEnabled: ${printable(value)},`;
  return `${CDK_CLASS[of][1]}.setAttribute(${text(key)}, ${text(value)});`;
}

function inStack({ stack, logicalId, made }: Stack, setting: AttributeSetting): OwnedSetting {
  const [type, property] = CLOUDFORMATION[setting.of];
  const id = logicalId === null ? `the ${type}` : printable(logicalId);
  const name = printable(stack);
  if (made === 'AWS CDK')
    return {
      place: `in the AWS CDK app, stack ${name}`,
      lines: [`// the ${CDK_CLASS[setting.of][0]} that becomes ${id}:`, cdkLine(setting)],
      look: [],
    };
  const line = `- { Key: ${printable(setting.key)}, Value: ${text(setting.value)} }`;
  if (made === 'Elastic Beanstalk')
    return {
      place: 'in .ebextensions of the Elastic Beanstalk application',
      lines: [`# a .config file in .ebextensions, Resources, ${id}, Properties, ${property}:`, line],
      look: [],
    };
  return {
    place: `in the template of stack ${name}`,
    lines: [`# ${logicalId === null ? id : `resource ${id}`}, Properties, ${property}:`, line],
    look: [],
  };
}

/** `web in namespace shop`, as kubectl takes it. */
const named = ({ namespace, name }: { namespace: string | null; name: string }): string =>
  `${argument('NAME', name)}${namespace === null ? '' : ` -n ${argument('NAMESPACE', namespace)}`}`;

const INGRESS_ANNOTATION = {
  'load-balancer': 'alb.ingress.kubernetes.io/load-balancer-attributes',
  'target-group': 'alb.ingress.kubernetes.io/target-group-attributes',
} as const;

const SERVICE_ANNOTATION = {
  'load-balancer': 'service.beta.kubernetes.io/aws-load-balancer-attributes',
  'target-group': 'service.beta.kubernetes.io/aws-load-balancer-target-group-attributes',
} as const;

const places = (object: OwningObject): string =>
  printable(object.namespace === null ? object.name : `${object.namespace}/${object.name}`);

/**
 * Annotations of the AWS Load Balancer Controller; attributes of a target group may stand on the Service as well.
 * https://github.com/kubernetes-sigs/aws-load-balancer-controller/blob/225f445/docs/guide/ingress/annotations.md
 */
function inAnnotation(object: OwningObject | null, setting: AttributeSetting): OwnedSetting {
  const { of, key, value } = setting;
  const annotation = (object?.kind === 'Service' ? SERVICE_ANNOTATION : INGRESS_ANNOTATION)[of];
  const line = `${annotation}: ${printable(key)}=${printable(value)}`;
  const keep = 'as an annotation; keep what else is in its list';
  if (object === null)
    return {
      place: 'in its Ingress',
      lines: [`# the Ingress it was made for, ${keep}:`, line],
      look: ['kubectl get ingress -A'],
    };
  if (object.kind === 'IngressGroup')
    return {
      place: `in an Ingress of the group ${places(object)}`,
      lines: [`# one Ingress of group.name ${places(object)}, ${keep}:`, line],
      look: ['kubectl get ingress -A'],
    };
  const kind = object.kind === 'Service' ? 'Service' : 'Ingress';
  return {
    place: `in ${kind} ${places(object)}`,
    lines: [`# ${kind} ${places(object)}, ${keep}:`, line],
    look: [`kubectl get ${kind.toLowerCase()} ${named(object)} -o jsonpath='{.metadata.annotations}'`],
  };
}

/**
 * https://github.com/kubernetes-sigs/aws-load-balancer-controller/blob/225f445/docs/guide/gateway/loadbalancerconfig.md
 * and targetgroupconfig.md beside it.
 */
function inGateway(object: OwningObject, { of, key, value }: AttributeSetting): OwnedSetting {
  const line = `- { key: ${printable(key)}, value: ${text(value)} }`;
  const space = object.namespace === null ? '-A' : `-n ${argument('NAMESPACE', object.namespace)}`;
  const [kind, property, whose] =
    of === 'load-balancer'
      ? ['LoadBalancerConfiguration', 'loadBalancerAttributes', `Gateway ${places(object)}`]
      : [
          'TargetGroupConfiguration',
          'defaultConfiguration.targetGroupAttributes',
          object.service === null
            ? 'the Service behind it'
            : `Service ${printable(`${object.service.namespace}/${object.service.name}`)}`,
        ];
  return {
    place: `in the ${kind} of ${whose}`,
    lines: [`# the ${kind} of ${whose}, spec.${property}:`, line],
    look: [`kubectl get ${kind.toLowerCase()}s.gateway.k8s.aws ${space} -o yaml`],
  };
}

const TERRAFORM: Readonly<Record<string, string>> = {
  'idle_timeout.timeout_seconds': 'idle_timeout',
  'client_keep_alive.seconds': 'client_keep_alive',
  'routing.http.desync_mitigation_mode': 'desync_mitigation_mode',
  'deregistration_delay.timeout_seconds': 'deregistration_delay',
  'lambda.multi_value_headers.enabled': 'lambda_multi_value_headers_enabled',
};

const ROUTING = 'target_group_health.unhealthy_state_routing.minimum_healthy_targets.';

const literal = (value: string): string =>
  /^(?:\d{1,9}|true|false|[A-Z_]+)$/.test(value) ? value : text(value);

/** Arguments of the AWS provider: https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/lb */
function inTerraform(tool: string, { of, name, key, value }: AttributeSetting): OwnedSetting {
  const resource = of === 'load-balancer' ? 'aws_lb' : 'aws_lb_target_group';
  const known = TERRAFORM[key];
  const written = key.startsWith(ROUTING)
    ? [
        'target_group_health {',
        '  unhealthy_state_routing {',
        `    minimum_healthy_targets_${key.slice(ROUTING.length)} = ${literal(value)}`,
        '  }',
        '}',
      ]
    : known === undefined
      ? []
      : [`${known} = ${literal(value)}`];
  return {
    place: `in ${tool}`,
    lines: written.length === 0 ? [] : [`# the resource ${resource} of ${printable(name)}:`, ...written],
    look: [],
  };
}

/** Where the owner of a load balancer or target group keeps an attribute of it; null where it keeps none, or is unknown. */
export function ownedSetting(owner: Owner, setting: AttributeSetting): OwnedSetting | null {
  switch (owner.kind) {
    case 'cloudformation':
      return inStack(owner, setting);
    case 'kubernetes':
      return owner.object?.kind === 'Gateway'
        ? inGateway(owner.object, setting)
        : inAnnotation(owner.object, setting);
    case 'terraform':
      return inTerraform(owner.tool, setting);
    case 'ecs':
    case 'unknown':
      return null;
  }
}
