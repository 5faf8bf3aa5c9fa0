import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { CATALOGUE, OBSERVATIONS, type OutcomeId, observedIn } from '../../lambda/diagnose/catalogue.ts';
import { posterior } from '../../lambda/diagnose/chances.ts';
import { MOST_NATS_OF_GROUP } from '../../lambda/diagnose/observations/correlation.ts';
import type { Observed } from '../../lambda/diagnose/observations/observation.ts';
import { OTHER_PRIOR, PRIOR } from '../../lambda/diagnose/prior.ts';
import { totalWeight } from '../../lambda/diagnose/weighing.ts';
import { NAMED_CAUSES, type NamedCause } from '../../lambda/model/cause.ts';
import { renderObservations } from '../../scripts/observations-doc.ts';
import { bundleWith, edits, gap } from './bundle.ts';
import { WITNESSES } from './witnesses.ts';

const DOCUMENT = readFileSync('docs/observations.md', 'utf8');

/** What the document says of each outcome; weights that it does not name are zero. */
const documented = new Map(
  [...DOCUMENT.matchAll(/^\| `([\w-]+)` \| [^|]+ \| ([^|]+) \|$/gm)]
    .filter(([, , weights]) => !/^[\d.]+ %$/.test(weights ?? ''))
    .map(([, id = '', weights = '']) => {
      const entries = [...weights.matchAll(/([a-z-]+) ([+-][\d.]+)/g)];
      return [id, new Map(entries.map(([, cause = '', weight]) => [cause, Number(weight)]))] as const;
    }),
);
const outcomes = [...CATALOGUE.keys()].map((id) => [id] as const);
const seen = (id: OutcomeId, strength?: number): Observed<OutcomeId> => ({
  id,
  fact: 'it was seen',
  source: 'test',
  ...(strength === undefined ? {} : { strength }),
});

/** How far what was seen moved the odds of a cause against those of a cause outside of the vocabulary. */
function movedBy(list: readonly Observed<OutcomeId>[], cause: NamedCause): number {
  const chances = posterior(list);
  const others = 1 - [...chances.values()].reduce((sum, chance) => sum + chance, 0);
  return Math.log((chances.get(cause) ?? 0) / others) - Math.log(PRIOR[cause] / OTHER_PRIOR);
}

test('the document says what the catalogue says, and names no outcome that is gone', () => {
  expect(DOCUMENT).toBe(renderObservations());
  expect([...documented.keys()].sort()).toEqual([...CATALOGUE.keys()].sort());
});

describe.each(outcomes)('%s', (id) => {
  test('alone moves each cause by exactly its weight', () => {
    for (const cause of NAMED_CAUSES) {
      const weight = documented.get(id)?.get(cause) ?? 0;
      expect(movedBy([seen(id)], cause), cause).toBeCloseTo(weight, 6);
      expect(movedBy([seen(id, 0.5)], cause), `half of ${cause}`).toBeCloseTo(weight / 2, 6);
    }
  });

  test('is seen in its witness, once, with a share of its weight', () => {
    const found = observedIn(bundleWith(WITNESSES[id])).filter((one) => one.id === id);
    expect(found).toHaveLength(1);
    expect(found[0]?.strength ?? 1).toBeGreaterThan(0);
    expect(found[0]?.fact).toMatch(/\S/);
    expect(found[0]?.source).toMatch(/\S/);
  });

  test('is unknown where what it would be the absence of could not be read', () => {
    const { needs, restOnAbsence = [] } = CATALOGUE.get(id)?.observation ?? { needs: {} };
    if (!restOnAbsence.includes(id)) return;
    const gaps = [
      ...(needs.subjects ?? []).map((subject) => gap(subject)),
      ...(needs.metrics ?? []).map((name) => gap('metrics', { metrics: [name] })),
    ];
    expect(gaps.length).toBeGreaterThan(0);
    for (const unread of gaps) {
      const ids = observedIn(bundleWith(edits(WITNESSES[id], unread))).map((one) => one.id);
      expect(ids).not.toContain(id);
    }
  });
});

describe('correlated observations', () => {
  test.each(OBSERVATIONS.map((each) => [each.outcomes.join(', '), each] as const))(
    '%s: alone within the bound of the group',
    (_, { group, weights }) => {
      for (const cause of NAMED_CAUSES)
        for (const weight of weights[cause])
          expect(Math.abs(weight), cause).toBeLessThanOrEqual(MOST_NATS_OF_GROUP[group]);
    },
  );

  test('say together no more than the bound of their group', () => {
    const rollout = [seen('rollout-near-failures'), seen('hosts-added'), seen('targets-changing')];
    expect(totalWeight(rollout, 'deployment')).toBeCloseTo(MOST_NATS_OF_GROUP['target-changes'], 9);
    // Below the bound they add up.
    expect(totalWeight(rollout.slice(1), 'target-crash')).toBeCloseTo(-0.3 + 0.3, 9);
  });

  test('of different groups add up', () => {
    const both = [seen('rollout-near-failures'), seen('burst')];
    expect(totalWeight(both, 'deployment')).toBeCloseTo(3 + 1, 9);
  });
});
