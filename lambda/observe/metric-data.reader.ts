import {
  type CloudWatchClient,
  GetMetricDataCommand,
  type MetricDataQuery,
  type MetricDataResult,
} from '@aws-sdk/client-cloudwatch';
import { answered } from './aws-failure.ts';

/** What one answer of GetMetricData holds, all of its pages together. */
export interface MetricDataAnswer {
  /** In the order of arrival; a series that goes over pages comes once for each. */
  readonly results: readonly MetricDataResult[];
  /** What CloudWatch says of the answer as a whole; null where it says nothing. */
  readonly message: string | null;
  /** Why there is more than was read; null where the last page was read. */
  readonly unread: string | null;
}

/** Queries of one call: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html */
export const QUERIES_PER_CALL = 500;
/** Data points of one call, in all of its series. */
export const DATA_POINTS_PER_CALL = 100_800;
/** More pages than those points can fill: only a token that repeats for ever reaches it. */
const MAX_PAGES = 20;

/**
 * Asks once and reads the answer page by page, oldest points first.
 *
 * @param queries - at most {@link QUERIES_PER_CALL}
 * @throws what the SDK throws, and where an answer has no list of results
 */
export async function readMetricData(
  cloudWatch: CloudWatchClient,
  window: { readonly start: Date; readonly end: Date },
  queries: readonly MetricDataQuery[],
): Promise<MetricDataAnswer> {
  const results: MetricDataResult[] = [];
  let message: string | null = null;
  let token: string | undefined;
  for (let page = 0; page < MAX_PAGES; page++) {
    const answer = await cloudWatch.send(
      new GetMetricDataCommand({
        StartTime: window.start,
        EndTime: window.end,
        ScanBy: 'TimestampAscending',
        MetricDataQueries: [...queries],
        NextToken: token,
      }),
    );
    results.push(...answered(answer.MetricDataResults));
    message ??= answer.Messages?.[0]?.Value ?? answer.Messages?.[0]?.Code ?? null;
    token = answer.NextToken;
    if (!token) return { results, message, unread: null };
  }
  return { results, message, unread: `the answer did not end within ${MAX_PAGES} pages` };
}
