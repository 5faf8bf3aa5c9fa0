import type { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Reading } from './aws-failure.ts';
import type { ObserveClients } from './clients.ts';
import {
  type DescribedLoadBalancer,
  type LoadBalancerGone,
  readLoadBalancers,
} from './load-balancer.reader.ts';
import { readTags, type TagReading } from './tag.reader.ts';
import { type DescribedTargetGroup, listTargetGroups, readTargetGroups } from './target-group.reader.ts';

/** What was read of one load balancer in calls that it shares with others. */
export interface KnownLoadBalancer {
  readonly found: Reading<DescribedLoadBalancer> | LoadBalancerGone;
  readonly targetGroups: Reading<readonly DescribedTargetGroup[]>;
  readonly tags: TagReading;
}

/** A listing of the region pays where it replaces four times as many calls. */
const CALLS_REPLACED_PER_PAGE = 4;

/** For so long a listing stands for what a call of one's own would say: groups are seldom attached elsewhere. */
const LISTING_FRESH_MS = 180_000;

interface Listing {
  readonly listedAt: number;
  readonly groups: Promise<ReadonlyMap<string, readonly DescribedTargetGroup[]> | null>;
}

/**
 * Reads what several load balancers of one region can be asked for together: the load balancers and their tags 20 a
 * call, and the target groups from a listing of the region where many fail at once.
 *
 * @param now - epoch milliseconds
 */
export function knownReader(
  now: () => number = Date.now,
): (
  clients: ObserveClients,
  arns: readonly string[],
  concurrentLooks: number,
) => Promise<ReadonlyMap<string, KnownLoadBalancer>> {
  const listings = new Map<string, Listing>();

  /** Which groups belong to whom, if a listing pays and AWS gives one. */
  async function listed({ elb, region }: ObserveClients, concurrentLooks: number) {
    const maxPages = Math.floor(concurrentLooks / CALLS_REPLACED_PER_PAGE);
    if (maxPages < 2) return null;
    const kept = listings.get(region);
    if (kept && now() - kept.listedAt < LISTING_FRESH_MS) return kept.groups;
    const groups = listTargetGroups(elb, maxPages);
    listings.set(region, { listedAt: now(), groups });
    return groups;
  }

  return async (clients, arns, concurrentLooks) => {
    const { elb, region } = clients;
    const [found, groups] = await Promise.all([
      readLoadBalancers(elb, region, arns),
      listed(clients, concurrentLooks).then((all) => groupsOf(elb, region, arns, all)),
    ]);
    // What was just found to be gone is not asked for: AWS would answer for none of the others either.
    const there = arns.filter((arn) => found.get(arn)?.state !== 'gone');
    const allArns = [...new Set(there.flatMap((arn) => [arn, ...arnsOf(groups.get(arn))]))];
    const tags = await readTags(elb, region, allArns);
    return new Map(
      arns.flatMap((arn) => {
        const [own, targetGroups] = [found.get(arn), groups.get(arn)];
        if (!own || !targetGroups) return [];
        return [[arn, { found: own, targetGroups, tags: tagsOf([arn, ...arnsOf(targetGroups)], tags) }]];
      }),
    );
  };
}

/** A call for others that failed is no gap of ours. */
const tagsOf = (arns: readonly string[], { tags, gaps }: TagReading): TagReading => ({
  tags,
  gaps: arns.every((arn) => tags.has(arn)) ? [] : gaps,
});

const arnsOf = (groups: Reading<readonly DescribedTargetGroup[]> | undefined): readonly string[] =>
  groups?.state === 'known' ? groups.value.map(({ arn }) => arn) : [];

async function groupsOf(
  elb: ElasticLoadBalancingV2Client,
  region: string,
  arns: readonly string[],
  listed: ReadonlyMap<string, readonly DescribedTargetGroup[]> | null,
): Promise<ReadonlyMap<string, Reading<readonly DescribedTargetGroup[]>>> {
  const readings = await Promise.all(
    arns.map(async (arn) => {
      const value = listed?.get(arn);
      const reading = value ? { state: 'known' as const, value } : await readTargetGroups(elb, region, arn);
      return [arn, reading] as const;
    }),
  );
  return new Map(readings);
}
