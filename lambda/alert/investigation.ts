import type { Diagnosis } from '../model/diagnosis.ts';
import type { EvidenceBundle } from '../model/evidence.ts';
import type { SilenceInForce } from './silence.ts';

/** What an investigation found, as the records need it. */
export interface Investigation {
  readonly bundle: EvidenceBundle;
  readonly diagnosis: Diagnosis;
  readonly now: string;
  /** null: nothing holds messages back. */
  readonly silence: SilenceInForce | null;
}
