import { INVESTIGATIONS_AT_ONCE, type Settings, SWEEPING_AT_ONCE } from '../env.ts';
import { imagesOnDemand, withImageConfigurations } from '../observe/image-configurations.ts';
import type { EcsIndexStore } from '../observe/workload/ecs-index.ts';
import type { ReadWorkloads } from '../observe/workload/workload-question.ts';
import { workloadsOnDemand } from '../observe/workloads-on-demand.ts';

/** What a look waits for the list of a region's ECS services, of the function's 120 s. */
const LISTING_MS = 20_000;

/** One reader of workloads a process, for it remembers; null where they are not to be read. */
export function rememberedWorkloads(): (
  settings: Pick<Settings, 'readWorkloads' | 'readImages'>,
  storeOf: () => EcsIndexStore,
) => ReadWorkloads | null {
  let reader: ReadWorkloads | null = null;
  return ({ readWorkloads, readImages }, storeOf) => {
    if (!readWorkloads) return null;
    if (reader !== null) return reader;
    const services = workloadsOnDemand({
      sharing: { processes: INVESTIGATIONS_AT_ONCE, sweeping: SWEEPING_AT_ONCE },
      maxListingMs: LISTING_MS,
      store: storeOf(),
    });
    reader = readImages ? withImageConfigurations(services, imagesOnDemand()) : services;
    return reader;
  };
}
