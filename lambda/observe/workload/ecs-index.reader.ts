import {
  DescribeServicesCommand,
  type ECSClient,
  ListClustersCommand,
  ListServicesCommand,
  type Service,
} from '@aws-sdk/client-ecs';
import pLimit from 'p-limit';
import type { Gap } from '../../model/evidence.ts';
import { answered, attempt, type Reading } from '../aws-failure.ts';
import { batchesOf, workloadCall, workloadGap } from './workload-call.ts';

/** Where an ECS service is found again. */
export interface EcsServiceKey {
  readonly clusterArn: string;
  readonly serviceArn: string;
}

/** Which ECS services have their tasks in which target groups of a region. */
export interface EcsIndex {
  /** ISO time. */
  readonly listedAt: string;
  readonly byTargetGroup: ReadonlyMap<string, readonly EcsServiceKey[]>;
  /** What could not be listed: a group that is not in the index may yet be there. */
  readonly gaps: readonly Gap[];
}

/** ListClusters and ListServices give at most so many at a time. */
const PAGE = 100;
/** DescribeServices takes at most so many. */
const SERVICES_PER_CALL = 10;
/** Beyond it an index ends, incomplete: about 8,000 services. */
export const MOST_INDEX_CALLS = 1_000;
const AT_ONCE = 4;

/** Every target group that a service or one of its task sets is in, or is about to be in. */
const targetGroupsOf = ({ loadBalancers = [], taskSets = [] }: Service): Set<string> =>
  new Set(
    [...loadBalancers, ...taskSets.flatMap((taskSet) => taskSet.loadBalancers ?? [])].flatMap(
      ({ targetGroupArn, advancedConfiguration }) =>
        [targetGroupArn, advancedConfiguration?.alternateTargetGroupArn].filter((arn) => arn !== undefined),
    ),
  );

/** One listing of a region's services. */
class Listing {
  private readonly found = new Map<string, EcsServiceKey[]>();
  private readonly gaps: Gap[] = [];
  private calls = 0;
  /** What one call may not do, the next may not do either. */
  private readonly denied = new Set<string>();
  private readonly ecs: ECSClient;
  private readonly region: string;

  constructor(ecs: ECSClient, region: string) {
    this.ecs = ecs;
    this.region = region;
  }

  async read(listedAt: string): Promise<EcsIndex> {
    const limit = pLimit(AT_ONCE);
    const clusters = await this.all('ListClusters', null, async (nextToken) => {
      const answer = await this.ecs.send(new ListClustersCommand({ maxResults: PAGE, nextToken }));
      return { items: answered(answer.clusterArns), nextToken: answer.nextToken };
    });
    await Promise.all(clusters.map((clusterArn) => limit(() => this.readCluster(clusterArn))));
    if (this.calls >= MOST_INDEX_CALLS)
      this.gaps.push(
        workloadGap(
          'throttled',
          'the ECS services',
          `the region has more than ${MOST_INDEX_CALLS} calls list`,
        ),
      );
    return { listedAt, byTargetGroup: this.found, gaps: this.gaps };
  }

  private async readCluster(cluster: string): Promise<void> {
    const services = await this.all('ListServices', cluster, async (nextToken) => {
      const answer = await this.ecs.send(new ListServicesCommand({ cluster, maxResults: PAGE, nextToken }));
      return { items: answered(answer.serviceArns), nextToken: answer.nextToken };
    });
    for (const batch of batchesOf(services, SERVICES_PER_CALL)) {
      const reading = await this.one('DescribeServices', cluster, async () => {
        const answer = await this.ecs.send(new DescribeServicesCommand({ cluster, services: batch }));
        return answered(answer.services);
      });
      for (const service of reading ?? []) this.keep(cluster, service);
    }
  }

  private keep(clusterArn: string, service: Service): void {
    const { serviceArn } = service;
    if (serviceArn === undefined) return;
    for (const arn of targetGroupsOf(service))
      this.found.set(arn, [...(this.found.get(arn) ?? []), { clusterArn, serviceArn }]);
  }

  /** All pages; those before a failure are kept. */
  private async all(
    operation: string,
    resource: string | null,
    page: (
      nextToken: string | undefined,
    ) => Promise<{ items: readonly string[]; nextToken: string | undefined }>,
  ): Promise<readonly string[]> {
    const items: string[] = [];
    let nextToken: string | undefined;
    do {
      const answer = await this.one(operation, resource, () => page(nextToken));
      if (answer === null) break;
      items.push(...answer.items);
      nextToken = answer.nextToken;
    } while (nextToken);
    return items;
  }

  /** One call; null where it is not made or fails. */
  private async one<T>(
    operation: string,
    resource: string | null,
    read: () => Promise<T>,
  ): Promise<T | null> {
    if (this.denied.has(operation) || this.calls >= MOST_INDEX_CALLS) return null;
    this.calls += 1;
    const call = workloadCall(this.region, `ecs:${operation}`, 'the ECS services', resource);
    const reading: Reading<T> = await attempt(call, read);
    if (reading.state === 'known') return reading.value;
    const isDenied = reading.gap.kind === 'denied';
    // Calls for other clusters may be under way, and are denied as well.
    if (!(isDenied && this.denied.has(operation))) this.gaps.push(reading.gap);
    if (isDenied) this.denied.add(operation);
    return null;
  }
}

/**
 * Lists every ECS service of a region with its target groups.
 *
 * Calls: one ListClusters for each 100 clusters; for each cluster one ListServices for each 100 services and one
 * DescribeServices for each 10; at most {@link MOST_INDEX_CALLS} together.
 *
 * @throws RemoteError where the credentials are missing, expired or refused
 */
export const readEcsIndex = (ecs: ECSClient, region: string, listedAt: string): Promise<EcsIndex> =>
  new Listing(ecs, region).read(listedAt);
