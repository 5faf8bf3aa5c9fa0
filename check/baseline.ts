import * as z from 'zod';
import type { Finding } from './compare/finding.ts';
import { RULE_IDS } from './compare/rules.ts';

/** The file of accepted findings (contract, version 1). */
export const baselineSchema = z.strictObject({
  version: z.literal(1),
  accepted: z.array(
    z.strictObject({
      rule: z.enum(RULE_IDS),
      /** The ids of what is compared; no line numbers, so that a file may grow. */
      key: z.string(),
      /** For people: why it is accepted. */
      note: z.string().optional(),
    }),
  ),
});

export type Baseline = z.infer<typeof baselineSchema>;

/** Findings that count, those that were accepted, and entries that nothing needs any more. */
export interface Judged {
  readonly findings: readonly Finding[];
  readonly accepted: readonly Finding[];
  readonly stale: Baseline['accepted'];
}

const idOf = ({ rule, key }: { readonly rule: string; readonly key: string }): string => `${rule} ${key}`;

/** Takes out what was accepted. */
export function judged(found: readonly Finding[], baseline: Baseline | null): Judged {
  const entries = baseline?.accepted ?? [];
  const ids = new Set(entries.map(idOf));
  const now = new Set(found.map(idOf));
  return {
    findings: found.filter((finding) => !ids.has(idOf(finding))),
    accepted: found.filter((finding) => ids.has(idOf(finding))),
    stale: entries.filter((entry) => !now.has(idOf(entry))),
  };
}

/** A baseline that accepts all of the findings; notes of one before are kept. */
export function baselineOf(found: readonly Finding[], before: Baseline | null): Baseline {
  const notes = new Map(before?.accepted.map((entry) => [idOf(entry), entry.note]));
  const unique = new Map(found.map((finding) => [idOf(finding), finding]));
  return {
    version: 1,
    accepted: [...unique.values()].map(({ rule, key }) => {
      const note = notes.get(idOf({ rule, key }));
      return note === undefined ? { rule, key } : { rule, key, note };
    }),
  };
}
