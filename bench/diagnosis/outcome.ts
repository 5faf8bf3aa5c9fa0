import * as z from 'zod';
import { CAUSE_IDS } from '../../lambda/model/cause.ts';

/** What the diagnosis is given, each with all that is before it. */
export const COLUMNS = ['metrics', 'workload', 'logs', 'probes'] as const;
export type Column = (typeof COLUMNS)[number];

const verdictSchema = z.object({
  /** null: there was no 502 to explain. */
  verdict: z.enum(CAUSE_IDS).nullable(),
  probability: z.number(),
});

/** One run of one scenario. Seconds are lab seconds. */
export const outcomeSchema = z.object({
  scenario: z.string(),
  seed: z.number(),
  truth: z.enum(CAUSE_IDS).nullable(),
  /** Other verdicts that are right as well. */
  orElse: z.array(z.enum(CAUSE_IDS)),
  requests: z.number(),
  failures: z.number(),
  verdicts: z.object({
    metrics: verdictSchema,
    workload: verdictSchema,
    logs: verdictSchema,
    probes: verdictSchema,
  }),
  /** Every verdict that was announced, in order. */
  announced: z.array(z.object({ event: z.string(), verdict: verdictSchema })),
  /** From the first 502 to the first alert; null: none came. */
  alertAfterSeconds: z.number().nullable(),
});

export type Verdict = z.infer<typeof verdictSchema>;
export type Outcome = z.infer<typeof outcomeSchema>;
