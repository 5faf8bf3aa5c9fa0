import * as z from 'zod';
import { CAUSE_IDS } from './cause.ts';
import { explanationSchema, unexplainedSchema } from './explanation.ts';
import { KEEP_ALIVE_SOURCES } from './keep-alive-source.ts';

/** How much it matters, least first. `none` means nothing was found. */
export const SEVERITIES = ['none', 'info', 'warning', 'critical'] as const;

const cause = z.enum(CAUSE_IDS);

/** One fact and how far it moved a hypothesis: `weight` is a log-likelihood ratio in nats. */
export const evidenceItemSchema = z.strictObject({
  fact: z.string(),
  source: z.string(),
  weight: z.number(),
});

export const hypothesisSchema = z.strictObject({
  cause,
  probability: z.number().min(0).max(1),
  evidence: z.array(evidenceItemSchema),
});

/** A target group whose keep-alive does not outlast the idle timeout by the required margin. */
export const mismatchSchema = z.strictObject({
  targetGroupArn: z.string(),
  idleTimeoutSeconds: z.number(),
  keepAliveSeconds: z.number(),
  source: z.enum(KEEP_ALIVE_SOURCES),
  /** `keepAliveSeconds - idleTimeoutSeconds`; at or below zero every idle connection can race. */
  marginSeconds: z.number(),
  /** Where the keep-alive was read, word for word; absent in records of before. */
  detail: z.string().optional(),
  /** true: it is the default of a server that the workload or an answer names, which nobody confirmed. */
  assumed: z.literal(true).optional(),
});

export const driftSchema = z.strictObject({
  resourceArn: z.string(),
  key: z.string(),
  /** null: the key was not there. */
  baseline: z.string().nullable(),
  current: z.string().nullable(),
  changedAt: z.string().nullable(),
  changedBy: z.string().nullable(),
  /** Source address of the call; absent where it is not known, as are the others. */
  changedFrom: z.string().nullish(),
  /** The tool, from the user agent: `Terraform 1.9.0`. */
  changedWith: z.string().nullish(),
  /** Why it is not known who made the change. */
  unknownBecause: z.string().nullish(),
  /** Made by someone who is expected to make changes. */
  expected: z.boolean().optional(),
  /** Whether 502s began with it, with the chance of luck, as a sentence without its full stop. */
  onset: z.string().nullish(),
});

export const missingEvidenceSchema = z.strictObject({
  what: z.string(),
  how: z.string(),
  separates: z.array(cause),
});

/** What an action changes or looks at: `target` is the server that answers, `workload` what runs and replaces it. */
export const LAYERS = ['load-balancer', 'target', 'workload', 'client'] as const;

/** Who keeps the setting; `ecs` also where ECS made the load balancer. */
export const OWNER_KINDS = ['cloudformation', 'kubernetes', 'ecs', 'terraform', 'unknown'] as const;

export const actionSchema = z.strictObject({
  title: z.string(),
  why: z.string(),
  /** What to run or to write, in its order; a remark, which says where, is a comment there. */
  commands: z.array(z.string()),
  rollback: z.array(z.string()),
  /** Absent in what version 0.1 recorded, as is the owner. */
  layer: z.enum(LAYERS).optional(),
  owner: z.enum(OWNER_KINDS).optional(),
});

/** The diagnosis of one load balancer over one window (contract, version 1). */
export const diagnosisSchema = z.strictObject({
  loadBalancerArn: z.string(),
  region: z.string(),
  at: z.string(),
  severity: z.enum(SEVERITIES),
  symptom: z.strictObject({
    count: z.number(),
    requests: z.number(),
    ratio: z.number(),
    firstSeen: z.string().nullable(),
    lastSeen: z.string().nullable(),
    /** false: the 502s could not be counted, or not all; `count` is what was seen, and 0 says nothing. */
    known: z.literal(false).optional(),
    /** false: the requests could not be counted; `requests` and `ratio` say nothing. */
    requestsKnown: z.literal(false).optional(),
  }),
  /** null where there was no 502 to explain. */
  verdict: cause.nullable(),
  probability: z.number().min(0).max(1),
  hypotheses: z.array(hypothesisSchema),
  /** What explains the failures in the access log, the largest share first; empty where no log was read. */
  explanations: z.array(explanationSchema).default([]),
  /** What none of them accounts for; null where no log was read. */
  unexplained: unexplainedSchema.nullable().default(null),
  mismatches: z.array(mismatchSchema),
  drift: z.array(driftSchema),
  missingEvidence: z.array(missingEvidenceSchema),
  actions: z.array(actionSchema),
});

export type Severity = (typeof SEVERITIES)[number];
export type EvidenceItem = z.infer<typeof evidenceItemSchema>;
export type Hypothesis = z.infer<typeof hypothesisSchema>;
export type Mismatch = z.infer<typeof mismatchSchema>;
export type Drift = z.infer<typeof driftSchema>;
export type MissingEvidence = z.infer<typeof missingEvidenceSchema>;
export type Layer = (typeof LAYERS)[number];
export type OwnerKind = (typeof OWNER_KINDS)[number];
export type Action = z.infer<typeof actionSchema>;
/** An action as the diagnosis gives it. */
export type OwnedAction = Action & { readonly layer: Layer; readonly owner: OwnerKind };
export type Diagnosis = z.infer<typeof diagnosisSchema>;
