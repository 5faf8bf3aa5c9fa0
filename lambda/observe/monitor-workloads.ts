import { type Environment, INVESTIGATIONS_AT_ONCE, SWEEPING_AT_ONCE } from '../env.ts';
import type { EcsIndexStore } from './workload/ecs-index.ts';
import type { ReadWorkloads } from './workload/workload-question.ts';
import { workloadsOnDemand } from './workloads-on-demand.ts';

/** What a look waits for the list of a region's ECS services, of the function's 120 s. */
const LISTING_MS = 20_000;

/** Gives the monitor's reader of workloads, made once a process, for it remembers; null where it is switched off. */
export function monitorWorkloads(
  storeOf: (tableName: string) => EcsIndexStore,
): (environment: Environment) => ReadWorkloads | null {
  let reader: ReadWorkloads | null = null;
  return ({ tableName, settings }) => {
    if (!settings.readWorkloads) return null;
    reader ??= workloadsOnDemand({
      sharing: { processes: INVESTIGATIONS_AT_ONCE, sweeping: SWEEPING_AT_ONCE },
      maxListingMs: LISTING_MS,
      store: storeOf(tableName),
    });
    return reader;
  };
}
