import { describe, expect, test } from 'vitest';
import type { OutcomeId } from '../../lambda/diagnose/catalogue.ts';
import { EVEN, judged, posterior } from '../../lambda/diagnose/chances.ts';
import type { FailurePart } from '../../lambda/diagnose/failure-parts.ts';
import { hiddenEvidenceGain } from '../../lambda/diagnose/hidden-evidence.ts';
import type { Observed } from '../../lambda/diagnose/observations/observation.ts';
import { OTHER_PRIOR, PRIOR } from '../../lambda/diagnose/prior.ts';
import { rank } from '../../lambda/diagnose/rank.ts';
import { totalWeight, weightsFor } from '../../lambda/diagnose/weighing.ts';
import { NAMED_CAUSES, type NamedCause } from '../../lambda/model/cause.ts';

type Chances = Partial<Record<NamedCause, number>>;

const part = (share: number, chances: Chances): FailurePart => ({
  share,
  chances: new Map(
    NAMED_CAUSES.flatMap((cause) => (chances[cause] === undefined ? [] : [[cause, chances[cause]]])),
  ),
  fact: `a share of ${share}`,
  source: 'access log',
});

const seen = (id: OutcomeId, strength?: number): Observed<OutcomeId> => ({
  ...{ id, fact: id, source: 'metric' },
  ...(strength === undefined ? {} : { strength }),
});

const verdictOf = (parts: readonly FailurePart[], failures?: number) => {
  const { verdict, probability } = rank([], parts, failures);
  return { verdict, probability };
};

describe('the cause of most failures', () => {
  test.each([
    [0.9, 'target-crash', 0.9],
    [0.701, 'target-crash', 0.701],
    [0.699, 'undetermined', 0.5],
  ])('of one explanation with a chance of %d: %s', (chance, verdict, probability) => {
    expect(verdictOf([part(1, { 'target-crash': chance })])).toEqual({ verdict, probability });
  });

  test.each<readonly [string, readonly FailurePart[], string]>([
    ['less than half explained', [part(0.49, { 'target-crash': 0.99 })], 'undetermined'],
    ['half explained', [part(0.5, { 'target-crash': 0.99 })], 'target-crash'],
    [
      'the first has a third',
      [
        part(0.33, { 'target-crash': 0.99 }),
        part(0.32, { deployment: 0.99 }),
        part(0.32, { 'tls-failure': 0.99 }),
      ],
      'undetermined',
    ],
    [
      'the first has a little more than a third',
      [
        part(0.35, { 'target-crash': 0.99 }),
        part(0.32, { deployment: 0.99 }),
        part(0.32, { 'tls-failure': 0.99 }),
      ],
      'target-crash',
    ],
    [
      'two explanations of one cause count together',
      [
        part(0.3, { 'target-crash': 0.9 }),
        part(0.3, { 'target-crash': 0.8 }),
        part(0.4, { deployment: 0.99 }),
      ],
      'target-crash',
    ],
    [
      'a leader below 0.4 leads nothing',
      [part(0.6, { 'target-crash': 0.39 }), part(0.4, { deployment: 0.99 })],
      'undetermined',
    ],
  ])('%s', (_, parts, verdict) => {
    expect(verdictOf(parts).verdict).toBe(verdict);
  });

  test.each([
    ['as many failures of each: never sure', 0.5, 1_000, 0],
    ['ten failures: hardly more than even', 0.55, 10, 0.2482],
    ['a hundred failures: two thirds sure', 0.55, 100, 0.6827],
    ['a million failures: certain', 0.55, 1_000_000, 1],
    ['no number of failures counts as one', 0.9, 0, 0.5763],
  ])('is less sure where a second one is as large: %s', (_, share, failures, surely) => {
    const ranked = verdictOf(
      [part(share, { 'target-crash': 1 }), part(1 - share, { deployment: 1 })],
      failures,
    );
    const own = (1 / 1.005) * (0.9 + 0.1 * surely) * Math.min(1, 0.5 + share);
    expect(ranked.verdict).toBe('target-crash');
    expect(ranked.probability).toBeCloseTo(Math.min(own, 0.79 + 0.21 * surely), 3);
  });

  test('of two paths that fail as often is named, though neither tells its cause alone', () => {
    const parts = [part(0.52, { 'worker-timeout': 0.78 }), part(0.48, { 'malformed-response': 0.79 })];
    expect(verdictOf(parts, 60)).toEqual({ verdict: 'worker-timeout', probability: 0.721 });
  });

  test('of two that look alike is left open', () => {
    const parts = [
      part(0.52, { 'malformed-response': 0.79 }),
      part(0.48, { 'response-header-too-large': 0.79 }),
    ];
    expect(verdictOf(parts, 60).verdict).toBe('undetermined');
  });

  test('of three is less sure the smaller its share is', () => {
    const thirds = [0.4, 0.3, 0.3].map((share, place) =>
      part(share, { [NAMED_CAUSES[place] ?? 'deployment']: 1 }),
    );
    expect(verdictOf(thirds).probability).toBeCloseTo((1 / 1.005) * 0.9, 3);
  });

  test('is the one with most failures that are surely its own, and no surer than even where the other has more', () => {
    const parts = [part(0.45, { 'target-crash': 0.99 }), part(0.5, { deployment: 0.75 })];
    expect(verdictOf(parts, 1_000)).toEqual({ verdict: 'target-crash', probability: 0.79 });
  });

  test.each([
    ['more failures', 0.6, 'undetermined'],
    ['about as many', 0.52, 'target-crash'],
    ['fewer', 0.35, 'target-crash'],
  ])('is not named where an explanation that tells no cause has %s', (_, open, verdict) => {
    const parts = [part(1 - open, { 'target-crash': 0.99 }), part(open, { 'connection-refused': 0.45 })];
    expect(verdictOf(parts, 160).verdict).toBe(verdict);
  });

  test.each([
    [0.39, 0.41, 0.79],
    [0.41, 0.39, 0.905],
  ])('is not sure where more is unexplained: %f with %f open', (share, open, probability) => {
    const parts = [part(share, { 'target-crash': 1 }), part(1 - share - open, { deployment: 0.99 })];
    expect(verdictOf(parts, 1_000_000).probability).toBeCloseTo(probability, 2);
  });

  test('does not depend on the order of the explanations', () => {
    const parts = [part(0.7, { 'target-crash': 0.95 }), part(0.3, { deployment: 0.9 })];
    expect(rank([], [...parts].reverse(), 50)).toMatchObject({
      verdict: 'target-crash',
      probability: rank([], parts, 50).probability,
    });
  });
});

describe('what is reported beside the verdict', () => {
  const shares = (parts: readonly FailurePart[]) =>
    Object.fromEntries(
      rank([], parts)
        .hypotheses.filter(({ probability }) => probability > 0)
        .map(({ cause, probability }) => [cause, probability]),
    );

  test.each<readonly [string, Chances, Record<string, number>]>([
    [
      'a verdict: the others share the rest',
      { 'target-crash': 0.8, deployment: 0.1 },
      { 'target-crash': 0.8, deployment: 0.1, undetermined: 0.1 },
    ],
    [
      'no verdict: what naming the leader would risk',
      { 'target-crash': 0.5, deployment: 0.3 },
      { undetermined: 0.5, 'target-crash': 0.3125, deployment: 0.1875 },
    ],
    [
      'no verdict: never less than the leader keeps',
      { 'target-crash': 0.69 },
      { undetermined: 0.5, 'target-crash': 0.5 },
    ],
    ['nothing known', {}, { undetermined: 1 }],
  ])('%s', (_, chances, expected) => {
    expect(shares([part(1, chances)])).toEqual(expected);
  });

  test('lists every cause once, the verdict first, also where it ties', () => {
    const tied = rank([], [part(1, { 'target-crash': 0.69 })]);
    expect(tied.hypotheses.map(({ cause }) => cause)).toEqual(
      expect.arrayContaining(['undetermined', ...NAMED_CAUSES]),
    );
    expect(tied.hypotheses).toHaveLength(NAMED_CAUSES.length + 1);
    expect(tied.hypotheses[0]).toMatchObject({ cause: 'undetermined', evidence: [] });
  });

  test('gives the evidence by its weight, without what has none', () => {
    const parts = [part(0.25, { 'target-crash': 0.9 }), part(0.75, { deployment: 0.9 })];
    const { hypotheses } = rank([seen('tls-errors'), seen('out-of-memory-kill', 0)], parts);
    for (const { cause, evidence } of hypotheses) {
      const sizes = evidence.map(({ weight }) => Math.abs(weight));
      expect(sizes, cause).toEqual([...sizes].sort((left, right) => right - left));
      expect(sizes, cause).not.toContain(0);
    }
    const crash = hypotheses.find(({ cause }) => cause === 'target-crash');
    const first = Math.log(0.9 / PRIOR['target-crash']) * 0.25;
    const second = Math.log(1e-3 / PRIOR['target-crash']) * 0.75;
    expect(crash?.evidence.filter(({ source }) => source === 'access log')).toEqual([
      { fact: 'a share of 0.75', source: 'access log', weight: Number(second.toFixed(2)) },
      { fact: 'a share of 0.25', source: 'access log', weight: Number(first.toFixed(2)) },
    ]);
  });

  test.each<readonly [string, readonly OutcomeId[], readonly FailurePart[]]>([
    ['a verdict by evidence', ['tls-errors'], []],
    ['a verdict by the log', [], [part(0.8, { 'target-crash': 0.95 })]],
    ['both', ['rollout-near-failures'], [part(0.6, { deployment: 0.9 }), part(0.4, { 'tls-failure': 0.9 })]],
    ['none', ['slow-responses'], []],
  ])('adds up to 1: %s', (_, ids, parts) => {
    const { hypotheses } = rank(
      ids.map((id) => seen(id)),
      parts,
    );
    expect(hypotheses.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 2);
  });

  test('has each outcome with its weight to two digits', () => {
    const own = rank([seen('tls-errors', 1 / 3)]).hypotheses.find(({ cause }) => cause === 'tls-failure');
    expect(own?.evidence).toEqual([{ fact: 'tls-errors', source: 'metric', weight: 1.67 }]);
  });

  test.each<readonly [OutcomeId, string]>([
    ['keepalive-measured-short', 'deployment'],
    ['rollout-near-failures', 'deregistration-delay-elapsed'],
  ])('names the cause that %s leaves closest: %s', (id, rival) => {
    expect(rank([seen(id)]).hypotheses[0]?.evidence[0]?.fact).toMatch(
      new RegExp(`does not rule out ${rival}$`),
    );
  });

  test.each<readonly [OutcomeId, NamedCause, boolean]>([
    ['tls-errors', 'tls-failure', false],
    ['out-of-memory-kill', 'target-crash', false],
    ['keepalive-measured-short', 'keepalive-mismatch', true],
    ['rollout-near-failures', 'deployment', true],
  ])('%s names %s; with the help of how frequent it is: %j', (id, cause, isHelped) => {
    const { verdict, hypotheses } = rank([seen(id)]);
    expect(verdict).toBe(cause);
    const [own, ...others] = hypotheses;
    expect(own?.evidence[0]?.source === 'base rate').toBe(isHelped);
    expect(own?.evidence.filter(({ source }) => source === 'base rate')).toHaveLength(isHelped ? 1 : 0);
    if (isHelped) expect(own?.evidence[0]?.fact).toMatch(/does not rule out (?!null)/);
    expect(others.flatMap(({ evidence }) => evidence).some(({ source }) => source === 'base rate')).toBe(
      false,
    );
  });
});

describe('what could not be read', () => {
  test('takes a verdict back where it may be for a rival, and keeps it where it cannot matter', () => {
    const own = [seen('only-connection-errors')];
    expect(rank(own).verdict).toBe('connection-refused');
    expect(rank(own, [], 10, [seen('tls-errors')]).verdict).toBe('undetermined');
    expect(rank(own, [], 10, [seen('out-of-memory-kill', 0)]).verdict).toBe('connection-refused');
  });
});

describe('hidden outcomes', () => {
  const hidden = (
    [
      'tls-errors',
      'rollout-near-failures',
      'out-of-memory-kill',
      'scattered',
      'fast-responses',
      'burst',
    ] as const
  ).map((id) => seen(id));
  const gain = (list: readonly Observed<OutcomeId>[]) =>
    hiddenEvidenceGain([seen('only-connection-errors')], list, 'connection-refused');

  test.each([5, 6])('%d of them are for a rival at least as much as each of them alone, and all', (count) => {
    const several = hidden.slice(0, count);
    for (const list of [...several.map((one) => [one]), several.slice(0, 5)])
      for (const [cause, alone] of gain(list).causes)
        if (count === 5 || list.length === 1)
          expect(gain(several).causes.get(cause), cause).toBeGreaterThanOrEqual(alone - 1e-9);
  });

  test('are none of the verdict itself, and never against a rival', () => {
    expect(gain(hidden).causes.has('connection-refused')).toBe(false);
    expect(Math.min(...gain(hidden).causes.values(), gain(hidden).others)).toBeGreaterThanOrEqual(0);
    expect(gain([]).others).toBe(0);
  });

  test('that are against the verdict are for every rival by as much', () => {
    const hiding = hiddenEvidenceGain([], [seen('tls-errors')], 'connection-refused');
    expect(hiding.others).toBeCloseTo(-totalWeight([seen('tls-errors')], 'connection-refused'), 9);
    expect(hiding.others).toBeGreaterThan(1);
  });
});

describe('the chances of each cause', () => {
  test('are the base rates where nothing is known', () => {
    const chances = posterior([]);
    for (const cause of NAMED_CAUSES) expect(chances.get(cause)).toBeCloseTo(PRIOR[cause], 12);
    const sum = [...chances.values()].reduce((total, chance) => total + chance, 0);
    expect(sum).toBeCloseTo(1 - OTHER_PRIOR, 12);
  });

  test('are even where not even that is taken as known', () => {
    const [rest] = judged([], [], null, EVEN);
    for (const cause of NAMED_CAUSES)
      expect(rest?.chances.get(cause)).toBeCloseTo(1 / (NAMED_CAUSES.length + 1), 12);
  });

  test('move by the weight of what was seen, against what is none of them', () => {
    const moved = posterior([seen('tls-errors')]);
    const masses = NAMED_CAUSES.map(
      (cause) => PRIOR[cause] * Math.exp(totalWeight([seen('tls-errors')], cause)),
    );
    const total = masses.reduce((sum, mass) => sum + mass, OTHER_PRIOR);
    NAMED_CAUSES.forEach((cause, place) => {
      expect(moved.get(cause)).toBeCloseTo((masses[place] ?? 0) / total, 12);
    });
  });

  test('of an explanation that leaves nothing open leave one in two hundred to others', () => {
    const [own] = judged([], [part(1, { deployment: 1 })]);
    expect(own).toMatchObject({ share: 1, isExplained: true });
    expect(own?.chances.get('deployment')).toBeCloseTo(1 / 1.005, 12);
  });

  test('of an explanation are not moved by what is said of the failures without one', () => {
    const own = (id: OutcomeId) =>
      judged([seen(id)], [part(0.5, { deployment: 0.5, 'target-crash': 0.4 })])[0]?.chances;
    expect(own('log-nothing-in-common')).toEqual(
      judged([], [part(0.5, { deployment: 0.5, 'target-crash': 0.4 })])[0]?.chances,
    );
    expect(own('tls-errors')?.get('deployment')).not.toBeCloseTo(0.5, 2);
  });

  test('of the rest make room for what hidden evidence may say for a cause outside the vocabulary', () => {
    const [rest] = judged([], [], { causes: new Map([['deployment', Math.log(3)]]), others: Math.log(2) });
    const whole = 1 + OTHER_PRIOR + 2 * PRIOR.deployment;
    expect(rest?.chances.get('deployment')).toBeCloseTo((3 * PRIOR.deployment) / whole, 9);
    expect(rest?.chances.get('target-crash')).toBeCloseTo(PRIOR['target-crash'] / whole, 9);
  });

  test('of the failures without an explanation are those of the rest, which is never below none', () => {
    const shares = (parts: readonly FailurePart[]) => judged([], parts).map(({ share }) => share);
    expect(shares([part(0.25, { deployment: 1 })])).toEqual([0.25, 0.75]);
    expect(shares([part(0.75, { deployment: 1 }), part(0.5, { deployment: 1 })])).toEqual([0.75, 0.5, 0]);
    expect(judged([], []).map(({ isExplained }) => isExplained)).toEqual([false]);
  });
});

describe('the weight of what was seen', () => {
  const weight = (strength?: number) => totalWeight([seen('tls-errors', strength)], 'tls-failure');

  test.each([
    ['half seen', 0.5, 0.5],
    ['seen more than whole', 2, 1],
    ['seen less than not at all', -1, 0],
    ['a share of nothing', Number.NaN, 0],
    ['without a degree', undefined, 1],
  ])('%s', (_, strength, times) => {
    expect(weight(strength)).toBeCloseTo(weight(1) * times, 12);
  });

  test('of one group is bounded, and what is cut is cut from each alike', () => {
    const both = [seen('tls-errors'), seen('tls-errors')];
    const [first, second] = weightsFor(both, 'tls-failure');
    expect((first ?? 0) + (second ?? 0)).toBeCloseTo(6, 12);
    expect(first).toBe(second);
    expect(weightsFor([seen('tls-errors')], 'tls-failure')).toEqual([5]);
  });
});
