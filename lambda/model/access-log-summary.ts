import { z } from 'zod';

/** A keep-alive read out of an access log: seconds with interval, failures explained, chance of luck. */
export const keepAliveEstimateSchema = z.strictObject({
  seconds: z.number().positive(),
  low: z.number(),
  high: z.number(),
  failures: z.number().int(),
  pValue: z.number(),
});

export const loggedTargetSchema = z.strictObject({
  target: z.string(),
  requests: z.number().int(),
  elb502: z.number().int(),
  keepAlive: keepAliveEstimateSchema.nullable(),
});

/** What one target group's lines say. Counts are of lines. */
export const loggedTargetGroupSchema = z.strictObject({
  targetGroupArn: z.string(),
  requests: z.number().int(),
  elb502: z.number().int(),
  keepAlive: keepAliveEstimateSchema.nullable(),
  targets: z.array(loggedTargetSchema),
});

/**
 * What the access log of one load balancer says of its 502s, reduced to counts: no line, path, address of a
 * client or query string is kept.
 */
export const accessLogSummarySchema = z.strictObject({
  linesRead: z.number().int(),
  linesRejected: z.number().int(),
  requests: z.number().int(),
  elb502: z.number().int(),
  firstSeen: z.iso.datetime().nullable(),
  lastSeen: z.iso.datetime().nullable(),
  targetGroups: z.array(loggedTargetGroupSchema),
  /** What was left out of the reading (bytes, time), if anything. */
  leftOut: z.array(z.string()),
});

export type KeepAliveEstimate = z.infer<typeof keepAliveEstimateSchema>;
export type LoggedTarget = z.infer<typeof loggedTargetSchema>;
export type LoggedTargetGroup = z.infer<typeof loggedTargetGroupSchema>;
export type AccessLogSummary = z.infer<typeof accessLogSummarySchema>;
