import * as z from 'zod';

/** A health check that failed, as the load balancer logged it. */
export const failedCheckSchema = z.strictObject({
  at: z.iso.datetime(),
  /** As the log has it, such as `TargetError`; empty where it has none. */
  reason: z.string(),
  /** null where the target did not answer. */
  statusCode: z.number().int().nullable(),
  latencySeconds: z.number().nullable(),
});

/** The health checks of one target by one node of the load balancer. */
export const checkedTargetSchema = z.strictObject({
  /** As the log has it: a name or an ARN; empty where the log does not say. */
  targetGroup: z.string(),
  /** `ADDRESS:PORT`, or the ARN of a function. */
  target: z.string(),
  /** Address of the load balancer's node; null where nobody knows it. */
  node: z.string().nullable(),
  checks: z.number().int(),
  failed: z.number().int(),
  /** How many checks failed for each reason. */
  reasons: z.record(z.string(), z.number().int()),
  /** Of the checks that passed. */
  slowestSeconds: z.number().nullable(),
  firstAt: z.iso.datetime(),
  lastAt: z.iso.datetime(),
  /** The first 5 and the newest 5 that failed, in the order of time. */
  failedChecks: z.array(failedCheckSchema),
});

/** What health check logs say: the checks of each target and node. */
export const healthCheckLogSchema = z.strictObject({
  checks: z.number().int(),
  failed: z.number().int(),
  /** Most failed first; at most 100. */
  targets: z.array(checkedTargetSchema),
});

export type FailedCheck = z.infer<typeof failedCheckSchema>;
export type CheckedTarget = z.infer<typeof checkedTargetSchema>;
export type HealthCheckLog = z.infer<typeof healthCheckLogSchema>;
