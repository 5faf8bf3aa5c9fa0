import type { NamedCause } from '../model/cause.ts';
import type { OwnedAction } from '../model/diagnosis.ts';
import type { EvidenceBundle } from '../model/evidence.ts';

/** What the diagnosis knows of one cause beyond the table of weights. */
export interface CauseRow {
  readonly id: NamedCause;
  /** What to change, the best first; read-only looks where the evidence does not say which change is right. */
  readonly advise: (bundle: EvidenceBundle) => readonly OwnedAction[];
}
