import * as z from 'zod';
import { CAUSE_IDS } from './cause.ts';

/** What a statement that explains failures is about. */
export const EXPLANATION_KINDS = [
  'idle-time',
  'connection-requests',
  'connection-age',
  'target-time',
  'path',
  'client',
  'request-body',
  'target',
  'node',
  'target-stop',
  'moment',
  'deregistration',
  'configuration-change',
  'lambda-reason',
] as const;

/** Where an explanation holds; null: everywhere, or in more than one place. */
export const explanationPlaceSchema = z.strictObject({
  targetGroupArn: z.string().nullable(),
  target: z.string().nullable(),
  /** Address of the load balancer's node. */
  node: z.string().nullable(),
  /** Method and path, without query and secrets; `*` stands for a part that differs. */
  path: z.string().nullable(),
});

/** A statement that holds for failures which it causes (see docs/access-log.md). */
export const explanationSchema = z.strictObject({
  kind: z.enum(EXPLANATION_KINDS),
  /** The cause that it points at; null where it does not separate its causes. */
  cause: z.enum(CAUSE_IDS).nullable(),
  /**
   * The most probable cause first; what is missing to 1 is none of them. In a summary of a log what the log alone says,
   * in a diagnosis what all evidence says.
   */
  causes: z.array(z.strictObject({ cause: z.enum(CAUSE_IDS), probability: z.number().min(0).max(1) })),
  /** How many failures it accounts for. */
  failures: z.number().int(),
  /** Share of all failures, 0 to 1. */
  share: z.number().min(0).max(1),
  /** How much better it explains them than chance, in nats, the search for it paid. */
  gainNats: z.number(),
  /**
   * The statement with its figures, without a full stop: in a summary of a log what is said of the failures (`came 5 s
   * after ...`), in a diagnosis the whole sentence (`28 of 60 failed requests came 5 s after ...`).
   */
  fact: z.string(),
  where: explanationPlaceSchema,
});

/** What no explanation accounts for. */
export const unexplainedSchema = z.strictObject({
  failures: z.number().int(),
  share: z.number().min(0).max(1),
});

export type ExplanationKind = (typeof EXPLANATION_KINDS)[number];
export type ExplanationPlace = z.infer<typeof explanationPlaceSchema>;
export type Explanation = z.infer<typeof explanationSchema>;
export type Unexplained = z.infer<typeof unexplainedSchema>;
