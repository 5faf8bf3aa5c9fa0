/**
 * How a person gets an observation that is missing, the cheapest first; commands, cost and side effects are in
 * `remedies/evidence-candidates.ts`.
 */
export type EvidenceSource =
  /** `alb502 scan`: metrics, settings, health and changes, by reads alone. */
  | 'scan'
  /** A tag on the target group. */
  | 'tag'
  /** The targets' own logs, whose log group a tag names. */
  | 'backend-log'
  /** The access log, which may have to be switched on first. */
  | 'access-log'
  /** A probe that leaves a connection to a target idle. */
  | 'probe-idle'
  /** A probe that asks a target for a path that failed. */
  | 'probe-path';
