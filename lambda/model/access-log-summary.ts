import * as z from 'zod';
import { explanationSchema, unexplainedSchema } from './explanation.ts';

/** A keep-alive read out of an access log: seconds with interval, failures explained, chance of luck. */
export const keepAliveEstimateSchema = z.strictObject({
  seconds: z.number().positive(),
  low: z.number(),
  high: z.number(),
  failures: z.number().int(),
  pValue: z.number(),
});

/** How the 502 lines look, by the processing times they carry. */
export const signaturesSchema = z.strictObject({
  /** Sent, and the target closed within 0.1 s: the idle race, a limit of requests, an early reset. */
  closedOnReuse: z.number().int(),
  /** The target worked on the request for longer, then the connection ended. */
  midRequest: z.number().int(),
  /** -1 in all times: no request reached the target. */
  neverDispatched: z.number().int(),
  /** The target answered something that could not be passed on. */
  answeredBadly: z.number().int(),
  lambda: z.number().int(),
});

export const loggedTargetSchema = z.strictObject({
  target: z.string(),
  requests: z.number().int(),
  elb502: z.number().int(),
  keepAlive: keepAliveEstimateSchema.nullable(),
});

/** Written by version 0.1, whose bundles are still read; `explanations` says what they said. */
const replacedFields = {
  idleRank: z.unknown().optional(),
  requestCount: z.unknown().optional(),
  targetTimeCluster: z.unknown().optional(),
  pathBound: z.unknown().optional(),
  clientBound: z.unknown().optional(),
  bursts: z.unknown().optional(),
  longestOutageSeconds: z.unknown().optional(),
  answeredWhileRefusing: z.unknown().optional(),
  refusals: z.unknown().optional(),
  nodeRefusals: z.unknown().optional(),
};

/** What one target group's lines say. Counts are of lines. */
export const loggedTargetGroupSchema = z.strictObject({
  targetGroupArn: z.string(),
  requests: z.number().int(),
  elb502: z.number().int(),
  /** 502s that the target itself answered: not the load balancer's. */
  target502: z.number().int(),
  /** Requests that a target answered, whatever the status. */
  answered: z.number().int().optional(),
  signatures: signaturesSchema,
  keepAlive: keepAliveEstimateSchema.nullable(),
  lambdaReasons: z.record(z.string(), z.number().int()),
  targets: z.array(loggedTargetSchema),
  ...replacedFields,
});

/** A request that failed with a 502 of the load balancer's own; times in seconds, -1 as in the log. */
export const failingRequestSchema = z.strictObject({
  /** When the load balancer answered. */
  at: z.iso.datetime(),
  /** `-` where the request could not be parsed. */
  method: z.string(),
  /** Without query string, credentials and long random values. */
  url: z.string(),
  /** What the target got where a rule rewrote host or path; absent where none did. */
  rewrittenUrl: z.string().optional(),
  /** `ADDRESS:PORT`; null where no target was chosen, or it is a Lambda function. */
  target: z.string().nullable(),
  elbStatus: z.number().int(),
  targetStatus: z.number().int().nullable(),
  requestSeconds: z.number(),
  targetSeconds: z.number(),
  responseSeconds: z.number(),
  /** The root of `X-Amzn-Trace-Id`, by which the application's own logs can be searched. */
  traceId: z.string().nullable(),
});

/**
 * What the access log of one load balancer says of its 502s, reduced to counts and a few failed requests: no address
 * of a client, query string or header is kept.
 */
export const accessLogSummarySchema = z.strictObject({
  /** `app/NAME/ID`, as in the lines; `UNNAMED_LOAD_BALANCER` where nothing names it. */
  loadBalancer: z.string(),
  linesRead: z.number().int(),
  linesRejected: z.number().int(),
  requests: z.number().int(),
  elb502: z.number().int(),
  /** Time of the first and of the last 502. */
  firstSeen: z.iso.datetime().nullable(),
  lastSeen: z.iso.datetime().nullable(),
  targetGroups: z.array(loggedTargetGroupSchema),
  /** What was left out of the reading (bytes, time), if anything. */
  leftOut: z.array(z.string()),
  /** Nodes of which the log has several failed requests and no answered one, while it has answered ones of others. */
  nodesWithoutAnswers: z.number().int().optional(),
  /** The first 10 and the newest 10 of the 502s, in the order of time. */
  failingRequests: z.array(failingRequestSchema).optional(),
  /** Statements that explain the failures, the largest share first. */
  explanations: z.array(explanationSchema).optional(),
  /** What none of them accounts for; null where nothing failed. */
  unexplained: unexplainedSchema.nullish(),
});

export type KeepAliveEstimate = z.infer<typeof keepAliveEstimateSchema>;
export type Signatures = z.infer<typeof signaturesSchema>;
export type LoggedTarget = z.infer<typeof loggedTargetSchema>;
export type LoggedTargetGroup = z.infer<typeof loggedTargetGroupSchema>;
export type FailingRequest = z.infer<typeof failingRequestSchema>;
export type AccessLogSummary = z.infer<typeof accessLogSummarySchema>;
