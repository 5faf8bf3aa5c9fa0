import { DescribeInstancesCommand, type EC2Client } from '@aws-sdk/client-ec2';
import { orThrow } from './aws-failure.ts';

/** DescribeInstances takes up to 1,000 ids; fewer keep the answer small. */
const IDS_PER_CALL = 200;

/**
 * The private address of each instance; an instance that is gone has none.
 *
 * @throws RemoteError where they cannot be read
 */
export async function readInstanceAddresses(
  ec2: EC2Client,
  region: string,
  instanceIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const addresses = new Map<string, string>();
  const call = { what: 'the instances', action: 'ec2:DescribeInstances', resource: null, region };
  for (let start = 0; start < instanceIds.length; start += IDS_PER_CALL) {
    // A filter, unlike a list of ids, does not fail for the sake of one terminated instance.
    const Filters = [{ Name: 'instance-id', Values: instanceIds.slice(start, start + IDS_PER_CALL) }];
    let NextToken: string | undefined;
    do {
      const answer = await orThrow(call, () =>
        ec2.send(new DescribeInstancesCommand({ Filters, NextToken })),
      );
      for (const { InstanceId, PrivateIpAddress } of (answer.Reservations ?? []).flatMap(
        ({ Instances }) => Instances ?? [],
      )) {
        if (InstanceId && PrivateIpAddress) addresses.set(InstanceId, PrivateIpAddress);
      }
      NextToken = answer.NextToken;
    } while (NextToken);
  }
  return addresses;
}
