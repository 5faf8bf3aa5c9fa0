import { DescribeSubnetsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { answered, orThrow } from './aws-failure.ts';
import { type ClientOptions, clientConfig } from './clients.ts';

/** Subnets of a VPC that are looked at: AWS's own quota. */
const MOST_SUBNETS = 200;

/**
 * The subnets of a VPC with their zones, by id; one call.
 *
 * @throws RemoteError where they cannot be read
 */
export function readSubnetsOfVpc(
  vpcId: string,
  region: string,
  options: ClientOptions,
): Promise<ReadonlyMap<string, string>> {
  const call = { what: 'the subnets', action: 'ec2:DescribeSubnets', resource: vpcId, region };
  return orThrow(call, async () => {
    const ec2 = new EC2Client(clientConfig(region, options));
    const Filters = [{ Name: 'vpc-id', Values: [vpcId] }];
    const { Subnets } = await ec2.send(new DescribeSubnetsCommand({ Filters, MaxResults: MOST_SUBNETS }));
    return new Map(
      answered(Subnets).flatMap(({ SubnetId, AvailabilityZone = '' }) =>
        SubnetId === undefined ? [] : [[SubnetId, AvailabilityZone] as const],
      ),
    );
  });
}
