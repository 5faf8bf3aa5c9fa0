import { beforeAll, describe, expect, test } from 'vitest';
import { type Judged, judge } from '../../bench/estimate/judge.ts';
import { type Area, drawWorld, FAMILIES } from '../../lab/worlds/access-log/world.ts';

/**
 * A small form of `npm run bench -- estimate`: one log of each family, none of them looked at while the diagnosis was
 * written. The seeds are fixed, so that a failure comes again.
 */
const FIRST_SEED = 77_000;
/** Of rhythms and pairs, which are many, every second one. */
const isPlayed = (area: Area, at: number): boolean =>
  area !== 'classic' && ((area !== 'rhythm' && area !== 'two causes') || at % 2 === 0);
/** On a machine with many neighbours. */
const LONGEST_MS = 900_000;
const SURE = 0.8;

/** Least share of verdicts that an expert would defend, and of those that are right. */
const FLOORS = [
  ['race', 0.9, 0.7],
  ['known', 0.9, 0.5],
  ['rhythm', 0.9, 0],
  ['unknown', 1, 1],
  ['two causes', 0.9, 0.4],
  ['damaged', 0.75, 0],
] as const;

const results: Judged[] = [];

beforeAll(() => {
  for (const [at, [family, area]] of [...FAMILIES].entries()) {
    const world = isPlayed(area, at) ? drawWorld(family, FIRST_SEED) : null;
    if (world) results.push(judge(world));
  }
}, LONGEST_MS);

const told = ({ family, seed, verdict, probability, truth }: Judged): string =>
  `${family} ${seed}: ${verdict} ${probability}, truth ${truth}`;

test('no verdict is sure and wrong', () => {
  expect(results.length).toBeGreaterThan(60);
  const wrong = results.filter(
    ({ verdict, probability, isDefensible }) =>
      verdict !== 'undetermined' && probability >= SURE && !isDefensible,
  );
  expect(wrong.map(told)).toEqual([]);
});

test('no keep-alive is read where nothing closes after it', () => {
  expect(results.filter(({ falseEstimates }) => falseEstimates.length > 0).map(told)).toEqual([]);
});

test('the keep-alive is read where it can be told', () => {
  const tellable = results.filter(({ keepAliveTellable }) => keepAliveTellable);
  expect(tellable.length).toBeGreaterThan(5);
  const missed = tellable.filter(({ isEstimateGood }) => !isEstimateGood);
  expect(missed.length, missed.map(told).join('\n')).toBeLessThanOrEqual(0.2 * tellable.length);
});

describe.each(FLOORS)('%s', (area, leastDefensible, leastRight) => {
  test('verdicts are such as an expert would defend', () => {
    const own = results.filter((result) => result.area === area);
    const poor = own.filter(({ isDefensible }) => !isDefensible);
    expect(1 - poor.length / own.length, poor.map(told).join('\n')).toBeGreaterThanOrEqual(leastDefensible);
  });

  test('enough of them name what is true', () => {
    const own = results.filter((result) => result.area === area);
    const right = own.filter(({ isRight }) => isRight).length / own.length;
    expect(right).toBeGreaterThanOrEqual(leastRight);
  });
});
