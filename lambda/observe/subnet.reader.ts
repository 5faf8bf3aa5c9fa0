import {
  DescribeRouteTablesCommand,
  DescribeSubnetsCommand,
  DescribeVpcEndpointsCommand,
  EC2Client,
  type RouteTable,
} from '@aws-sdk/client-ec2';
import { answered, orThrow } from './aws-failure.ts';
import { type ClientOptions, clientConfig } from './clients.ts';

/** Whether a function in a subnet can reach AWS. */
export interface SubnetReach {
  readonly id: string;
  readonly freeAddresses: number;
  /** Where its default route leads, `nat-...`; null: it has none that works. An internet gateway gives a function nothing. */
  readonly defaultRoute: string | null;
  /** Services with an endpoint in its VPC, `com.amazonaws.eu-central-1.dynamodb`. */
  readonly endpoints: readonly string[];
}

/** What the probe function calls: https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html */
const CALLED = ['elasticloadbalancing', 'dynamodb', 'ec2'] as const;

/** The services that a probe function in the subnet could not call; none where it reaches all. */
export const servicesOutOfReach = (
  { defaultRoute, endpoints }: Pick<SubnetReach, 'defaultRoute' | 'endpoints'>,
  region: string,
): readonly string[] =>
  defaultRoute !== null
    ? []
    : CALLED.filter(
        (service) => !endpoints.some((name) => name.includes(`.${region}.`) && name.endsWith(`.${service}`)),
      );

/**
 * How subnets reach AWS's endpoints.
 *
 * @throws RemoteError where it cannot be read, or where a subnet is gone
 */
export async function readSubnetReach(
  ids: readonly string[],
  region: string,
  options: ClientOptions,
): Promise<readonly SubnetReach[]> {
  const ec2 = new EC2Client(clientConfig(region, options));
  const call = (name: string) => ({
    what: 'the network of the probe',
    action: `ec2:${name}`,
    resource: ids.join(', '),
    region,
  });
  const subnets = await orThrow(call('DescribeSubnets'), async () =>
    answered((await ec2.send(new DescribeSubnetsCommand({ SubnetIds: [...ids] }))).Subnets),
  );
  const vpcs = [...new Set(subnets.flatMap(({ VpcId }) => VpcId ?? []))];
  const ofVpcs = { Filters: [{ Name: 'vpc-id', Values: vpcs }] };
  const tables = await orThrow(call('DescribeRouteTables'), async () =>
    answered((await ec2.send(new DescribeRouteTablesCommand(ofVpcs))).RouteTables),
  );
  const endpoints = await orThrow(call('DescribeVpcEndpoints'), async () =>
    answered((await ec2.send(new DescribeVpcEndpointsCommand(ofVpcs))).VpcEndpoints),
  );
  return subnets.map(({ SubnetId = '', VpcId, AvailableIpAddressCount = 0 }) => ({
    id: SubnetId,
    freeAddresses: AvailableIpAddressCount,
    defaultRoute: defaultRouteOf(tables, SubnetId, VpcId ?? ''),
    endpoints: endpoints.flatMap((endpoint) =>
      endpoint.VpcId === VpcId ? (endpoint.ServiceName ?? []) : [],
    ),
  }));
}

/** A subnet without a table of its own follows the main one of its VPC. */
function defaultRouteOf(tables: readonly RouteTable[], subnetId: string, vpcId: string): string | null {
  const own = tables.find(({ Associations = [] }) =>
    Associations.some((association) => association.SubnetId === subnetId),
  );
  const main = tables.find(
    (table) => table.VpcId === vpcId && table.Associations?.some((association) => association.Main),
  );
  const route = (own ?? main)?.Routes?.find(
    ({ DestinationCidrBlock, State }) => DestinationCidrBlock === '0.0.0.0/0' && State !== 'blackhole',
  );
  if (route === undefined) return null;
  const gateway = route.GatewayId?.startsWith('igw-') ? undefined : route.GatewayId;
  return (
    route.NatGatewayId ??
    route.TransitGatewayId ??
    route.NetworkInterfaceId ??
    route.InstanceId ??
    gateway ??
    null
  );
}
