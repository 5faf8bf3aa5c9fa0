import { learnBaseline } from '../diagnose/changes/drift.ts';
import { symptomOf } from '../diagnose/symptom.ts';
import type { AlertState } from '../model/alert.ts';
import type { Drift } from '../model/diagnosis.ts';
import type { Baseline, EvidenceBundle } from '../model/evidence.ts';

/** A change that brings 502s about mostly does so within hours; after that an expected one is how things should be. */
const ABSORBED_AFTER_MS = 6 * 3_600_000;

/** Drift by expected changers that no 502 followed. */
function harmless(bundle: EvidenceBundle, drift: readonly Drift[], { incident, ended }: AlertState): Drift[] {
  const { summary, known } = symptomOf(bundle);
  if (!known || summary.count > 0 || incident !== null) return [];
  const latest = Date.parse(bundle.window.end) - ABSORBED_AFTER_MS;
  return drift.filter(
    ({ expected, changedAt }) =>
      expected === true &&
      changedAt !== null &&
      Date.parse(changedAt) <= latest &&
      (ended === null || ended.endedAt < changedAt),
  );
}

/**
 * What to remember as the configuration that is wanted: learned at the first look, of a target group that comes later
 * when it comes, and what expected changers made of it.
 *
 * @param stored - the baseline as it was stored, without what the settings declare
 * @returns null where it stays as it is
 */
export function nextBaseline(
  bundle: EvidenceBundle,
  stored: Baseline | null,
  drift: readonly Drift[],
  state: AlertState,
): Baseline | null {
  const learned = learnBaseline(bundle);
  if (learned === null || stored === null) return learned;
  const resources = { ...stored.resources };
  for (const [arn, attributes] of Object.entries(learned.resources))
    if (!Object.hasOwn(resources, arn)) resources[arn] = attributes;
  const absorbed = harmless(bundle, drift, state).filter(
    ({ resourceArn, key, current }) => (resources[resourceArn]?.[key] ?? null) !== current,
  );
  for (const { resourceArn, key, current } of absorbed) {
    const { [key]: _, ...others } = resources[resourceArn] ?? {};
    resources[resourceArn] = current === null ? others : { ...others, [key]: current };
  }
  const isNew = Object.keys(resources).length > Object.keys(stored.resources).length;
  return isNew || absorbed.length > 0 ? { ...stored, resources } : null;
}
