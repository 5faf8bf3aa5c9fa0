import * as z from 'zod';

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

/** Target times of failures that cluster at one value: a timeout of the server. */
export const targetTimeClusterSchema = z.strictObject({
  seconds: z.number().positive(),
  low: z.number(),
  high: z.number(),
  failures: z.number().int(),
  pValue: z.number(),
});

/** Failures that gather on few paths or clients. No name is kept. */
export const concentrationSchema = z.strictObject({
  /** How many paths or clients. */
  count: z.number().int(),
  failures: z.number().int(),
  /** Share of all failures that they have. */
  shareOfFailures: z.number(),
  /** Share of all requests that they have. */
  shareOfRequests: z.number(),
  /** Share of their own requests that failed. */
  failureRatio: z.number(),
});

/** Failures that come at once on one target. */
export const burstsSchema = z.strictObject({
  count: z.number().int(),
  failures: z.number().int(),
  /** Targets that had one. */
  targets: z.number().int(),
  /** Bursts in which requests of different age ended at one instant. */
  simultaneous: z.number().int(),
  /** Bursts after which the target never answered again, while others did. */
  targetGone: z.number().int(),
  /** Bursts around which a target that was new took up work. */
  replaced: z.number().int().optional(),
  /** Share of all failures that lie in bursts, beyond what their rate makes likely. */
  excessShare: z.number(),
  /** Bursts that ended requests of some age, after a time in which the target was sent nothing. */
  drained: z.number().int().optional(),
  /** When the first of those ended. */
  drainedAt: z.array(z.iso.datetime()).optional(),
  /** How much all failures keep to few parts of the time: 0 as a steady rate, near 1 all at once. */
  gathering: z.number().optional(),
});

/** How stretches of refused requests began. */
export const refusalsSchema = z.strictObject({
  /** Stretches in which a target refused requests. */
  stretches: z.number().int(),
  /** Stretches before which the target had answered. */
  afterAnswers: z.number().int(),
  /** Those of them at whose begin requests were cut off that the target had. */
  afterCut: z.number().int(),
  /** Requests that are in flight on these targets at any time on average, summed over stretches without a cut. */
  inFlight: z.number(),
});

/** Requests of nodes that a target refused while it answered other nodes. */
export const nodeRefusalsSchema = z.strictObject({
  failures: z.number().int(),
  /** How many nodes were refused, and how many were answered meanwhile. */
  refused: z.number().int(),
  answered: z.number().int(),
});

/** Failures at the same count of requests on a connection. */
export const requestCountSchema = z.strictObject({
  requests: z.number().int(),
  failures: z.number().int(),
  /** Failures whose count on their connection could be told. */
  counted: z.number().int(),
});

/** How long the connection of a failed request had been idle, as rank among its neighbours: 0 shortest, 1 longest. */
export const idleRankSchema = z.strictObject({ mean: z.number(), failures: z.number().int() });

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
  /** 502s that the target itself answered: not the load balancer's. */
  target502: z.number().int(),
  signatures: signaturesSchema,
  keepAlive: keepAliveEstimateSchema.nullable(),
  idleRank: idleRankSchema.nullable(),
  requestCount: requestCountSchema.nullable(),
  targetTimeCluster: targetTimeClusterSchema.nullable(),
  pathBound: concentrationSchema.nullable(),
  clientBound: concentrationSchema.nullable(),
  bursts: burstsSchema,
  /** The longest time over which no request of a node reached a target. */
  longestOutageSeconds: z.number(),
  /** Requests sent before their target refused others, and answered after: its process lived on. */
  answeredWhileRefusing: z.number().int().optional(),
  refusals: refusalsSchema.optional(),
  nodeRefusals: nodeRefusalsSchema.optional(),
  lambdaReasons: z.record(z.string(), z.number().int()),
  targets: z.array(loggedTargetSchema),
});

/** A request that failed with a 502 of the load balancer's own; times in seconds, -1 as in the log. */
export const failingRequestSchema = z.strictObject({
  /** When the load balancer answered. */
  at: z.iso.datetime(),
  /** `-` where the request could not be parsed. */
  method: z.string(),
  /** Without query string, credentials and long random values. */
  url: z.string(),
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
  /** `app/NAME/ID`, as in the lines. */
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
  /** The first 10 and the newest 10 of the 502s, in the order of time. */
  failingRequests: z.array(failingRequestSchema).optional(),
});

export type KeepAliveEstimate = z.infer<typeof keepAliveEstimateSchema>;
export type Signatures = z.infer<typeof signaturesSchema>;
export type TargetTimeCluster = z.infer<typeof targetTimeClusterSchema>;
export type Concentration = z.infer<typeof concentrationSchema>;
export type Bursts = z.infer<typeof burstsSchema>;
export type NodeRefusals = z.infer<typeof nodeRefusalsSchema>;
export type Refusals = z.infer<typeof refusalsSchema>;
export type RequestCount = z.infer<typeof requestCountSchema>;
export type IdleRank = z.infer<typeof idleRankSchema>;
export type LoggedTarget = z.infer<typeof loggedTargetSchema>;
export type LoggedTargetGroup = z.infer<typeof loggedTargetGroupSchema>;
export type FailingRequest = z.infer<typeof failingRequestSchema>;
export type AccessLogSummary = z.infer<typeof accessLogSummarySchema>;
