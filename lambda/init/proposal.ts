import { billOf, USUAL_INCIDENTS } from '../cost/bill.ts';
import { dollars } from '../cost/document.ts';
import { settingsSchema } from '../model/settings.ts';
import type { Inventory, NotRead } from './inventory.ts';
import { counted, notReadReasons, type ProposedEntry } from './proposed-entry.ts';
import { logBucketEntry, logGroupEntries } from './proposed-logs.ts';
import { subscriptionEntry, switchedOffEntries } from './proposed-options.ts';
import { probeEntry } from './proposed-probe.ts';

/** A configuration as it is proposed, and what the monitor costs with it. */
export interface Proposal {
  readonly account: string;
  readonly loadBalancers: number;
  readonly entries: readonly ProposedEntry[];
  readonly usdAMonth: number;
  readonly notRead: readonly NotRead[];
}

const { backstopMinutes, postureHours, activeMinutes, activeLaterMinutes } = settingsSchema.parse({});

const billFor = (loadBalancers: number, regions: number) =>
  billOf({
    ...{ loadBalancers, regions, ...USUAL_INCIDENTS },
    ...{ backstopMinutes, postureHours, activeMinutes, activeLaterMinutes },
  });

/** What reading access logs out of buckets costs, US dollars a month. */
const bucketUsd = (loadBalancers: number, regions: number): number =>
  billFor(loadBalancers, regions)
    .lines.filter(({ service }) => service === 'S3')
    .reduce((sum, { usd }) => sum + usd, 0);

/** What a configuration for an account should say, entry by entry; pure. */
export function proposalOf(inventory: Inventory): Proposal {
  const { account, regions, notRead } = inventory;
  const loadBalancers = regions.reduce((sum, region) => sum + region.loadBalancers.length, 0);
  const count = Math.max(1, regions.length);
  const withBuckets = new Set(
    regions.flatMap(({ region, logs }) =>
      logs.filter(({ kind }) => kind === 'bucket').map(({ loadBalancer }) => `${region} ${loadBalancer}`),
    ),
  ).size;
  const usdOfBuckets = bucketUsd(withBuckets, count);
  const usdOfWatching = billFor(loadBalancers, count).usd - bucketUsd(loadBalancers, count);
  const entries = [
    regionEntry(
      inventory,
      usdOfWatching,
      billFor(loadBalancers, count + 1).usd - billFor(loadBalancers, count).usd,
    ),
    logBucketEntry(inventory, usdOfBuckets),
    ...logGroupEntries(inventory),
    subscriptionEntry(),
    probeEntry(inventory),
    ...switchedOffEntries(),
  ];
  return { account, loadBalancers, entries, usdAMonth: usdOfWatching + usdOfBuckets, notRead };
}

function regionEntry(inventory: Inventory, usd: number, usdOfOneMore: number): ProposedEntry {
  const { regions, emptyRegions } = inventory;
  const empty = emptyRegions.length === 0 ? [] : [`None in ${counted(emptyRegions.length, 'other region')}.`];
  return {
    key: 'regions',
    value: null,
    items: regions.map(({ region, loadBalancers }) => ({
      value: region,
      on: true,
      note: counted(loadBalancers.length, 'load balancer'),
    })),
    on: true,
    reasons: [
      'The regions that have Application Load Balancers.',
      ...empty,
      `Watching costs ${dollars(usd)} a month in all; one more region costs ${dollars(usdOfOneMore)} at least.`,
      ...(regions.length > 1
        ? [
            'Those beside the region of the stack get a small stack each (cdk deploy --all), and need its cdk bootstrap.',
          ]
        : []),
      ...notReadReasons(inventory, 'regions'),
    ],
    usdAMonth: usd,
  };
}
