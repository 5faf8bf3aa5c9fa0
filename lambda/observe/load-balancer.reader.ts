import {
  type LoadBalancer as ApiLoadBalancer,
  DescribeLoadBalancerAttributesCommand,
  DescribeLoadBalancersCommand,
  type ElasticLoadBalancingV2Client,
  paginateDescribeLoadBalancers,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { parseLoadBalancerArn } from '../model/arn.ts';
import type { LoadBalancer } from '../model/evidence.ts';
import {
  answered,
  attempt,
  failureKindOf,
  gapFrom,
  orThrow,
  type ReadCall,
  type Reading,
} from './aws-failure.ts';

/** A load balancer as DescribeLoadBalancers gives it: what is read with further calls is not in it. */
export type DescribedLoadBalancer = Omit<LoadBalancer, 'attributes' | 'tags' | 'listeners'>;

/** A load balancer that was deleted. Its alerts can close: this is known, not a failed look. */
export interface LoadBalancerGone {
  readonly state: 'gone';
  readonly loadBalancerArn: string;
}

// https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DescribeLoadBalancers.html: 1 to 400.
const PAGE_SIZE = 400;

const describeCall = (region: string, resource: string | null): ReadCall => ({
  subject: 'load-balancer',
  what: resource === null ? 'the list of load balancers' : 'the load balancer',
  action: 'elasticloadbalancing:DescribeLoadBalancers',
  resource,
  region,
});

function described(balancer: ApiLoadBalancer): DescribedLoadBalancer | null {
  if (balancer.Type !== 'application' || !balancer.LoadBalancerArn) return null;
  const { arn, name, dimension } = parseLoadBalancerArn(balancer.LoadBalancerArn);
  const zones = (balancer.AvailabilityZones ?? []).flatMap((zone) => zone.ZoneName ?? []);
  return {
    arn,
    name,
    dimension,
    scheme: balancer.Scheme ?? null,
    state: balancer.State?.Code ?? null,
    createdAt: balancer.CreatedTime?.toISOString() ?? null,
    availabilityZones: zones.sort(),
  };
}

/**
 * All application load balancers of a region, by name; network and gateway load balancers are left out.
 *
 * @throws RemoteError where they cannot be listed: an empty list always means that there are none
 */
export async function listLoadBalancers(
  elb: ElasticLoadBalancingV2Client,
  region: string,
): Promise<readonly DescribedLoadBalancer[]> {
  return orThrow(describeCall(region, null), async () => {
    const found: DescribedLoadBalancer[] = [];
    for await (const page of paginateDescribeLoadBalancers({ client: elb, pageSize: PAGE_SIZE }, {})) {
      for (const balancer of answered(page.LoadBalancers)) {
        const application = described(balancer);
        if (application) found.push(application);
      }
    }
    return found.sort((a, b) => (a.name < b.name ? -1 : 1));
  });
}

/**
 * One load balancer by its ARN. `gone` where it was deleted; a gap where AWS would not say.
 *
 * @throws RemoteError where AWS cannot be reached or the credentials are no good
 */
export async function readLoadBalancer(
  elb: ElasticLoadBalancingV2Client,
  region: string,
  arn: string,
): Promise<Reading<DescribedLoadBalancer> | LoadBalancerGone> {
  const call = describeCall(region, arn);
  try {
    const answer = await elb.send(new DescribeLoadBalancersCommand({ LoadBalancerArns: [arn] }));
    const found = answered(answer.LoadBalancers).find((balancer) => balancer.LoadBalancerArn === arn);
    const value = found ? described(found) : null;
    return value ? { state: 'known', value } : { state: 'gone', loadBalancerArn: arn };
  } catch (error) {
    const kind = failureKindOf(error);
    if (kind === 'not-found') return { state: 'gone', loadBalancerArn: arn };
    // The first call of an observation: where it cannot get through, the others will not either.
    if (kind === 'unreachable' || kind === 'unknown-host') return orThrow(call, () => Promise.reject(error));
    return { state: 'unknown', gap: gapFrom(error, call) };
  }
}

// https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DescribeLoadBalancers.html
const ARNS_PER_CALL = 20;

/**
 * Several load balancers, 20 a call. Where one of a call was deleted, AWS answers for none: they are read one by one.
 *
 * @throws RemoteError where AWS cannot be reached or the credentials are no good
 */
export async function readLoadBalancers(
  elb: ElasticLoadBalancingV2Client,
  region: string,
  arns: readonly string[],
): Promise<ReadonlyMap<string, Reading<DescribedLoadBalancer> | LoadBalancerGone>> {
  const found = new Map<string, Reading<DescribedLoadBalancer> | LoadBalancerGone>();
  for (let start = 0; start < arns.length; start += ARNS_PER_CALL) {
    const batch = arns.slice(start, start + ARNS_PER_CALL);
    for (const value of batch.length > 1 ? await describeOrNone(elb, batch) : [])
      found.set(value.arn, { state: 'known', value });
    for (const arn of batch) if (!found.has(arn)) found.set(arn, await readLoadBalancer(elb, region, arn));
  }
  return found;
}

/** None where the call fails, whatever the reason: reading each by itself then finds it out. */
async function describeOrNone(
  elb: ElasticLoadBalancingV2Client,
  arns: readonly string[],
): Promise<readonly DescribedLoadBalancer[]> {
  try {
    const answer = await elb.send(new DescribeLoadBalancersCommand({ LoadBalancerArns: [...arns] }));
    return answered(answer.LoadBalancers).flatMap((balancer) => described(balancer) ?? []);
  } catch {
    return [];
  }
}

/** What the ARN alone says of a load balancer that could not be described. */
export function loadBalancerFromArn(arn: string): DescribedLoadBalancer {
  const { name, dimension } = parseLoadBalancerArn(arn);
  return { arn, name, dimension, scheme: null, state: null, createdAt: null, availabilityZones: [] };
}

/** The attributes of a load balancer, every key that AWS gives, unknown ones included. */
export function readLoadBalancerAttributes(
  elb: ElasticLoadBalancingV2Client,
  region: string,
  arn: string,
): Promise<Reading<Record<string, string>>> {
  const call: ReadCall = {
    subject: 'attributes',
    what: 'the attributes of the load balancer',
    action: 'elasticloadbalancing:DescribeLoadBalancerAttributes',
    resource: arn,
    region,
  };
  return attempt(call, async () => {
    const answer = await elb.send(new DescribeLoadBalancerAttributesCommand({ LoadBalancerArn: arn }));
    return keyed(answered(answer.Attributes));
  });
}

/** A list of key and value as an object; a key without a value has the empty text. */
export function keyed(
  pairs: readonly { readonly Key?: string | undefined; readonly Value?: string | undefined }[],
): Record<string, string> {
  return Object.fromEntries(
    pairs.flatMap(({ Key, Value }) => (Key === undefined ? [] : [[Key, Value ?? ''] as const])),
  );
}
