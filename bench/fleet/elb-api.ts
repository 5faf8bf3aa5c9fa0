import type { SimulatedFleet, SimulatedGroup, SimulatedLoadBalancer } from './simulated-fleet.ts';

/** An answer of the query protocol, or the error that AWS would give. */
export type ElbAnswer =
  | { readonly state: 'answered'; readonly xml: string; readonly about: readonly string[] }
  | { readonly state: 'failed'; readonly code: string; readonly message: string };

const tag = (name: string, content: string | number): string => `<${name}>${content}</${name}>`;
const members = (name: string, items: readonly string[]): string =>
  tag(name, items.map((item) => tag('member', item)).join(''));
const pairs = (name: string, values: Readonly<Record<string, string>>): string =>
  members(
    name,
    Object.entries(values).map(([key, value]) => tag('Key', key) + tag('Value', value)),
  );

/** `Prefix.member.1`, `Prefix.member.2`, ... of a form. */
const listOf = (form: URLSearchParams, name: string): readonly string[] =>
  [...form].flatMap(([key, value]) => (key.startsWith(`${name}.member.`) ? [value] : []));

const describedBalancer = ({ arn, name }: SimulatedLoadBalancer): string =>
  [
    tag('LoadBalancerArn', arn),
    tag('LoadBalancerName', name),
    tag('Type', 'application'),
    tag('Scheme', 'internet-facing'),
    tag('CreatedTime', '2025-01-01T00:00:00Z'),
    tag('State', tag('Code', 'active')),
    members(
      'AvailabilityZones',
      ['a', 'b', 'c'].map((zone) => tag('ZoneName', `eu-central-1${zone}`)),
    ),
  ].join('');

const describedGroup = ({ arn, name, loadBalancer }: SimulatedGroup): string =>
  [
    tag('TargetGroupArn', arn),
    tag('TargetGroupName', name),
    tag('Protocol', 'HTTP'),
    tag('ProtocolVersion', 'HTTP1'),
    tag('Port', 8080),
    tag('TargetType', 'ip'),
    tag('HealthCheckEnabled', 'true'),
    members('LoadBalancerArns', [loadBalancer.arn]),
  ].join('');

const BALANCER_ATTRIBUTES = {
  'idle_timeout.timeout_seconds': '60',
  'client_keep_alive.seconds': '3600',
  'access_logs.s3.enabled': 'false',
  'routing.http2.enabled': 'true',
};
const GROUP_ATTRIBUTES = {
  'deregistration_delay.timeout_seconds': '300',
  'stickiness.enabled': 'false',
  'load_balancing.algorithm.type': 'round_robin',
};

function paged<T>(
  all: readonly T[],
  form: URLSearchParams,
): { readonly page: readonly T[]; readonly marker: string } {
  const start = Number(form.get('Marker') ?? 0);
  const size = Math.min(400, Number(form.get('PageSize') ?? 400));
  const next = start + size;
  return { page: all.slice(start, next), marker: next < all.length ? tag('NextMarker', next) : '' };
}

type Operation = (fleet: SimulatedFleet, form: URLSearchParams) => { xml: string; about: readonly string[] };

const OPERATIONS: Readonly<Record<string, Operation>> = {
  DescribeLoadBalancers: (fleet, form) => {
    const arns = listOf(form, 'LoadBalancerArns');
    if (arns.length > 20) throw new Error('at most 20 ARNs');
    const wanted = arns.length === 0 ? fleet.loadBalancers : arns.flatMap((arn) => fleet.ownerOf(arn) ?? []);
    const { page, marker } = paged(wanted, form);
    return { xml: members('LoadBalancers', page.map(describedBalancer)) + marker, about: arns };
  },
  DescribeTargetGroups: (fleet, form) => {
    const arn = form.get('LoadBalancerArn');
    const { page, marker } = paged(arn === null ? fleet.groups : (fleet.ownerOf(arn)?.groups ?? []), form);
    return {
      xml: members('TargetGroups', page.map(describedGroup)) + marker,
      about: arn === null ? [] : [arn],
    };
  },
  DescribeListeners: (fleet, form) => {
    const arn = form.get('LoadBalancerArn') ?? '';
    const owner = fleet.ownerOf(arn);
    const action =
      tag('Type', 'forward') +
      tag(
        'ForwardConfig',
        members(
          'TargetGroups',
          (owner?.groups ?? []).map((group) => tag('TargetGroupArn', group.arn) + tag('Weight', 1)),
        ),
      );
    const listener = [
      tag('ListenerArn', owner?.listenerArn ?? ''),
      tag('Port', 443),
      tag('Protocol', 'HTTPS'),
      members('DefaultActions', [action]),
    ].join('');
    return { xml: members('Listeners', owner ? [listener] : []), about: [arn] };
  },
  DescribeRules: (_fleet, form) => ({
    xml: members('Rules', []),
    about: [form.get('ListenerArn') ?? ''],
  }),
  DescribeLoadBalancerAttributes: (_fleet, form) => ({
    xml: pairs('Attributes', BALANCER_ATTRIBUTES),
    about: [form.get('LoadBalancerArn') ?? ''],
  }),
  DescribeTargetGroupAttributes: (_fleet, form) => ({
    xml: pairs('Attributes', GROUP_ATTRIBUTES),
    about: [form.get('TargetGroupArn') ?? ''],
  }),
  DescribeTargetHealth: (_fleet, form) => ({
    xml: members(
      'TargetHealthDescriptions',
      ['10.0.0.11', '10.0.0.12'].map(
        (id) =>
          tag('Target', tag('Id', id) + tag('Port', 8080)) + tag('TargetHealth', tag('State', 'healthy')),
      ),
    ),
    about: [form.get('TargetGroupArn') ?? ''],
  }),
  DescribeTags: (_fleet, form) => {
    const arns = listOf(form, 'ResourceArns');
    if (arns.length > 20) throw new Error('at most 20 ARNs');
    const tags = { 'alb502:keep-alive-seconds': '5' };
    return {
      xml: members(
        'TagDescriptions',
        arns.map((arn) => tag('ResourceArn', arn) + pairs('Tags', arn.includes(':targetgroup/') ? tags : {})),
      ),
      about: arns,
    };
  },
};

/** Answers one read of ELBv2. */
export function answerElb(fleet: SimulatedFleet, action: string, form: URLSearchParams): ElbAnswer {
  const operation = OPERATIONS[action];
  if (!operation) return { state: 'failed', code: 'InvalidAction', message: `${action} is not simulated` };
  try {
    const { xml, about } = operation(fleet, form);
    const result = tag(`${action}Result`, xml);
    return { state: 'answered', xml: tag(`${action}Response`, result), about };
  } catch (error) {
    return { state: 'failed', code: 'ValidationError', message: String(error) };
  }
}
