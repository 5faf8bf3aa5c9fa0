import { type CloudTrailClient, DescribeTrailsCommand } from '@aws-sdk/client-cloudtrail';
import { answered } from './aws-failure.ts';

/**
 * Whether a trail covers a region, one of the organisation included. EventBridge gets calls from CloudTrail only where
 * one does; whether it is switched on takes a second permission, and `alb502 doctor` asks.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html
 *
 * @returns `unknown` where AWS would not say
 */
export async function readTrail(
  cloudTrail: CloudTrailClient,
  region: string,
): Promise<'exists' | 'none' | 'unknown'> {
  try {
    const { trailList } = await cloudTrail.send(new DescribeTrailsCommand({ includeShadowTrails: true }));
    const covers = answered(trailList).some(
      ({ IsMultiRegionTrail, HomeRegion }) => IsMultiRegionTrail === true || HomeRegion === region,
    );
    return covers ? 'exists' : 'none';
  } catch {
    return 'unknown';
  }
}
