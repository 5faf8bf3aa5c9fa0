import type { CheckedLoadBalancer } from '../../model.ts';
import {
  DEFAULT_DEREGISTRATION_DELAY_SECONDS,
  DEFAULT_IDLE_TIMEOUT_SECONDS,
  secondsSetting,
  spelledAs,
} from '../setting.ts';
import type { Listener, ListenerRule, Stack, UnlinkedTargetGroup } from '../stack.ts';
import { at, itemsOf, type Link, linkOf, numberOf, textOf, type Value } from '../value.ts';
import { attributeOf, type ReadTemplate } from './template.ts';

/** A resource with its properties evaluated. */
export interface Resource {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly properties: Value | undefined;
  readonly written: Value;
}

/** All resources of a type's family; the construct's path is the name where the CDK gives one. */
export const resourcesOf = (template: ReadTemplate): readonly Resource[] =>
  [...template.resources].flatMap(([logicalId, written]) => {
    const type = textOf(at(written, 'Type')) ?? '';
    if (!/^AWS::(?:ElasticLoadBalancingV2|ECS)::/.test(type)) return [];
    const properties = at(written, 'Properties');
    const path = textOf(at(written, 'Metadata', 'aws:cdk:path'))?.replace(
      /\/(Resource|Service|LoadBalancer)$/,
      '',
    );
    return [
      {
        id: template.idOf(logicalId),
        name: path ?? logicalId,
        type,
        properties: properties === undefined ? undefined : template.evaluate(properties),
        written,
      },
    ];
  });

/** How an attribute is spelled: its value alone where it stands already. */
function attributeSpelling(
  { format, syntax }: ReadTemplate,
  standing: Value | undefined,
  key: string,
  inCdk: string,
): string {
  if (format === 'CDK') return inCdk;
  if (standing !== undefined) return spelledAs(standing, syntax === 'json' ? '"Value": "%s"' : 'Value: "%s"');
  return syntax === 'json' ? `{ "Key": "${key}", "Value": "%s" }` : `- { Key: ${key}, Value: "%s" }`;
}

/** Where a list of attributes is or would be written. */
const placeFor = (list: Value | undefined, { written }: Resource) =>
  (list ?? at(written, 'Properties') ?? written).place;

function loadBalancerOf(resource: Resource, template: ReadTemplate): CheckedLoadBalancer | null {
  const { id, name, written, properties } = resource;
  if ((textOf(at(properties, 'Type')) ?? 'application') !== 'application') return null;
  const list = at(properties, 'LoadBalancerAttributes');
  const idle = attributeOf(list, 'idle_timeout.timeout_seconds');
  return {
    id,
    name,
    format: template.format,
    place: written.place,
    idleTimeoutSeconds: secondsSetting(idle, {
      seconds: DEFAULT_IDLE_TIMEOUT_SECONDS,
      place: placeFor(list, resource),
    }),
    idleTimeoutAs: attributeSpelling(
      template,
      idle,
      'idle_timeout.timeout_seconds',
      'idleTimeout: Duration.seconds(%s)',
    ),
  };
}

const protocolVersions = ['HTTP1', 'HTTP2', 'GRPC'] as const;

function targetGroupOf(resource: Resource, template: ReadTemplate): UnlinkedTargetGroup | null {
  const { id, name, written, properties } = resource;
  const targetType = textOf(at(properties, 'TargetType')) ?? 'instance';
  if (targetType !== 'instance' && targetType !== 'ip' && targetType !== 'lambda') return null;
  const protocol = textOf(at(properties, 'Protocol')) ?? 'HTTP';
  if (protocol !== 'HTTP' && protocol !== 'HTTPS') return null;
  const list = at(properties, 'TargetGroupAttributes');
  const delay = attributeOf(list, 'deregistration_delay.timeout_seconds');
  const version = textOf(at(properties, 'ProtocolVersion'))?.toUpperCase();
  return {
    id,
    name,
    format: template.format,
    place: written.place,
    targetType,
    port: numberOf(at(properties, 'Port')),
    protocolVersion: protocolVersions.find((one) => one === version) ?? 'HTTP1',
    deregistrationDelaySeconds: secondsSetting(delay, {
      seconds: DEFAULT_DEREGISTRATION_DELAY_SECONDS,
      place: placeFor(list, resource),
    }),
    deregistrationDelayAs: attributeSpelling(
      template,
      delay,
      'deregistration_delay.timeout_seconds',
      'deregistrationDelay: Duration.seconds(%s)',
    ),
  };
}

/** Where actions send requests: one target group, or several with weights. */
function groupsOf(actions: Value | undefined): Link {
  const links = itemsOf(actions).flatMap((action) => {
    if (action.kind === 'unknown') return [linkOf(action)];
    const weighted = itemsOf(at(action, 'ForwardConfig', 'TargetGroups'));
    return [at(action, 'TargetGroupArn'), ...weighted.map((one) => at(one, 'TargetGroupArn'))].map(linkOf);
  });
  return { to: [...new Set(links.flatMap((link) => link?.to ?? []))], elsewhere: null };
}

const NOT_SAID: Link = { to: [], elsewhere: 'is not said' };

/** What a template says of load balancing. */
export function stackOf(template: ReadTemplate): Stack {
  const resources = resourcesOf(template);
  const ofType = (type: string): readonly Resource[] =>
    resources.filter((resource) => resource.type === `AWS::ElasticLoadBalancingV2::${type}`);
  return {
    loadBalancers: ofType('LoadBalancer').flatMap((one) => loadBalancerOf(one, template) ?? []),
    targetGroups: ofType('TargetGroup').flatMap((one) => targetGroupOf(one, template) ?? []),
    listeners: ofType('Listener').map(
      ({ id, properties }): Listener => ({
        id,
        loadBalancer: linkOf(at(properties, 'LoadBalancerArn')) ?? NOT_SAID,
        groups: groupsOf(at(properties, 'DefaultActions')),
      }),
    ),
    rules: ofType('ListenerRule').map(
      ({ properties }): ListenerRule => ({
        listener: linkOf(at(properties, 'ListenerArn')) ?? NOT_SAID,
        groups: groupsOf(at(properties, 'Actions')),
      }),
    ),
  };
}
