import { z } from 'zod';

export const JUDGEMENTS = [
  'right',
  'undetermined, and defensible',
  'undetermined, where an expert would name it',
  'another cause, and defensible',
  'another cause, given with 0.8 or more, though defensible below',
  'wrong',
  'wrong, given with 0.8 or more',
] as const;

export type Judgement = (typeof JUDGEMENTS)[number];

/** A diagnosis beside the truth, as one process tells it another. */
export const JUDGED = z.object({
  kind: z.string(),
  seed: z.number(),
  lines: z.number(),
  /** How many failures have each truth. */
  truths: z.record(z.string(), z.number()),
  verdict: z.string(),
  probability: z.number(),
  /** The chance of all that would count as right with this verdict. */
  claimed: z.number(),
  judgement: z.enum(JUDGEMENTS),
  /** Named a keep-alive where nothing raced. */
  falseKeepAlive: z.boolean(),
  /** Of races that an expert would read out of the log. */
  keepAlive: z.enum(['found', 'missed', 'wrong']).nullable(),
  /** How far the shares of two causes are off, on average; null for other logs. */
  shareError: z.number().nullable(),
  explanations: z.array(z.string()),
});

export type Judged = z.infer<typeof JUDGED>;
