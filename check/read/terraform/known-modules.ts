import type { Place } from '../../model.ts';
import { at, itemsOf, textOf, unknownValue, type Value } from '../value.ts';
import { sourceOf } from './project.ts';
import type { AwsResource } from './resources.ts';
import type { Block } from './syntax.ts';

/**
 * Modules that many use and whose inputs are the settings themselves. Inputs, outputs and defaults:
 * https://registry.terraform.io/modules/terraform-aws-modules/alb/aws (8 to 10),
 * https://registry.terraform.io/modules/terraform-aws-modules/ecs/aws (5 to 7).
 */
type KnownModule = 'alb' | 'ecs' | 'ecs-service';

/** Which of the known modules a source names; null for any other. */
function knownModule(module: Block): KnownModule | null {
  const source = (sourceOf(module) ?? '').replace(/\?.*$/, '').replace(/\.git(?=\/\/|$)/, '');
  const [, name, inner] =
    /terraform-aws-modules\/(?:terraform-aws-)?(alb|ecs)(?:\/aws)?(\/\/.*)?$/.exec(source) ?? [];
  if (name === 'alb') return inner === undefined ? 'alb' : null;
  if (name === 'ecs') return inner === undefined ? 'ecs' : /\/service$/.test(inner) ? 'ecs-service' : null;
  return null;
}

/** Whether a module that cannot be read is about what is compared. */
export const isOfInterest = (module: Block): boolean =>
  /\b(?:alb|ecs|fargate|load[-_]?balancer|ecs[-_]?service)\b/i.test(
    (sourceOf(module) ?? '').replaceAll('_', '-'),
  );

const groupId = (id: string, key: string): string => `${id}.target_groups["${key}"]`;
const listenerId = (id: string): string => `${id}.listeners`;

/** What an output of a known module points to; null where the module is not known or has no such output. */
export function moduleOutput(
  module: Block,
  id: string,
  path: readonly (string | null)[],
  place: Place,
): Value | null {
  if (knownModule(module) !== 'alb') return null;
  const [output, key] = path;
  const reference = (to: string): Value => ({ kind: 'reference', place, written: '', to: [to] });
  switch (output) {
    case 'target_groups':
    case 'target_group_arns':
      return key == null || key === '*'
        ? unknownValue(place, `is one of the target groups of module.${module.labels[0]}`)
        : reference(groupId(id, key));
    case 'arn':
    case 'id':
    case 'lb_arn':
    case 'lb_id':
      return reference(id);
    case 'listeners':
    case 'http_tcp_listener_arns':
    case 'https_listener_arns':
    case 'http_tcp_listener_ids':
    case 'https_listener_ids':
      return reference(listenerId(id));
    default:
      return null;
  }
}

const map = (place: Place, entries: readonly (readonly [string, Value | undefined])[]): Value => ({
  kind: 'map',
  place,
  written: '',
  entries: new Map(entries.flatMap(([key, value]) => (value === undefined ? [] : [[key, value] as const]))),
});

const reference = (place: Place, to: readonly string[]): Value => ({
  kind: 'reference',
  place,
  written: '',
  to,
});

/** A map with its keys, a list with its indexes. */
const keyed = (value: Value | undefined): readonly (readonly [string, Value])[] =>
  value?.kind === 'map'
    ? [...value.entries]
    : itemsOf(value).map((item, index) => [String(index), item] as const);

function loadBalancer({ place }: Block, id: string, name: string, inputs: Value): readonly AwsResource[] {
  const groups = keyed(at(inputs, 'target_groups')).map(
    ([key, group]): AwsResource => ({
      id: groupId(id, key),
      name: `${name}.target_groups["${key}"]`,
      type: 'aws_lb_target_group',
      place: group.place,
      value:
        group.kind === 'map'
          ? map(group.place, [
              ['target_type', at(group, 'target_type')],
              ['port', at(group, 'port') ?? at(group, 'backend_port')],
              ['protocol', at(group, 'protocol') ?? at(group, 'backend_protocol')],
              ['protocol_version', at(group, 'protocol_version')],
              ['deregistration_delay', at(group, 'deregistration_delay')],
            ])
          : group,
    }),
  );
  // Which listener forwards to which group makes no difference here: all are of the one load balancer.
  const action = map(place, [
    [
      'target_group_arn',
      reference(
        place,
        groups.map((group) => group.id),
      ),
    ],
  ]);
  return [
    { id, name, type: 'aws_lb', place, value: inputs },
    ...groups,
    {
      id: listenerId(id),
      name: `${name}.listeners`,
      type: 'aws_lb_listener',
      place,
      value: map(place, [
        ['load_balancer_arn', reference(place, [id])],
        ['default_action', action],
      ]),
    },
  ];
}

/** Versions up to 5 set `stop_timeout` to 120 by themselves, later ones do not. */
const stopTimeoutUnsaid = (place: Place): Value =>
  unknownValue(place, 'is not set, and the default depends on the version of the module');

function containers(definitions: Value | undefined): Value | undefined {
  if (definitions === undefined || definitions.kind === 'unknown') return definitions;
  const items = keyed(definitions).map(([key, one]): Value => {
    const { place } = one;
    if (one.kind !== 'map') return one;
    return map(place, [
      ['name', at(one, 'name') ?? { kind: 'scalar', place, written: '', value: key }],
      ['image', at(one, 'image')],
      ['command', at(one, 'command')],
      ['entryPoint', at(one, 'entryPoint') ?? at(one, 'entrypoint') ?? at(one, 'entry_point')],
      ['environment', at(one, 'environment')],
      ['portMappings', at(one, 'portMappings') ?? at(one, 'port_mappings')],
      ['stopTimeout', at(one, 'stopTimeout') ?? at(one, 'stop_timeout') ?? stopTimeoutUnsaid(place)],
    ]);
  });
  return { kind: 'list', place: definitions.place, written: '', items };
}

function service(id: string, name: string, place: Place, inputs: Value): readonly AwsResource[] {
  const definitionId = `${id}.task_definition`;
  const balancers = keyed(at(inputs, 'load_balancer')).map(([, one]) => one);
  const type = at(inputs, 'launch_type') ?? {
    kind: 'scalar' as const,
    place,
    written: '',
    value: 'FARGATE',
  };
  const providers = keyed(at(inputs, 'capacity_provider_strategy')).map(([, one]) => one);
  return [
    {
      id,
      name,
      type: 'aws_ecs_service',
      place,
      value: map(place, [
        ['task_definition', reference(place, [definitionId])],
        ['load_balancer', { kind: 'list', place, written: '', items: balancers }],
        ['launch_type', providers.length > 0 ? undefined : type],
        ['capacity_provider_strategy', { kind: 'list', place, written: '', items: providers }],
      ]),
    },
    {
      id: definitionId,
      name,
      type: 'aws_ecs_task_definition',
      place,
      value: map(place, [['container_definitions', containers(at(inputs, 'container_definitions'))]]),
    },
  ];
}

/** The resources that a known module makes of its inputs; null where the module is not known. */
export function moduleResources(
  module: Block,
  { id, name }: { readonly id: string; readonly name: string },
  inputs: Value,
): readonly AwsResource[] | null {
  switch (knownModule(module)) {
    case 'alb':
      return (textOf(at(inputs, 'load_balancer_type')) ?? 'application') === 'application'
        ? loadBalancer(module, id, name, inputs)
        : [];
    case 'ecs-service':
      return service(id, name, module.place, inputs);
    case 'ecs':
      return keyed(at(inputs, 'services')).flatMap(([key, one]) =>
        service(`${id}.services["${key}"]`, `${name}.services["${key}"]`, one.place, one),
      );
    case null:
      return null;
  }
}
