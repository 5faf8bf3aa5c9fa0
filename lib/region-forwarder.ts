import { Aws, Stack, type StackProps } from 'aws-cdk-lib';
import { EventBus, Rule } from 'aws-cdk-lib/aws-events';
import { EventBus as EventBusTarget } from 'aws-cdk-lib/aws-events-targets';
import { RegionInfo } from 'aws-cdk-lib/region-info';
import type { Construct } from 'constructs';
import { partitionOf } from '../lambda/env.ts';
import type { Configuration } from './configuration.ts';
import { type Home, synthesizerFor } from './synthesizers.ts';
import { CHANGE_EVENTS } from './triggers.ts';

/**
 * The regions that every account of the partition `aws` has from the start:
 * https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-regions.html. Others must be named in `regions`.
 */
export const DEFAULT_REGIONS = [
  'ap-northeast-1',
  'ap-northeast-2',
  'ap-northeast-3',
  'ap-south-1',
  'ap-southeast-1',
  'ap-southeast-2',
  'ca-central-1',
  'eu-central-1',
  'eu-north-1',
  'eu-west-1',
  'eu-west-2',
  'eu-west-3',
  'sa-east-1',
  'us-east-1',
  'us-east-2',
  'us-west-1',
  'us-west-2',
] as const;

/** The regions of the partition of a region, as far as this version of the CDK knows them. */
function regionsBeside(region: string): readonly string[] {
  const partition = partitionOf(region);
  if (partition === 'aws') return DEFAULT_REGIONS;
  return RegionInfo.regions.map(({ name }) => name).filter((name) => partitionOf(name) === partition);
}

type RegionStackSettings = Pick<Configuration, 'regions' | 'excludedRegions' | 'regionStacks'>;

/** Properties of the stack. */
export interface RegionForwarderProps extends StackProps {
  /** Where the monitor runs. */
  readonly homeRegion: string;
}

/**
 * Sends the changes of one region's load balancers to the monitor in another: EventBridge keeps events in their region.
 * Without it a change is found by the next posture look. It holds no assets.
 */
export class RegionForwarder extends Stack {
  constructor(scope: Construct, id: string, { homeRegion, ...props }: RegionForwarderProps) {
    super(scope, id, {
      description: `Forwards changes of load balancers to alb502 in ${homeRegion}`,
      ...props,
    });
    const home = `arn:${Aws.PARTITION}:events:${homeRegion}:${Aws.ACCOUNT_ID}:event-bus/default`;
    new Rule(this, 'Changes', {
      description: 'Changes of load balancers, for alb502',
      eventPattern: CHANGE_EVENTS,
      targets: [new EventBusTarget(EventBus.fromEventBusArn(this, 'Home', home))],
    });
  }
}

/**
 * One forwarder for each watched region but the monitor's own; none where only that is watched, or where it is not
 * known at synthesis which it is.
 */
export function forwardRegions(
  scope: Construct,
  { regions, excludedRegions, regionStacks }: RegionStackSettings,
  home: Home,
): readonly RegionForwarder[] {
  const { region: homeRegion, account } = home;
  if (homeRegion === undefined) return [];
  const watched =
    regions === 'all'
      ? regionsBeside(homeRegion).filter((region) => !excludedRegions.includes(region))
      : regions;
  return [...new Set(watched)]
    .filter((region) => region !== homeRegion)
    .map((region) => {
      const env = { region, ...(account === undefined ? {} : { account }) };
      const id = `Alb502Changes-${region}`;
      return new RegionForwarder(scope, id, { homeRegion, env, ...synthesizerFor(regionStacks) });
    });
}
