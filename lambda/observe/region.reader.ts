import { DescribeRegionsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { answered, orThrow } from './aws-failure.ts';
import { type ClientOptions, clientConfig } from './clients.ts';

/**
 * The regions that are enabled for the account, by name.
 *
 * @param region - where to ask; any enabled one
 * @throws RemoteError where it cannot be read
 */
export function readEnabledRegions(region: string, options: ClientOptions = {}): Promise<readonly string[]> {
  const call = {
    what: 'the regions of the account',
    action: 'ec2:DescribeRegions',
    resource: null,
    region,
  };
  return orThrow(call, async () => {
    const ec2 = new EC2Client(clientConfig(region, options));
    // Without AllRegions the answer holds the enabled ones only.
    const { Regions } = await ec2.send(new DescribeRegionsCommand({}));
    return answered(Regions)
      .flatMap(({ RegionName }) => RegionName ?? [])
      .sort();
  });
}
