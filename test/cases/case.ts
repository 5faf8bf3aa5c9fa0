import type { Cause } from '../../lambda/model/cause.ts';
import type { Mismatch, Severity } from '../../lambda/model/diagnosis.ts';
import type { EvidenceBundle } from '../../lambda/model/evidence.ts';
import type { KeepAliveSource } from '../../lambda/model/keep-alive-source.ts';
import { groupArn } from '../diagnose/bundle.ts';

/** One piece of evidence and the answer that must be given to it. */
export interface Case {
  /** A sentence. */
  readonly name: string;
  /** Whether the file's cause is there, only nearly, not to be told, or mixed with another. */
  readonly kind: 'present' | 'near miss' | 'unknown' | 'mixed';
  readonly bundle: EvidenceBundle;
  readonly verdict: Cause | null;
  /** Lowest and highest probability of the verdict. */
  readonly probability: readonly [number, number];
  readonly severity: Severity;
  /** All of them, the worst first. */
  readonly mismatches: readonly Mismatch[];
  /** Text that one of the actions must contain, in its title, reason, commands or rollback. */
  readonly actions: readonly string[];
  /** What the first piece of missing evidence is about; null where nothing may be missing. */
  readonly missing?: string | null;
}

/** A verdict that names a cause. */
export const SURE = [0.9, 1] as const;
export const NAMED = [0.7, 1] as const;
/** A lead that metrics give, and that is not proven. */
export const LIKELY = [0.7, 0.8] as const;
/** `undetermined` may be given with any probability. */
export const ANY = [0, 1] as const;
/** The verdict null has probability 0. */
export const NONE = [0, 0] as const;

export const mismatch = (
  idleTimeoutSeconds: number,
  keepAliveSeconds: number,
  source: KeepAliveSource = 'tag',
  group = 'web',
): Mismatch => ({
  targetGroupArn: groupArn(group),
  idleTimeoutSeconds,
  keepAliveSeconds,
  source,
  marginSeconds: keepAliveSeconds - idleTimeoutSeconds,
});

const LOG = 'the access log around the 502s';

/** 502s whose cause cannot be told; the log would. */
export const UNCLEAR = {
  verdict: 'undetermined',
  probability: ANY,
  severity: 'warning',
  mismatches: [],
  actions: [],
  missing: LOG,
} as const;

/** No 502 and nothing wrong. */
export const FINE = {
  verdict: null,
  probability: NONE,
  severity: 'none',
  mismatches: [],
  actions: [],
  missing: null,
} as const;
