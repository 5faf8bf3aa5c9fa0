/**
 * What each kind of run asks of AWS, counted at an endpoint that records every call; a test counts again and compares.
 * A load balancer has three target groups and three zones.
 */
export const MEASURED = {
  /** One run of screen over one region in which nothing happens. */
  screening: { getMetricDataCalls: 1, metricsAnalyzed: 1, tableReads: 6, elbCalls: 0 },
  /** One look at a quiet load balancer's configuration. */
  postureLook: { metricsRequested: 2, elbCalls: 6.5, tableReads: 5, tableWriteItems: 3 },
  /** One look at a load balancer in trouble. */
  troubleLook: { metricsRequested: 60, elbCalls: 11, tableReads: 6, tableWriteItems: 4 },
} as const;
