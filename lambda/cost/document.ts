import { ASSUMPTIONS, alternativesTo, type Bill, billOf, type CostInput, metricsAnalyzed } from './bill.ts';
import { PRICES, PRICES_AS_OF, PRICES_REGION } from './prices.ts';

/** Dollars with cents; with more digits where a cent is too coarse. */
export const dollars = (usd: number): string => `$${usd < 1 ? usd.toFixed(4) : usd.toFixed(2)}`;

/** Nothing of it is in the bill but what S3 takes, so no figure depends on it. */
const DELIVERIES =
  'access and health-check logs that CloudWatch Logs delivers are found with DescribeDeliverySources, and where there are any with DescribeDeliveries and DescribeDeliveryDestinations, once a look, one call more for each 50; those in S3 are read as others are, those in a log group with FilterLogEvents, a call for each MB; AWS names no price for these calls, so that they cost nothing here';

/** What the bill takes for granted, one sentence each. */
export function assumptionsOf(input: CostInput): readonly string[] {
  const percent = (share: number): string => `${Number((share * 100).toFixed(2))} %`;
  return [
    `prices of ${PRICES_REGION} as of ${PRICES_AS_OF}, without any free tier; a month has 30 days`,
    'load balancers with three target groups and three zones',
    `${percent(input.incidentShare)} of the load balancers have one incident a month, of ${input.incidentHours} hours`,
    'up to five statistics of a metric are billed as one metric requested',
    `a Metrics Insights query is billed for each load balancer that had a 502 within two weeks, for CloudWatch still lists it, and for at least one; were only those with 502s in its window billed, it would be ${dollars(uncertainUsd(input))} a month less`,
    DELIVERIES,
    ...Object.values(ASSUMPTIONS).map(({ what, value, unit }) => `${what}: ${value} ${unit}`.trim()),
  ];
}

/** How much of the bill depends on what Metrics Insights counts as analyzed, US dollars a month. */
function uncertainUsd(input: CostInput): number {
  const { least, most } = metricsAnalyzed(input);
  return ((most - least) / PRICES.metricAnalyzed.per) * PRICES.metricAnalyzed.usd;
}

/** The bill and the other ways as one plain object, for `--json`. */
export function costReport(input: CostInput) {
  return {
    version: 1,
    pricesAsOf: PRICES_AS_OF,
    pricesRegion: PRICES_REGION,
    input,
    bill: billOf(input),
    alternatives: alternativesTo(input),
    prices: PRICES,
    assumptions: assumptionsOf(input),
  };
}

/** Dollars by service, dearest first. */
export function byService({ lines }: Bill): readonly (readonly [string, number])[] {
  const sums = new Map<string, number>();
  for (const { service, usd } of lines) sums.set(service, (sums.get(service) ?? 0) + usd);
  return [...sums].sort(([, left], [, right]) => right - left);
}
