/** One call as the endpoint saw it. */
export interface RecordedCall {
  /** `elasticloadbalancing:DescribeTags`. */
  readonly api: string;
  /** Epoch milliseconds of the simulated clock. */
  readonly at: number;
  readonly throttled: boolean;
  /** ARNs or dimensions that it asked about; empty for a whole region. */
  readonly about: readonly string[];
  /** Metrics that AWS bills, requested by name or analyzed by a query. */
  readonly billedMetrics: number;
}

/** Every call that reached the endpoint. */
export class CallLog {
  readonly calls: RecordedCall[] = [];

  /** Calls by API within a span of epoch milliseconds, most frequent first. */
  countByApi(start: number, end: number): ReadonlyMap<string, number> {
    const counts = new Map<string, number>();
    for (const { api, at } of this.calls)
      if (at >= start && at < end) counts.set(api, (counts.get(api) ?? 0) + 1);
    return new Map([...counts].sort(([, left], [, right]) => right - left));
  }
}

const READS = /^(elasticloadbalancing|cloudwatch|cloudtrail):/;

/** Calls that read the account, in contrast to the monitor's own table, queue and topic. */
export const isRead = ({ api }: Pick<RecordedCall, 'api'>): boolean => READS.test(api);
