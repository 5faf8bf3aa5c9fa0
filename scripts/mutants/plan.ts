import { dirname } from 'node:path';
import type { Mutant } from './mutant.ts';
import type { TestFile } from './test-files.ts';
import type { DryFile, DryTest, Job, TestId } from './worker.ts';

/** A loop that is reached this much more often than in the code as it stands is endless. */
const LIMIT_FACTOR = 100;
const LIMIT_LEAST = 10_000;

/**
 * How many of the tests that noticed the last changes of a file are asked first about its next one; of constants, those of
 * the folder: one test may hold all its tables.
 */
const RECENT = 5;

/** Which tests are asked about each mutant, in which order. */
export interface Plan {
  /** A constant: it is computed while its module is made. */
  isStatic(mutant: Mutant): boolean;
  job(mutant: Mutant): Job;
  noticed(mutant: Mutant, by: TestId): void;
  milliseconds(job: Job): number;
}

interface Reached {
  /** Places in the list of tests. */
  readonly by: number[];
  most: number;
}

const keyOf = ({ file, at }: TestId): string => `${file}#${at}`;

/** @param budgetMilliseconds - the time that the tests of one mutant may take; the farthest are left out */
export function plan(
  testFiles: readonly TestFile[],
  dry: readonly DryFile[],
  budgetMilliseconds: number,
): Plan {
  const tests = dry.flatMap((file) => file.tests.filter(({ passed }) => passed));
  const byKey = new Map(tests.map((test) => [keyOf(test), test]));
  const reached = reachedBy(tests);
  const statics = new Set(dry.flatMap(({ loading }) => loading.map(([mutant]) => mutant)));
  const distances = new Map(testFiles.map((one) => [one.path, one.distances]));
  const recent = new Map<string, readonly string[]>();
  const nearestFirst = (place: string, source: string, some: readonly DryTest[]): readonly DryTest[] => {
    const late = recent.get(place) ?? [];
    const rank = (test: DryTest): number => {
      const at = late.indexOf(keyOf(test));
      return at >= 0 ? at - RECENT : (distances.get(test.file)?.get(source) ?? Number.POSITIVE_INFINITY);
    };
    const ranked = some.map((test) => ({ test, rank: rank(test) }));
    return ranked
      .sort((a, b) => a.rank - b.rank || a.test.milliseconds - b.test.milliseconds)
      .map(({ test }) => test);
  };
  const withinBudget = (some: readonly DryTest[]): readonly DryTest[] => {
    let left = budgetMilliseconds;
    return some.filter(({ milliseconds }) => {
      if (milliseconds > left) return false;
      left -= milliseconds;
      return true;
    });
  };
  const isStatic = ({ id }: Mutant): boolean => statics.has(id);
  const placeOf = (mutant: Mutant): string => (isStatic(mutant) ? dirname(mutant.file) : mutant.file);
  return {
    isStatic,
    job: (mutant) => {
      const { id, file } = mutant;
      const { by, most } = reached.get(id) ?? { by: [], most: 0 };
      // Which tests a constant decides cannot be seen: all that import it may.
      const some = isStatic(mutant)
        ? tests.filter((test) => distances.get(test.file)?.has(file))
        : by.flatMap((at) => tests[at] ?? []);
      const chosen = withinBudget(nearestFirst(placeOf(mutant), file, some)).map(({ file, at }) => ({
        file,
        at,
      }));
      return {
        mutant: id,
        isStatic: isStatic(mutant),
        limit: Math.max(LIMIT_LEAST, most * LIMIT_FACTOR),
        tests: chosen,
      };
    },
    noticed: (mutant, by) => {
      const [place, key] = [placeOf(mutant), keyOf(by)];
      recent.set(place, [key, ...(recent.get(place) ?? []).filter((one) => one !== key)].slice(0, RECENT));
    },
    milliseconds: (job) =>
      job.tests.reduce((sum, test) => sum + (byKey.get(keyOf(test))?.milliseconds ?? 0), 0),
  };
}

function reachedBy(tests: readonly DryTest[]): ReadonlyMap<number, Reached> {
  const reached = new Map<number, Reached>();
  for (const [at, { covered }] of tests.entries())
    for (const [mutant, count] of covered) {
      const entry = reached.get(mutant) ?? { by: [], most: 0 };
      entry.by.push(at);
      entry.most = Math.max(entry.most, count);
      reached.set(mutant, entry);
    }
  return reached;
}
