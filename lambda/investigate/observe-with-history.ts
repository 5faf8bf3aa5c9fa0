import { type Environment, INVESTIGATIONS_AT_ONCE } from '../env.ts';
import { changesReadOnce, networkChangesReadOnce } from '../observe/changes-read-once.ts';
import type { ObserveClients } from '../observe/clients.ts';
import type { Depth } from '../observe/depth.ts';
import type { KnownLoadBalancer } from '../observe/known.reader.ts';
import { observe } from '../observe/observe.ts';
import type { ReadWorkloads } from '../observe/workload/workload-question.ts';
import { answersInForce } from '../probe/answers-in-force.ts';
import type { StoredRecord } from '../store/monitor-store.ts';
import type { Observed } from './collect.ts';
import type { InvestigationRequest } from './investigate.ts';

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
        changes: changesReadOnce(region, window, INVESTIGATIONS_AT_ONCE),
        networkChanges: () => networkChangesReadOnce(region, window, INVESTIGATIONS_AT_ONCE),
      },
      clients,
    );
    const openedAt = stored.state?.incident?.openedAt ?? null;
    const answers = answersInForce(stored.responseFacts, openedAt, window.end);
    if (observed.state === 'gone' || answers.length === 0) return observed;
    return { ...observed, bundle: { ...observed.bundle, responseFacts: [...answers] } };
  };
}
