import type { MetricSeries } from '../model/evidence.ts';
import type { RegionChanges } from './change.reader.ts';
import { CHANGES_OFF } from './depth.ts';

/** Where the changes of a region come from. */
export interface ChangePorts {
  /** Of the whole region, read side by side with the rest; null leaves them out, and a gap says so. */
  readonly changes: Promise<RegionChanges> | RegionChanges | null;
  /** Changes of security groups and network ACLs of the region: asked for where connections fail or time out. */
  readonly networkChanges?: (() => Promise<RegionChanges>) | undefined;
}

const NO_CHANGES: RegionChanges = { changes: [], gaps: [] };
const UNREACHED = new Set(['TargetConnectionErrorCount', 'HTTPCode_ELB_504_Count']);

/** Whether a path to targets may be closed. */
const isUnreached = ({ name, values }: MetricSeries): boolean =>
  UNREACHED.has(name) && values.some((value) => value > 0);

/** Who changed what of the load balancer and, where targets could not be reached, of its network. */
export async function readChanges(
  request: ChangePorts,
  series: readonly MetricSeries[],
): Promise<RegionChanges> {
  const [own, network] = await Promise.all([
    request.changes ?? CHANGES_OFF,
    series.some(isUnreached) ? (request.networkChanges?.() ?? NO_CHANGES) : NO_CHANGES,
  ]);
  return { changes: [...own.changes, ...network.changes], gaps: [...own.gaps, ...network.gaps] };
}
