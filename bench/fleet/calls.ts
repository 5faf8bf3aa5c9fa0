/** One call as the endpoint saw it. */
export interface RecordedCall {
  /** `elasticloadbalancing:DescribeTags`. */
  readonly api: string;
  /** The function that made it: the first part of the path. */
  readonly caller: string;
  /** Epoch milliseconds of the simulated clock. */
  readonly at: number;
  readonly throttled: boolean;
  /** ARNs or dimensions that it asked about; empty for a whole region. */
  readonly about: readonly string[];
  /** Metrics that AWS bills, requested by name or analyzed by a query. */
  readonly billedMetrics: number;
  /** Read and write request units of the table that AWS bills. */
  readonly readUnits: number;
  readonly writeUnits: number;
}

/** Every call that reached the endpoint. */
export class CallLog {
  readonly calls: RecordedCall[] = [];

  /** Calls by API of those that match, most frequent first. */
  countByApi(matches: (call: RecordedCall) => boolean): ReadonlyMap<string, number> {
    const counts = new Map<string, number>();
    for (const call of this.calls.filter(matches)) counts.set(call.api, (counts.get(call.api) ?? 0) + 1);
    return new Map([...counts].sort(([, left], [, right]) => right - left));
  }
}

/** Calls that were throttled and never made again with success: what they would have told is lost. */
export function lostToThrottling(calls: readonly RecordedCall[]): number {
  const throttled = new Set<string>();
  for (const call of calls) {
    const asked = `${call.caller} ${call.api} ${call.about.join(' ')}`;
    if (call.throttled) throttled.add(asked);
    else throttled.delete(asked);
  }
  return throttled.size;
}

const READS = /^(elasticloadbalancing|cloudwatch):/;

/**
 * Calls that read the account for one look, in contrast to the monitor's own table, queue and topic, and to the look-ups
 * of the trail, which all looks of three minutes share.
 */
export const isRead = ({ api }: Pick<RecordedCall, 'api'>): boolean => READS.test(api);
