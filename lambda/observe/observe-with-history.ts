import type { CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import { type Environment, INVESTIGATIONS_AT_ONCE } from '../env.ts';
import type { Observed } from '../investigate/collect.ts';
import type { InvestigationRequest } from '../investigate/investigate.ts';
import { answersInForce } from '../probe/answers-in-force.ts';
import type { StoredRecord } from '../store/monitor-store.ts';
import { cloudTrailClient, type RegionChanges, readRegionChanges } from './change.reader.ts';
import type { ObserveClients } from './clients.ts';
import { CHANGES_BEFORE_MS, type Depth } from './depth.ts';
import type { KnownLoadBalancer } from './known.reader.ts';
import { observe } from './observe.ts';
import type { ReadWorkloads } from './workload/workload-question.ts';

/**
 * CloudTrail takes two look-ups a second for account and region, so investigations of the same minutes share one; each
 * process of the function keeps its own, and together they stay within the two.
 */
const CHANGES_FRESH_MS = 3 * 60_000;

const LOOK_UP_PAUSE_MS = 500;

interface Kept {
  readonly readAt: number;
  readonly changes: Promise<RegionChanges>;
}

/** How one load balancer is to be looked at. */
export interface Plan {
  readonly clients: ObserveClients;
  readonly known?: KnownLoadBalancer | undefined;
  readonly depth: Depth;
  readonly workloads: ReadWorkloads | null;
}

/** Observes with what the store remembers and with the region's recent changes, which are read once for all. */
export function observeWithHistory(
  planOf: (request: InvestigationRequest) => Plan,
  { account, settings }: Pick<Environment, 'account' | 'settings'>,
): (request: InvestigationRequest, stored: StoredRecord) => Promise<Observed> {
  return async (request, stored) => {
    const { loadBalancerArn, region, window } = request;
    const { clients, known, depth, workloads } = planOf(request);
    const observed = await observe(
      {
        region,
        account,
        loadBalancer: loadBalancerArn,
        known,
        depth,
        workloads,
        window,
        baseline: stored.baseline,
        declaredKeepAlives: settings.declaredKeepAlives,
        storedKeepAliveFacts: stored.keepAliveFacts,
        changes: recentChanges(region, window),
      },
      clients,
    );
    const openedAt = stored.state?.incident?.openedAt ?? null;
    const answers = answersInForce(stored.responseFacts, openedAt, window.end);
    if (observed.state === 'gone' || answers.length === 0) return observed;
    return { ...observed, bundle: { ...observed.bundle, responseFacts: [...answers] } };
  };
}

const trails = new Map<string, CloudTrailClient>();
const kept = new Map<string, Kept>();

function recentChanges(region: string, window: InvestigationRequest['window']): Promise<RegionChanges> {
  const readAt = Date.parse(window.end);
  const known = kept.get(region);
  if (known && readAt - known.readAt < CHANGES_FRESH_MS) return known.changes;
  const trail = trails.get(region) ?? cloudTrailClient(region, { maxAttempts: 8 });
  trails.set(region, trail);
  const start = new Date(Date.parse(window.start) - CHANGES_BEFORE_MS).toISOString();
  const changes = readRegionChanges(
    trail,
    region,
    { start, end: window.end },
    LOOK_UP_PAUSE_MS * INVESTIGATIONS_AT_ONCE,
  );
  // A failed read must not be served to the next investigation.
  changes.catch(() => kept.delete(region));
  kept.set(region, { readAt, changes });
  return changes;
}
