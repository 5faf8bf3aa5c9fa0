/**
 * What each kind of run asks of AWS, counted at an endpoint that records every call; a test counts again and compares.
 * A load balancer has three target groups and three zones. Units are what DynamoDB bills: 4 KB of a consistent read,
 * 1 KB of a written item, twice in a transaction.
 */
export const MEASURED = {
  /** One run of screen over one region in which nothing happens. */
  screening: { getMetricDataCalls: 1, metricsAnalyzed: 1, elbCalls: 0, readUnits: 7 },
  /** One look at the configuration of a quiet load balancer that was looked at before; ten share a batch. */
  postureLook: { metricsRequested: 2, elbCalls: 6.3, readUnits: 2, writeUnits: 14 },
  /** The look that opens an incident and announces it, in a process that reads the list of ECS services first. */
  openingLook: { metricsRequested: 60, elbCalls: 11, readUnits: 11, writeUnits: 92 },
  /** Every later look at an open alert. */
  activeLook: { metricsRequested: 60, elbCalls: 11, readUnits: 8, writeUnits: 34 },
} as const;
