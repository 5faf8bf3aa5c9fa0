import {
  DescribeTagsCommand,
  type ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Gap } from '../model/evidence.ts';
import { answered, attempt, type Reading } from './aws-failure.ts';
import { keyed } from './load-balancer.reader.ts';
import { redactedTags } from './redact.ts';

/** Tags by ARN; an ARN without an entry was not read, and a gap says why. */
export interface TagReading {
  readonly tags: ReadonlyMap<string, Record<string, string>>;
  readonly gaps: readonly Gap[];
}

// https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DescribeTags.html
const ARNS_PER_CALL = 20;

/**
 * The tags of load balancers and target groups, with values of secret-looking tags masked. AWS answers for none of a
 * call where one of its ARNs was deleted: they are then asked for one by one, and what is gone leaves a gap of its own.
 */
export async function readTags(
  elb: ElasticLoadBalancingV2Client,
  region: string,
  arns: readonly string[],
): Promise<TagReading> {
  const tags = new Map<string, Record<string, string>>();
  const gaps: Gap[] = [];
  const batches = Array.from({ length: Math.ceil(arns.length / ARNS_PER_CALL) }, (_, index) =>
    arns.slice(index * ARNS_PER_CALL, (index + 1) * ARNS_PER_CALL),
  );
  for (const batch of batches) {
    const together = await readBatch(elb, region, batch);
    const readings = [together];
    if (together.state === 'unknown' && together.gap.kind === 'not-found' && batch.length > 1) {
      readings.length = 0;
      for (const arn of batch) readings.push(await readBatch(elb, region, [arn]));
    }
    for (const reading of readings) {
      if (reading.state === 'unknown') gaps.push(reading.gap);
      else for (const [arn, own] of reading.value) tags.set(arn, own);
    }
  }
  return { tags, gaps };
}

/** The tags of each; an ARN without any has an empty entry. */
function readBatch(
  elb: ElasticLoadBalancingV2Client,
  region: string,
  arns: readonly string[],
): Promise<Reading<ReadonlyMap<string, Record<string, string>>>> {
  const call = {
    subject: 'tags' as const,
    what: 'the tags',
    action: 'elasticloadbalancing:DescribeTags',
    resource: arns[0] ?? null,
    region,
  };
  return attempt(call, async () => {
    const { TagDescriptions } = await elb.send(new DescribeTagsCommand({ ResourceArns: [...arns] }));
    const found = new Map<string, Record<string, string>>(arns.map((arn) => [arn, {}]));
    for (const { ResourceArn, Tags } of answered(TagDescriptions))
      if (ResourceArn) found.set(ResourceArn, redactedTags(keyed(Tags ?? [])));
    return found;
  });
}
