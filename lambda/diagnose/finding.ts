import type { EvidenceBundle } from '../model/evidence.ts';
import type { FindingId } from './weights.ts';

/** One observation that moves the causes; the table in weights.ts says how far. */
export interface Finding {
  readonly id: FindingId;
  /** The observation with its figures, as one sentence for the alert. */
  readonly fact: string;
  /** Where it was seen: a metric, an attribute, a tag, a log. */
  readonly source: string;
  /** 0 to 1: how much of the table's weight it carries, where the observation comes in degrees. Default 1. */
  readonly strength?: number;
}

/** Reads one kind of evidence out of a bundle. Gives nothing where the evidence was not read. */
export type FindingReader = (bundle: EvidenceBundle) => readonly Finding[];
