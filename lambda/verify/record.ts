import * as z from 'zod';

const failureSchema = z.strictObject({
  at: z.iso.datetime(),
  /** The root of `X-Amzn-Trace-Id`, by which logs can be searched. */
  traceId: z.string(),
  /** false: the 502 came from the target or a proxy in it. */
  byLoadBalancer: z.boolean(),
  /** How long the connections had been left idle; null before the first pause. */
  idleSeconds: z.number().nullable(),
});

const measurementSchema = z.strictObject({
  startedAt: z.iso.datetime(),
  endedAt: z.iso.datetime(),
  /** The nodes that were asked. */
  addresses: z.array(z.string()),
  requests: z.number().int(),
  byStatus: z.record(z.string(), z.number().int()),
  /** Requests without a complete response. */
  unanswered: z.number().int(),
  unansweredBecause: z.string().nullable(),
  failed502: z.number().int(),
  /** The first 200. */
  failures: z.array(failureSchema),
  gaps: z.array(
    z.strictObject({ seconds: z.number(), requests: z.number().int(), failures: z.number().int() }),
  ),
  /** Pauses that were not tried: time or requests did not suffice. */
  leftOutSeconds: z.array(z.number()),
});

/** One run of `alb502 verify`: what was sent, what came back, and what was configured (version 1). */
export const verifyRecordSchema = z.strictObject({
  version: z.literal(1),
  /** Without its query. */
  url: z.string(),
  command: z.string(),
  account: z.string().nullable(),
  region: z.string().nullable(),
  /** Values in force, by the name of what they belong to. */
  configuration: z.record(z.string(), z.record(z.string(), z.string())),
  measurement: measurementSchema,
});

export type VerifyFailure = z.infer<typeof failureSchema>;
export type VerifyMeasurement = z.infer<typeof measurementSchema>;
export type VerifyRecord = z.infer<typeof verifyRecordSchema>;

/** Before and after, as `verify --json` prints it and `--record` writes it. */
export interface VerifyReport extends VerifyRecord {
  readonly before: VerifyRecord | null;
}
