import * as z from 'zod';

const seconds = z.number().nonnegative();

const idleCloseSchema = z.union([
  z.object({
    seconds,
    by: z.enum(['fin', 'rst', 'response-close']),
    trials: z.array(seconds),
    confirmation: z.object({
      answeredAfterSeconds: seconds.nullable(),
      deadAfterSeconds: seconds.nullable(),
    }),
  }),
  z.object({ openAfterSeconds: seconds, muteAfterSeconds: seconds.nullable() }),
]);

const requestsPerConnectionSchema = z.union([
  z.object({ limit: z.int().nonnegative(), announced: z.boolean(), trials: z.array(z.int().nonnegative()) }),
  z.object({ atLeast: z.int().nonnegative() }),
]);

const about = {
  version: z.literal(1),
  /** ISO time at which the measurement ended. */
  at: z.iso.datetime(),
  target: z.string(),
  /** Without query string; null where the target's name was no address. */
  path: z.string().nullable(),
  /** Results of before it could be chosen do not have it. */
  method: z.enum(['GET', 'HEAD']).default('GET'),
};

/** An element of `alb502 probe --json`, as far as the diagnosis makes use of it. */
export const savedProbeResultSchema = z.union([
  z.object({
    ...about,
    server: z.string().nullable(),
    declaredKeepAliveSeconds: seconds.nullable(),
    statusCode: z.number(),
    idleClose: idleCloseSchema,
    requestsPerConnection: requestsPerConnectionSchema.optional(),
    verdict: z.object({ reason: z.string() }),
  }),
  z.object({ ...about, verdict: z.null(), errorCode: z.string(), error: z.string() }),
]);

export type SavedProbeResult = z.infer<typeof savedProbeResultSchema>;
