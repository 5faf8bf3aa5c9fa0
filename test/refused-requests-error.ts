/** A request that AWS would refuse, and the rule that it breaks. */
export interface RefusedRequest {
  /** As botocore names it: `elbv2`. */
  readonly service: string;
  readonly operation: string;
  /** `MetricDataQueries[3].Id`. */
  readonly member: string;
  /** `required`, `type`, `enum`, `length`, `range`, `pattern`, `union`, `unknown member`, `limit`, ... */
  readonly rule: string;
  readonly detail: string;
}

/** Requests were made that AWS would refuse. */
export class RefusedRequestsError extends Error {
  override readonly name = 'RefusedRequestsError';
  constructor(refused: readonly RefusedRequest[]) {
    const lines = refused.map(
      ({ service, operation, member, rule, detail }) =>
        `  ${service}:${operation} ${member} (${rule}): ${detail}`,
    );
    super(`AWS would refuse what was sent:\n${[...new Set(lines)].join('\n')}`);
  }
}
