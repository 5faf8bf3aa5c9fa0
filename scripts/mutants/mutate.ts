import { readFileSync } from 'node:fs';
import { Instrumenter } from '@stryker-mutator/instrumenter';
import type { Mutant } from './mutant.ts';
import { numberMutants } from './numbers.ts';

export interface Mutated {
  readonly mutants: readonly Mutant[];
  /** The text of each changed file: all its mutants at once, each behind a switch. */
  readonly sources: ReadonlyMap<string, string>;
}

export const IS_ACTIVE = 'stryMutAct_9fa48';
export const COVERS = 'stryCov_9fa48';

const silent = () => {};
const isOff = () => false;
const LOGGER = {
  ...{ isTraceEnabled: isOff, isDebugEnabled: isOff, isInfoEnabled: isOff, isWarnEnabled: isOff },
  ...{ isErrorEnabled: isOff, isFatalEnabled: isOff },
  ...{ trace: silent, debug: silent, info: silent, warn: silent, error: silent, fatal: silent },
};

/** Words meant for people have spaces; what the program itself tells apart (ids, keys, kinds) has none. */
const isProse = (original: string): boolean => /^["'`]/.test(original) && /\S\s+\S|^.\s|\s.$/.test(original);

/** Every change that StrykerJS knows, to these files; those of words meant for people are left out. */
export async function mutate(files: readonly string[]): Promise<Mutated> {
  const texts = new Map(files.map((file) => [file, readFileSync(file, 'utf8')]));
  const instrumented = await new Instrumenter(LOGGER).instrument(
    [...texts].map(([name, content]) => ({ name, content, mutate: true })),
    { plugins: null, excludedMutations: [], ignorers: [], noHeader: true },
  );
  const same = new Map<string, number>();
  const mutants = instrumented.mutants.map(({ id, fileName: file, location, mutatorName, replacement }) => {
    const offsetOf = lineOffsets(texts.get(file) ?? '');
    const start = (offsetOf[location.start.line] ?? 0) + location.start.column;
    const end = (offsetOf[location.end.line] ?? 0) + location.end.column;
    const original = (texts.get(file) ?? '').slice(start, end);
    const what = JSON.stringify([file, mutatorName, original, replacement]);
    const number = same.get(what) ?? 0;
    same.set(what, number + 1);
    return {
      ...{ id: Number(id), file, line: location.start.line + 1, kind: mutatorName, number },
      ...{ original, start, end, replacement },
    };
  });
  return {
    mutants: mutants.filter((one) => one.kind !== 'StringLiteral' || !isProse(one.original)),
    sources: new Map(instrumented.files.map(({ name, content }) => [name, content])),
  };
}

function lineOffsets(text: string): readonly number[] {
  const offsets = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) offsets.push(at + 1);
  return offsets;
}

/** Some numbers of these files, chosen by the seed, each made a quarter to a half larger or smaller. */
export function mutateNumbers(files: readonly string[], count: number, seed: number): Mutated {
  const texts = files.map((file) => [file, readFileSync(file, 'utf8')] as const);
  const chosen = numberMutants(texts, count, seed);
  const sources = texts.map(([file, text]) => {
    const own = chosen.filter((one) => one.file === file).sort((a, b) => b.start - a.start);
    const changed = own.reduce((rest, { id, start, end, replacement }) => {
      const switched = `(${COVERS}("${id}"), ${IS_ACTIVE}("${id}") ? ${replacement} : ${rest.slice(start, end)})`;
      return rest.slice(0, start) + switched + rest.slice(end);
    }, text);
    return [file, changed] as const;
  });
  return { mutants: chosen, sources: new Map(sources) };
}
