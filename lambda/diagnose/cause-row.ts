import type { NamedCause } from '../model/cause.ts';
import type { OwnedAction } from '../model/diagnosis.ts';
import type { EvidenceBundle } from '../model/evidence.ts';

/** A cause and its advice. How observations move it stands in `observations/`, how frequent it is in `prior.ts`. */
export interface CauseRow {
  readonly id: NamedCause;
  /** What to change, the best first; read-only looks where the evidence does not say which change is right. */
  readonly advise: (bundle: EvidenceBundle) => readonly OwnedAction[];
}
