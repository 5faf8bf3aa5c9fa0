import * as z from 'zod';
import { accessLogSummarySchema } from './access-log-summary.ts';
import { healthCheckLogSchema } from './health-check-log.ts';
import { KEEP_ALIVE_SOURCES } from './keep-alive-source.ts';
import { workloadSchema } from './workload.ts';

const isoTime = z.iso.datetime();
const stringMap = z.record(z.string(), z.string());

/** One CloudWatch series, oldest point first; a minute without a point is a minute without a value. */
export const metricSeriesSchema = z.strictObject({
  name: z.string(),
  dimensions: stringMap,
  statistic: z.string(),
  periodSeconds: z.number().positive(),
  timestamps: z.array(isoTime),
  values: z.array(z.number()),
});

/** One target as DescribeTargetHealth gave it. */
export const targetSchema = z.strictObject({
  id: z.string(),
  port: z.number().nullable(),
  availabilityZone: z.string().nullable(),
  state: z.string(),
  reason: z.string().nullable(),
  description: z.string().nullable(),
  anomaly: z.string().nullable(),
});

export const healthCheckSchema = z.strictObject({
  enabled: z.boolean(),
  protocol: z.string().nullable(),
  port: z.string().nullable(),
  path: z.string().nullable(),
  intervalSeconds: z.number().nullable(),
  timeoutSeconds: z.number().nullable(),
  healthyThresholdCount: z.number().nullable(),
  unhealthyThresholdCount: z.number().nullable(),
  matcher: z.string().nullable(),
});

export const targetGroupSchema = z.strictObject({
  arn: z.string(),
  name: z.string(),
  targetType: z.string(),
  /** null for Lambda targets. */
  protocol: z.string().nullable(),
  protocolVersion: z.string().nullable(),
  port: z.number().nullable(),
  /**
   * Port of the target optimizer's agent, which stands before each target: the load balancer's connections end at the
   * agent. Absent where there is none.
   */
  targetControlPort: z.number().optional(),
  attributes: stringMap,
  tags: stringMap,
  healthCheck: healthCheckSchema,
  targets: z.array(targetSchema),
  /** Whether a listener or rule forwards to it with a weight above zero; null where rules could not be read. */
  serving: z.boolean().nullable(),
  /** The server that a request through the load balancer named; absent where none was sent, or none was named. */
  serverHeader: z.strictObject({ value: z.string(), detail: z.string() }).optional(),
  /** What runs behind it; absent where nobody looked. */
  workload: workloadSchema.optional(),
});

export const listenerSchema = z.strictObject({
  arn: z.string(),
  port: z.number().nullable(),
  protocol: z.string().nullable(),
  sslPolicy: z.string().nullable(),
  targetGroupArns: z.array(z.string()),
});

export const loadBalancerSchema = z.strictObject({
  arn: z.string(),
  name: z.string(),
  /** The value of the CloudWatch dimension `LoadBalancer`: `app/NAME/ID`. */
  dimension: z.string(),
  scheme: z.string().nullable(),
  /** The name that AWS gave it; absent where it was not described. */
  dnsName: z.string().optional(),
  state: z.string().nullable(),
  createdAt: isoTime.nullable(),
  availabilityZones: z.array(z.string()),
  /** Ids; absent where they were not read. */
  securityGroups: z.array(z.string()).optional(),
  attributes: stringMap,
  tags: stringMap,
  listeners: z.array(listenerSchema),
});

/** A change of configuration, from a change event or the trail. */
export const changeSchema = z.strictObject({
  at: isoTime,
  eventName: z.string(),
  resourceArn: z.string(),
  principal: z.string().nullable(),
  sourceIpAddress: z.string().nullable(),
  userAgent: z.string().nullable(),
  from: stringMap.nullable(),
  to: stringMap.nullable(),
});

/** The accepted configuration: attributes by resource ARN. */
export const baselineSchema = z.strictObject({
  acceptedAt: isoTime,
  origin: z.enum(['learned', 'accepted', 'declared']),
  resources: z.record(z.string(), stringMap),
});

/** How many requests one connection served, and how it ended. */
const countedRequestsSchema = z.strictObject({
  served: z.int().positive(),
  /**
   * `unannounced`: two connections ended after as many requests, and no response said so before. `announced`: the last
   * response carried `Connection: close`. `none`: still open when no more were sent.
   */
  end: z.enum(['unannounced', 'announced', 'none']),
});

/** What is known of how long a target keeps an idle connection. */
export const keepAliveFactSchema = z.strictObject({
  targetGroupArn: z.string(),
  /** `IP:PORT` where it is known of one target only. */
  target: z.string().nullable(),
  seconds: z.number().positive(),
  lowSeconds: z.number().nullable(),
  /** null beside a `lowSeconds` that equals `seconds`: a lower bound, for nobody saw it close. */
  highSeconds: z.number().nullable(),
  source: z.enum(KEEP_ALIVE_SOURCES),
  at: isoTime.nullable(),
  detail: z.string(),
  /** What the same probe counted of requests on one connection; absent where none was counted. */
  requestsPerConnection: countedRequestsSchema.optional(),
});

/** Why a load balancer would answer 502 in place of a target's response. */
export const RESPONSE_FAULTS = [
  'malformed-response',
  'response-header-too-large',
  /** It speaks TLS where the target group's protocol is HTTP. */
  'speaks-tls',
  /** It speaks plain HTTP where the target group's protocol is HTTPS. */
  'speaks-plain-http',
  /** Neither a TLS handshake with it succeeds nor a plain request. */
  'tls',
  'refused',
] as const;

/** What a target answered when a path was asked of it directly, as a load balancer would take it. */
export const responseFactSchema = z.strictObject({
  targetGroupArn: z.string(),
  /** `IP:PORT`. */
  target: z.string(),
  /** Without query string. */
  path: z.string(),
  /** null where a load balancer passes it on. */
  fault: z.enum(RESPONSE_FAULTS).nullable(),
  detail: z.string(),
  at: isoTime,
});

/** A pattern found in the target's own log around a 502. */
export const backendLogMatchSchema = z.strictObject({
  at: isoTime,
  logGroup: z.string(),
  pattern: z.string(),
  line: z.string(),
});

/** What a gap is about; the diagnosis concludes nothing from the absence of what it names. */
export const GAP_SUBJECTS = [
  'load-balancer',
  'metrics',
  'attributes',
  'tags',
  'listeners',
  'target-groups',
  'target-health',
  'changes',
  'access-log',
  'backend-log',
  'workload',
] as const;

/** Something that could not be read: not the same as "nothing was there". */
export const gapSchema = z.strictObject({
  subject: z.enum(GAP_SUBJECTS),
  /** In words, for the reader: `attributes of target group web`, `metric TargetConnectionErrorCount`. */
  what: z.string(),
  /** The CloudWatch metric names it is about; empty where it is about all of them, or about no metric. */
  metrics: z.array(z.string()),
  /** The IAM action, where there is one. */
  action: z.string().nullable(),
  resource: z.string().nullable(),
  kind: z.enum(['denied', 'throttled', 'failed', 'switched-off', 'not-found']),
  reason: z.string(),
});

/**
 * Everything that is known of one load balancer in one window: the only input of the diagnosis.
 * It holds no credentials, cookies or query strings, so that it can be sent to a colleague.
 */
export const evidenceBundleSchema = z.strictObject({
  version: z.literal(1),
  account: z.string(),
  region: z.string(),
  window: z.strictObject({ start: isoTime, end: isoTime }),
  loadBalancer: loadBalancerSchema,
  targetGroups: z.array(targetGroupSchema),
  metrics: z.array(metricSeriesSchema),
  changes: z.array(changeSchema),
  baseline: baselineSchema.nullable(),
  keepAliveFacts: z.array(keepAliveFactSchema),
  /** Absent where no path was asked for directly. */
  responseFacts: z.array(responseFactSchema).optional(),
  accessLog: accessLogSummarySchema.nullable(),
  /** What the load balancer logged of its health checks; absent where no such log was read. */
  healthCheckLog: healthCheckLogSchema.optional(),
  backendLogMatches: z.array(backendLogMatchSchema),
  gaps: z.array(gapSchema),
});

export type MetricSeries = z.infer<typeof metricSeriesSchema>;
export type Target = z.infer<typeof targetSchema>;
export type TargetGroup = z.infer<typeof targetGroupSchema>;
export type Listener = z.infer<typeof listenerSchema>;
export type LoadBalancer = z.infer<typeof loadBalancerSchema>;
export type Change = z.infer<typeof changeSchema>;
export type Baseline = z.infer<typeof baselineSchema>;
export type KeepAliveFact = z.infer<typeof keepAliveFactSchema>;
export type ResponseFact = z.infer<typeof responseFactSchema>;
export type ResponseFault = (typeof RESPONSE_FAULTS)[number];
export type BackendLogMatch = z.infer<typeof backendLogMatchSchema>;
export type Gap = z.infer<typeof gapSchema>;
export type EvidenceBundle = z.infer<typeof evidenceBundleSchema>;
