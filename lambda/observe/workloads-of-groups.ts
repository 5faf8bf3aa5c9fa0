import type { Gap, MetricSeries, TargetGroup } from '../model/evidence.ts';
import type { Workload } from '../model/workload.ts';
import { CHANGES_BEFORE_MS, type Depth, isFailing } from './depth.ts';
import { kubernetesOf } from './kubernetes-tags.ts';
import type { TimeWindow } from './metrics.reader.ts';
import { workloadGap } from './workload/workload-call.ts';
import type { ReadWorkloads, WorkloadReading } from './workload/workload-question.ts';

interface Look {
  readonly region: string;
  readonly window: TimeWindow;
  readonly depth?: Depth | undefined;
  readonly workloads: ReadWorkloads | null;
  /** Of the metrics: what they say, and what of them could not be read. */
  readonly series: readonly MetricSeries[];
  readonly gaps: readonly Gap[];
}

const notRead = (reason: string): WorkloadReading => ({
  workloads: new Map(),
  gaps: [workloadGap('switched-off', 'what runs behind the target groups', reason)],
});

/** Without 502s, what happened to a workload is not asked for; where nobody can tell, it is. */
const isLoadBalancerFailing = ({ depth = 'whole', series, gaps }: Look): boolean =>
  series.some(isFailing) || (depth === 'whole' && gaps.length > 0);

async function read(look: Look, groups: readonly TargetGroup[]): Promise<WorkloadReading> {
  const { workloads, depth, region, window } = look;
  if (groups.length === 0) return { workloads: new Map(), gaps: [] };
  if (workloads === null) return notRead('workloads were not asked for');
  if (depth === 'first-aid') return notRead('left for the next look: many load balancers fail at once');
  const since = new Date(Date.parse(window.start) - CHANGES_BEFORE_MS).toISOString();
  return workloads({ region, groups, since, isFailing: isLoadBalancerFailing(look) });
}

/** The tags tell of Kubernetes without a call. */
function withWorkload(group: TargetGroup, asked: Workload | undefined): TargetGroup {
  const kubernetes = kubernetesOf(group.tags);
  const workload = { ...asked, ...(kubernetes ? { kubernetes } : {}) };
  return Object.keys(workload).length === 0 ? group : { ...group, workload };
}

/**
 * Target groups with what runs behind them.
 *
 * @throws RemoteError where the credentials are missing, expired or refused
 */
export async function withWorkloads(
  groups: readonly TargetGroup[],
  look: Look,
): Promise<{ readonly targetGroups: TargetGroup[]; readonly gaps: readonly Gap[] }> {
  const { workloads, gaps } = await read(look, groups);
  return { targetGroups: groups.map((group) => withWorkload(group, workloads.get(group.arn))), gaps };
}
