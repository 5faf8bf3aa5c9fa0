import type { ReadWorkloads, WorkloadOptions } from './workload/workload-question.ts';

/** A reader whose code, three clients of the SDK among it, is loaded when the first workload is read. */
export function workloadsOnDemand(options: WorkloadOptions): ReadWorkloads {
  let loaded: Promise<ReadWorkloads> | null = null;
  const load = async (): Promise<ReadWorkloads> => {
    const { workloadReader } = await import('./workload/workload-reading.ts');
    return workloadReader(options);
  };
  return async (question) => {
    loaded ??= load();
    return (await loaded)(question);
  };
}
