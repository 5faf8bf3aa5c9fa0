import { describe, expect, test } from 'vitest';
import { diagnose } from '../../lambda/diagnose/diagnose.ts';
import { likelihoodText } from '../../lambda/model/likelihood.ts';
import { bundleWith } from './bundle.ts';
import { keepAliveIncidents } from './incidents/keep-alive.ts';
import { otherIncidents } from './incidents/others.ts';

const incidents = [...keepAliveIncidents, ...otherIncidents].map((one) => [one.name, one] as const);

const leadersOf = ({ hypotheses }: ReturnType<typeof diagnose>): string =>
  hypotheses
    .slice(0, 4)
    .map(({ cause, probability }) => `${cause} ${probability}`)
    .join(', ');

describe('with metrics and settings alone', () => {
  test.each(incidents)('%s: nothing else is called very likely', (_, { truth, metrics }) => {
    const diagnosis = diagnose(bundleWith(metrics));
    const { verdict, probability } = diagnosis;
    if (verdict !== truth && verdict !== 'undetermined')
      expect(likelihoodText(probability), leadersOf(diagnosis)).toBe('likely');
  });

  test.each(keepAliveIncidents.map((one) => [one.name, one] as const))(
    '%s: the race is likely, and not proven',
    (_, { metrics }) => {
      const diagnosis = diagnose(bundleWith(metrics));
      expect(diagnosis.verdict, leadersOf(diagnosis)).toBe('keepalive-mismatch');
      expect(likelihoodText(diagnosis.probability), leadersOf(diagnosis)).toBe('likely');
      // Six causes look alike in metrics: the race is named for being the usual one, and that is said first.
      const [first] = diagnosis.hypotheses[0]?.evidence ?? [];
      expect(first).toMatchObject({
        source: 'base rate',
        fact: expect.stringMatching(
          /^39 of 81 published incidents had this cause; what was read does not rule out [a-z-]+$/,
        ),
      });
    },
  );
});

describe('with what was found out in the end', () => {
  test.each(incidents)('%s', (_, { truth, metrics, foundOut }) => {
    const diagnosis = diagnose(bundleWith(metrics, foundOut));
    expect(diagnosis.verdict, leadersOf(diagnosis)).toBe(truth);
    if (diagnosis.probability >= 0.99)
      expect(diagnosis.hypotheses[0]?.evidence.map(({ source }) => source)).not.toContain('base rate');
  });
});
