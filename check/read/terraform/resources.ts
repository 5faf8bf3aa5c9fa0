import type { CheckedLoadBalancer, CheckedWorkload, FileFacts, Place, Unread } from '../../model.ts';
import { NO_FACTS } from '../../model.ts';
import { containersOf, launchTypeOf } from '../ecs/containers.ts';
import {
  DEFAULT_DEREGISTRATION_DELAY_SECONDS,
  DEFAULT_IDLE_TIMEOUT_SECONDS,
  secondsSetting,
  spelledAs,
} from '../setting.ts';
import { linkedTargetGroups, type UnlinkedTargetGroup } from '../stack.ts';
import { at, itemsOf, type Link, linkOf, numberOf, textOf, type Value } from '../value.ts';

/** A resource as the provider `hashicorp/aws` has it, read from a plan or from configuration. */
export interface AwsResource {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly place: Place;
  /** Its arguments; nested blocks are lists. */
  readonly value: Value;
}

type TerraformFormat = 'Terraform' | 'Terraform plan';

/** Resource types that are read: `aws_alb` is an older name of `aws_lb`. */
export const RESOURCE_TYPE =
  /^aws_(?:a?lb|a?lb_target_group|a?lb_listener|a?lb_listener_rule|ecs_service|ecs_task_definition)$/;

const kindOf = (type: string): string => type.replace(/^aws_alb/, 'aws_lb');

function loadBalancerOf(
  { id, name, place, value }: AwsResource,
  format: TerraformFormat,
): CheckedLoadBalancer[] {
  if ((textOf(at(value, 'load_balancer_type')) ?? 'application') !== 'application') return [];
  const idle = at(value, 'idle_timeout');
  return [
    {
      id,
      name,
      format,
      place,
      idleTimeoutSeconds: secondsSetting(idle, { seconds: DEFAULT_IDLE_TIMEOUT_SECONDS, place }),
      idleTimeoutAs: spelledAs(idle, 'idle_timeout = %s'),
    },
  ];
}

const PROTOCOL_VERSIONS = ['HTTP1', 'HTTP2', 'GRPC'] as const;

function targetGroupOf(
  { id, name, place, value }: AwsResource,
  format: TerraformFormat,
): UnlinkedTargetGroup[] {
  const targetType = textOf(at(value, 'target_type')) ?? 'instance';
  if (targetType !== 'instance' && targetType !== 'ip' && targetType !== 'lambda') return [];
  const protocol = textOf(at(value, 'protocol'))?.toUpperCase() ?? 'HTTP';
  if (protocol !== 'HTTP' && protocol !== 'HTTPS') return [];
  const delay = at(value, 'deregistration_delay');
  const version = textOf(at(value, 'protocol_version'))?.toUpperCase();
  return [
    {
      id,
      name,
      format,
      place,
      targetType,
      port: numberOf(at(value, 'port')),
      protocolVersion: PROTOCOL_VERSIONS.find((one) => one === version) ?? 'HTTP1',
      deregistrationDelaySeconds: secondsSetting(delay, {
        seconds: DEFAULT_DEREGISTRATION_DELAY_SECONDS,
        place,
      }),
      deregistrationDelayAs: spelledAs(delay, 'deregistration_delay = %s'),
    },
  ];
}

/** Where actions send requests. */
function groupsOf(actions: Value | undefined): Link {
  const links = itemsOf(actions).flatMap((action) => {
    const weighted = itemsOf(at(action, 'forward')).flatMap((forward) =>
      itemsOf(at(forward, 'target_group')),
    );
    return [at(action, 'target_group_arn'), ...weighted.map((one) => at(one, 'arn'))].map(linkOf);
  });
  return { to: [...new Set(links.flatMap((link) => link?.to ?? []))], elsewhere: null };
}

const NOT_SAID: Link = { to: [], elsewhere: 'is not said' };

function containersIn({ name, place, value }: AwsResource) {
  return containersOf(at(value, 'container_definitions'), { name, place });
}

/** The target groups that a value points to, among whatever else an expression mentions. */
const linked = (value: Value | undefined, groups: ReadonlySet<string>): readonly string[] =>
  (linkOf(value)?.to ?? []).filter((id) => groups.has(id));

function workloadOf(
  { id, name, place, value }: AwsResource,
  definitions: readonly AwsResource[],
  groups: ReadonlySet<string>,
  format: TerraformFormat,
): { readonly workload: CheckedWorkload; readonly unread: readonly Unread[] } {
  const written = at(value, 'task_definition');
  const link = linkOf(written);
  const definition = definitions.find((one) => link?.to.includes(one.id));
  const why = `its task definition ${link?.elsewhere ?? 'is not among the files that were read'}`;
  const read = definition
    ? containersIn(definition)
    : { containers: [], unread: [{ place: written?.place ?? place, what: `containers of ${name}`, why }] };
  const behind = itemsOf(at(value, 'load_balancer')).flatMap((entry) =>
    linked(at(entry, 'target_group_arn'), groups).map((targetGroup) => ({
      targetGroup,
      container: textOf(at(entry, 'container_name')),
      port: numberOf(at(entry, 'container_port')),
    })),
  );
  const strategies = itemsOf(at(value, 'capacity_provider_strategy'));
  const workload: CheckedWorkload = {
    id,
    name,
    format,
    place,
    behind,
    containers: read.containers,
    launchType: launchTypeOf(
      at(value, 'launch_type'),
      strategies.flatMap((one) => at(one, 'capacity_provider') ?? []),
      at(definition?.value, 'requires_compatibilities'),
    ),
    terminationGraceSeconds: null,
  };
  return { workload, unread: read.unread };
}

/**
 * What resources say, joined among each other.
 *
 * @param emits - whether facts of a resource are wanted; the others serve the joining only
 */
export function factsOf(
  resources: readonly AwsResource[],
  format: TerraformFormat,
  emits: (resource: AwsResource) => boolean,
): FileFacts {
  const of = (type: string): readonly AwsResource[] => resources.filter((one) => kindOf(one.type) === type);
  const wanted = new Set(resources.filter(emits).map(({ id }) => id));
  const isWanted = ({ id }: { readonly id: string }): boolean => wanted.has(id);

  const loadBalancers = of('aws_lb').flatMap((one) => loadBalancerOf(one, format));
  const targetGroups = linkedTargetGroups({
    loadBalancers,
    targetGroups: of('aws_lb_target_group').flatMap((one) => targetGroupOf(one, format)),
    listeners: of('aws_lb_listener').map(({ id, value }) => ({
      id,
      loadBalancer: linkOf(at(value, 'load_balancer_arn')) ?? NOT_SAID,
      groups: groupsOf(at(value, 'default_action')),
    })),
    rules: of('aws_lb_listener_rule').map(({ value }) => ({
      listener: linkOf(at(value, 'listener_arn')) ?? NOT_SAID,
      groups: groupsOf(at(value, 'action')),
    })),
  });

  const definitions = of('aws_ecs_task_definition');
  const groups = new Set(of('aws_lb_target_group').map(({ id }) => id));
  const run = new Set(
    of('aws_ecs_service').flatMap(({ value }) => linkOf(at(value, 'task_definition'))?.to ?? []),
  );
  const services = of('aws_ecs_service')
    .filter(isWanted)
    .map((one) => workloadOf(one, definitions, groups, format));
  const alone = definitions
    .filter((one) => isWanted(one) && !run.has(one.id))
    .map((one) => {
      const { id, name, place, value } = one;
      const { containers, unread } = containersIn(one);
      const launchType = launchTypeOf(undefined, [], at(value, 'requires_compatibilities'));
      const workload: CheckedWorkload = {
        ...{ id, name, format, place, behind: [], containers, launchType, terminationGraceSeconds: null },
      };
      return { workload, unread };
    });
  const workloads = [...services, ...alone];
  return {
    ...NO_FACTS,
    loadBalancers: loadBalancers.filter(isWanted),
    targetGroups: targetGroups.filter(isWanted),
    workloads: workloads.map(({ workload }) => workload),
    unread: workloads.flatMap(({ unread }) => unread),
  };
}
