import { type ClientOptions, clientsByRegion } from '../observe/clients.ts';
import {
  type LoadBalancerNetwork,
  listLoadBalancerNetworks,
} from '../observe/load-balancer-network.reader.ts';
import { readSubnetReach, type SubnetReach, servicesOutOfReach } from '../observe/subnet.reader.ts';
import { readSubnetsOfVpc } from '../observe/vpc-subnet.reader.ts';
import type { ProbePlace } from './inventory.ts';

/** A function needs one; a second zone keeps it running where the first is down. */
const MOST_SUBNETS = 3;
/** What a function takes. */
const MOST_SECURITY_GROUPS = 5;
const MOST_UNSUITED = 5;

/**
 * Where a probe function could stand: subnets that reach AWS, in the VPC of most load balancers of a region. Five calls.
 *
 * @throws RemoteError where one of them fails
 */
export async function readProbePlace(region: string, options: ClientOptions): Promise<ProbePlace | null> {
  const { elb } = clientsByRegion(options)(region);
  const all = await listLoadBalancerNetworks(elb, region);
  const vpcId = mostUsed(all);
  if (vpcId === null) return null;
  const zones = await readSubnetsOfVpc(vpcId, region, options);
  const subnets = zones.size === 0 ? [] : await readSubnetReach([...zones.keys()], region, options);
  const judged = subnets
    .map((subnet) => ({ subnet, zone: zones.get(subnet.id) ?? '', fault: faultOf(subnet, region) }))
    .sort((one, other) => other.subnet.freeAddresses - one.subnet.freeAddresses);
  const fit = judged.filter(({ fault }) => fault === null);
  const perZone = [...new Map(fit.toReversed().map((one) => [one.zone, one])).values()];
  const groups = all.filter((one) => one.vpcId === vpcId).flatMap(({ securityGroupIds }) => securityGroupIds);
  return {
    ...{ region, vpcId },
    subnets: perZone
      .toSorted((one, other) => (one.zone < other.zone ? -1 : 1))
      .slice(0, MOST_SUBNETS)
      .map(({ subnet, zone }) => ({ id: subnet.id, zone, reach: reachOf(subnet) })),
    securityGroupIds: [...new Set(groups)].slice(0, MOST_SECURITY_GROUPS),
    unsuited: judged
      .flatMap(({ subnet, fault }) => (fault === null ? [] : [`${subnet.id} ${fault}`]))
      .slice(0, MOST_UNSUITED),
  };
}

function mostUsed(networks: readonly LoadBalancerNetwork[]): string | null {
  const counts = new Map<string, number>();
  for (const { vpcId } of networks) counts.set(vpcId, (counts.get(vpcId) ?? 0) + 1);
  const [most] = [...counts].sort(([, one], [, other]) => other - one);
  return most?.[0] ?? null;
}

const reachOf = ({ defaultRoute }: SubnetReach): string =>
  defaultRoute === null ? 'reaches AWS by endpoints of its VPC' : `reaches AWS by ${defaultRoute}`;

/** Why a function cannot stand there; null where it can. */
function faultOf(subnet: SubnetReach, region: string): string | null {
  if (subnet.freeAddresses === 0) return 'has no free address';
  const missing = servicesOutOfReach(subnet, region);
  return missing.length === 0 ? null : `has no way to ${missing.join(', ')}`;
}
