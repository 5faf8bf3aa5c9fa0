import { describe, expect, test } from 'vitest';
import {
  type EcsIndex,
  MOST_INDEX_CALLS,
  readEcsIndex,
} from '../../../lambda/observe/workload/ecs-index.reader.ts';
import { KeptIndex, NOT_STORED } from '../../../lambda/observe/workload/ecs-index.ts';
import { workloadClients } from '../../../lambda/observe/workload/workload-clients.ts';
import { ecsIndexStore } from '../../../lambda/store/ecs-index.store.ts';
import type { FaultRule } from '../../aws-faults.ts';
import { createStateTable } from '../../store/table.ts';
import { observedAws, region } from '../observed-aws.ts';

const aws = observedAws();
const ECS = `arn:aws:ecs:${region}:123456789012`;
const AT = '2026-11-20T10:00:00.000Z';
const MINUTE_MS = 60_000;

const groupArn = (name: string): string =>
  `arn:aws:elasticloadbalancing:${region}:123456789012:targetgroup/${name}/73e2d6bc24d8a067`;

interface Asked {
  readonly cluster?: string;
  readonly nextToken?: string;
  readonly services?: readonly string[];
}
// The stand-in below is asked by our own code, whose requests the gate has judged elsewhere.
const askedOf = (input: unknown): Asked => (typeof input === 'object' && input !== null ? input : {});

/** Answers for clusters with so many services each, a page of 100 at a time, and each service with a group of its name. */
function clustersOf(sizes: readonly number[]): readonly FaultRule[] {
  const clusters = sizes.map((_, index) => `${ECS}:cluster/c${index}`);
  const paged = (all: readonly string[], nextToken: string | undefined) => {
    const from = Number(nextToken ?? 0);
    return {
      items: all.slice(from, from + 100),
      ...(from + 100 < all.length ? { nextToken: `${from + 100}` } : {}),
    };
  };
  const answers: Readonly<Record<string, (asked: Asked) => unknown>> = {
    ListClusters: ({ nextToken }) => {
      const { items, ...more } = paged(clusters, nextToken);
      return { clusterArns: items, ...more };
    },
    ListServices: ({ cluster = '', nextToken }) => {
      const index = clusters.indexOf(cluster);
      const all = Array.from(
        { length: sizes[index] ?? 0 },
        (_, number) => `${ECS}:service/c${index}/s${number}`,
      );
      const { items, ...more } = paged(all, nextToken);
      return { serviceArns: items, ...more };
    },
    DescribeServices: ({ services = [] }) => ({
      services: services.map((serviceArn) => ({
        serviceArn,
        status: 'ACTIVE',
        loadBalancers: [{ targetGroupArn: groupArn(serviceArn.split('/').slice(1).join('-')) }],
      })),
      failures: [],
    }),
  };
  return Object.entries(answers).map(([action, answer]) => ({
    action,
    fault: { answer: (input) => answer(askedOf(input)) },
  }));
}

const read = (): Promise<EcsIndex> => {
  const sharing = { processes: 0.01, sweeping: 1 };
  return readEcsIndex(workloadClients(sharing, aws().proxy.client)(region, 'incident').ecs, region, AT);
};

/** As docs/cost.md says. */
const callsFor = (sizes: readonly number[]): number =>
  Math.max(1, Math.ceil(sizes.length / 100)) +
  sizes.reduce((sum, size) => sum + Math.max(1, Math.ceil(size / 100)) + Math.ceil(size / 10), 0);

describe('the list of ECS services', () => {
  test.each([
    [
      '30 clusters and 500 services, evenly',
      Array.from({ length: 30 }, (_, index) => (index < 20 ? 17 : 16)),
      91,
    ],
    [
      '30 clusters and 500 services, one a cluster but for one',
      [471, ...Array.from({ length: 29 }, () => 1)],
      112,
    ],
    ['no cluster', [], 1],
  ])('of %s costs a published number of calls', async (_, sizes, calls) => {
    aws().proxy.reset(clustersOf(sizes));
    const { byTargetGroup, gaps } = await read();
    expect(gaps).toEqual([]);
    expect(byTargetGroup.size).toBe(sizes.reduce((sum, size) => sum + size, 0));
    expect(aws().proxy.calls).toHaveLength(calls);
    expect(callsFor(sizes)).toBe(calls);
  });

  test('ends, and says so, at the most calls', async () => {
    aws().proxy.reset(clustersOf(Array.from({ length: 600 }, () => 1)));
    const { gaps } = await read();
    expect(aws().proxy.calls).toHaveLength(MOST_INDEX_CALLS);
    expect(gaps).toMatchObject([{ subject: 'workload', kind: 'throttled' }]);
  });

  test('knows the groups of blue/green deployments and of task sets', async () => {
    const service = {
      serviceArn: `${ECS}:service/c0/s0`,
      loadBalancers: [
        {
          targetGroupArn: groupArn('blue'),
          advancedConfiguration: { alternateTargetGroupArn: groupArn('green') },
        },
      ],
      taskSets: [{ loadBalancers: [{ targetGroupArn: groupArn('of-code-deploy') }] }],
    };
    const answer = () => ({ services: [service], failures: [] });
    aws().proxy.reset([{ action: 'DescribeServices', fault: { answer } }, ...clustersOf([1])]);
    expect([...(await read()).byTargetGroup.keys()]).toEqual(
      ['blue', 'green', 'of-code-deploy'].map(groupArn),
    );
  });
});

/** An index that counts its listings, of the groups that are there. */
function counted(there: Set<string>, maxWaitMs = 1_000_000) {
  let listings = 0;
  let now = Date.parse(AT);
  const index = new KeptIndex({
    store: NOT_STORED,
    read: async (_, listedAt) => {
      listings += 1;
      const services = [{ clusterArn: 'c', serviceArn: 's' }];
      return { listedAt, byTargetGroup: new Map([...there].map((arn) => [arn, services])), gaps: [] };
    },
    maxWaitMs,
    now: () => now,
  });
  return {
    find: async (arn: string) => (await index.servicesOf(region, [arn])).get(arn)?.services.length,
    expire: () => index.expire(region),
    wait: (minutes: number) => {
      now += minutes * MINUTE_MS;
    },
    listings: () => listings,
  };
}

describe('the kept list', () => {
  test('serves six hours, and less where something in it is gone', async () => {
    const { find, wait, listings, expire } = counted(new Set(['a']));
    expect(await find('a')).toBe(1);
    wait(359);
    expect(await find('a')).toBe(1);
    expect(listings()).toBe(1);
    wait(1);
    await find('a');
    expect(listings()).toBe(2);
    expire();
    await find('a');
    expect(listings()).toBe(3);
  });

  test('is made anew for a group that is not in it, once in a quarter of an hour', async () => {
    const there = new Set(['a']);
    const { find, wait, listings } = counted(there);
    await find('a');
    expect(await find('new')).toBe(0);
    there.add('new');
    wait(14);
    expect(await find('new')).toBe(0);
    expect(listings()).toBe(1);
    wait(1);
    expect(await find('new')).toBe(1);
    expect(listings()).toBe(2);
  });

  test('is made once for all looks that wait for it, and a look waits so long only', async () => {
    let finish: (index: EcsIndex) => void = () => {};
    let listings = 0;
    const index = new KeptIndex({
      store: NOT_STORED,
      read: () => {
        listings += 1;
        return new Promise((resolve) => {
          finish = resolve;
        });
      },
      maxWaitMs: 1,
      now: () => Date.parse(AT),
    });
    const both = await Promise.all([index.servicesOf(region, ['a']), index.servicesOf(region, ['a'])]);
    for (const found of both)
      expect(found.get('a')).toMatchObject({
        services: [],
        gaps: [{ kind: 'throttled', subject: 'workload' }],
      });
    expect(listings).toBe(1);
    finish({
      listedAt: AT,
      byTargetGroup: new Map([['a', [{ clusterArn: 'c', serviceArn: 's' }]]]),
      gaps: [],
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect((await index.servicesOf(region, ['a'])).get('a')).toMatchObject({ services: [{}], gaps: [] });
    expect(listings).toBe(1);
  });

  test('lies in the table for the next process, unless it is incomplete', async () => {
    const store = ecsIndexStore(await createStateTable(aws().moto, 'index'), 'index');
    expect(await store.load(region)).toBeNull();
    const index: EcsIndex = {
      listedAt: AT,
      byTargetGroup: new Map([
        [groupArn('a'), [{ clusterArn: `${ECS}:cluster/c`, serviceArn: `${ECS}:service/c/a` }]],
      ]),
      gaps: [],
    };
    await store.save(region, index);
    expect(await store.load(region)).toEqual(index);
    const [gap] = (await readOfDenied()).gaps;
    await store.save(region, { ...index, listedAt: '2026-11-20T11:00:00.000Z', gaps: gap ? [gap] : [] });
    expect((await store.load(region))?.listedAt).toBe(AT);
    const broken = ecsIndexStore(await createStateTable(aws().moto, 'other'), 'no-such-table');
    expect(await broken.load(region)).toBeNull();
    await expect(broken.save(region, index)).resolves.toBeUndefined();
  });
});

const readOfDenied = (): Promise<EcsIndex> => {
  aws().proxy.reset([{ action: 'ListClusters', fault: 'denied' }]);
  return read();
};
