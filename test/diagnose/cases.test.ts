import { describe, expect, test } from 'vitest';
import { diagnose } from '../../lambda/diagnose/diagnose.ts';
import { NAMED_CAUSES } from '../../lambda/model/cause.ts';
import { type Diagnosis, diagnosisSchema } from '../../lambda/model/diagnosis.ts';
import type { Case } from '../cases/case.ts';

const textOf = ({ actions }: Diagnosis): string =>
  actions.flatMap(({ title, why, commands, rollback }) => [title, why, ...commands, ...rollback]).join('\n');

const loaded = await Promise.all(
  NAMED_CAUSES.map(async (cause) => {
    const { cases }: { cases: readonly Case[] } = await import(`../cases/${cause}.ts`);
    return [cause, cases] as const;
  }),
);

describe.each(loaded)('%s', (cause, cases) => {
  test.each(cases.map((one) => [one.name, one] as const))('%s', (_, one) => {
    const diagnosis = diagnosisSchema.parse(diagnose(one.bundle));
    const leaders = diagnosis.hypotheses.slice(0, 3).map((entry) => `${entry.cause} ${entry.probability}`);
    const { verdict, severity, mismatches } = diagnosis;
    expect(
      { verdict, severity, mismatches: mismatches.map(({ detail: _, ...rest }) => rest) },
      leaders.join(', '),
    ).toEqual({
      verdict: one.verdict,
      severity: one.severity,
      mismatches: one.mismatches,
    });
    const [low, high] = one.probability;
    expect(diagnosis.probability, leaders.join(', ')).toBeGreaterThanOrEqual(low);
    expect(diagnosis.probability, leaders.join(', ')).toBeLessThanOrEqual(high);
    for (const part of one.actions) expect(textOf(diagnosis)).toContain(part);
    if (one.missing !== undefined) expect(diagnosis.missingEvidence[0]?.what ?? null).toBe(one.missing);
  });

  test('is shown present, nearly there, and not to be told', () => {
    const kinds = new Set(cases.map(({ kind }) => kind));
    expect([...kinds]).toEqual(expect.arrayContaining(['present', 'near miss', 'unknown', 'mixed']));
    expect(cases.some(({ verdict }) => verdict === cause)).toBe(true);
  });
});
