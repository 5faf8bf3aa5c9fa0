import type { NamedCause } from '../../model/cause.ts';
import type { Layer } from '../../model/diagnosis.ts';
import type { OutcomeId, Weights } from '../catalogue.ts';

/** An outcome of the catalogue, or how far what is seen would move the causes. */
export type Outcome = OutcomeId | Weights;

/** A piece of evidence that is not in the bundle, the observations it could give, and what getting it costs. */
export interface Candidate {
  readonly what: string;
  readonly how: string;
  /** Empty where `how` is not a command. */
  readonly commands: readonly string[];
  /** Whole sentences. */
  readonly sideEffects: string;
  readonly rollback: readonly string[];
  /** Where one looks; absent: at the load balancer, its metrics and its log. */
  readonly layer?: Layer;
  readonly outcomes: readonly Outcome[];
  /** The causes it is about, where it says nothing of the others; absent: any. */
  readonly among?: readonly NamedCause[];
  /** Listed even if it would settle nothing; `first` where nothing can be concluded without it. */
  readonly listed?: 'always' | 'first';
  /** It was to be read, and could not be. */
  readonly isUnread?: true;
}

/** For `sideEffects` of what only reads. */
export const NO_SIDE_EFFECT = 'Side effect: none, it only reads.';

/** What an access log can show: each row one kind of explanation, and the causes that it would tell apart. */
export const ACCESS_LOG_OUTCOMES: readonly Weights[] = [
  { 'keepalive-mismatch': 6 },
  { 'requests-per-connection-limit': 5 },
  { 'worker-timeout': 5 },
  { 'malformed-response': 4, 'response-header-too-large': 3 },
  { 'response-header-too-large': 3 },
  { 'request-body-refused': 5 },
  { 'target-crash': 3, deployment: 2, 'deregistration-delay-elapsed': 2 },
  { deployment: 3, 'deregistration-delay-elapsed': 2 },
  { 'connection-refused': 3, 'network-path': 2, 'tls-failure': 2 },
  { 'lambda-target-error': 6 },
];
