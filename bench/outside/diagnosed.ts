import { z } from 'zod';

const EXPLANATION = z.object({
  kind: z.string(),
  cause: z.string().nullable(),
  failures: z.number(),
  share: z.number(),
  gainNats: z.number(),
  fact: z.string(),
});

const LOAD_BALANCER = z.object({
  elb502: z.number(),
  verdict: z.string().nullable(),
  probability: z.number().nullable(),
  explanations: z.array(EXPLANATION),
  unexplained: z.object({ failures: z.number(), share: z.number() }),
  targetGroups: z.array(z.object({ keepAlive: z.object({ seconds: z.number() }).nullable() })),
});

/** What of `alb502 logs --json` is judged: the contract of the command line, and nothing behind it. */
export const DIAGNOSED_LOG = z.object({
  linesRead: z.number(),
  linesRejected: z.number(),
  loadBalancers: z.array(LOAD_BALANCER),
});

export type Diagnosed = z.infer<typeof LOAD_BALANCER>;
