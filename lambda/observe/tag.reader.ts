import {
  DescribeTagsCommand,
  type ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Gap } from '../model/evidence.ts';
import { answered, attempt } from './aws-failure.ts';
import { keyed } from './load-balancer.reader.ts';
import { redactedTags } from './redact.ts';

/** Tags by ARN; an ARN without an entry was not read, and a gap says why. */
export interface TagReading {
  readonly tags: ReadonlyMap<string, Record<string, string>>;
  readonly gaps: readonly Gap[];
}

// https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DescribeTags.html
const ARNS_PER_CALL = 20;

/** The tags of load balancers and target groups, with values of secret-looking tags masked. */
export async function readTags(
  elb: ElasticLoadBalancingV2Client,
  region: string,
  arns: readonly string[],
): Promise<TagReading> {
  const tags = new Map<string, Record<string, string>>();
  const gaps: Gap[] = [];
  for (let start = 0; start < arns.length; start += ARNS_PER_CALL) {
    const batch = arns.slice(start, start + ARNS_PER_CALL);
    const call = {
      subject: 'tags' as const,
      what: 'the tags',
      action: 'elasticloadbalancing:DescribeTags',
      resource: batch[0] ?? null,
      region,
    };
    const reading = await attempt(call, async () =>
      answered((await elb.send(new DescribeTagsCommand({ ResourceArns: batch }))).TagDescriptions),
    );
    if (reading.state === 'unknown') {
      gaps.push(reading.gap);
      continue;
    }
    for (const arn of batch) tags.set(arn, {});
    for (const described of reading.value)
      if (described.ResourceArn) tags.set(described.ResourceArn, redactedTags(keyed(described.Tags ?? [])));
  }
  return { tags, gaps };
}
