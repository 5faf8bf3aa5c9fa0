import { Script } from 'node:vm';
import { type RegisteredTest, testApi } from './test-api.ts';
import type { TestBundle } from './test-bundle.ts';

type Loads = Readonly<Record<string, () => Promise<unknown>>>;

type Make = (
  expose: (loads: Loads) => void,
  packages: Readonly<Record<string, unknown>>,
  isActive: (mutant: number) => boolean,
  covers: (...mutants: readonly number[]) => number,
) => Promise<void>;

/** What may start a process or open a socket: whatever a test calls of these throws, and that test is left out. */
const OUTSIDE = /^(node:)?(child_process|net|http|https|http2|tls|dgram|dns|worker_threads|cluster)(\/.*)?$/;

/** How often each mutant was reached; those that were not are left out. */
export type Coverage = readonly (readonly [mutant: number, count: number])[];

export interface Program {
  /** The mutant that is switched on; null is the code as it stands. */
  active: number | null;
  /** How often the active mutant may be reached, before its loop counts as endless. */
  limit: number;
  hits: number;
  /** How often each mutant was reached since the last call. */
  takeCoverage(): Coverage;
  /** Makes all modules anew: a constant is computed again. */
  restart(): Promise<void>;
  /** The tests of a file; its modules are made where they have not been. */
  load(path: string): Promise<readonly RegisteredTest[]>;
}

export async function startProgram({ code, packages: names, mutantCount }: TestBundle): Promise<Program> {
  const packages: Record<string, unknown> = {};
  let registered: RegisteredTest[] = [];
  for (const name of names) packages[name] = OUTSIDE.test(name) ? stub(await import(name)) : await load(name);
  packages['vitest'] = testApi((test) => registered.push(test));
  const make: Make = new Script(code, { filename: 'tests.js' }).runInThisContext();
  const counts = new Uint32Array(mutantCount);
  let loads: Loads = {};
  const isActive = (mutant: number): boolean => {
    if (program.active !== mutant) return false;
    program.hits += 1;
    if (program.hits > program.limit) throw new Error('reached too often: an endless loop');
    return true;
  };
  const covers = (...mutants: readonly number[]): number => {
    for (const mutant of mutants) counts[mutant] = (counts[mutant] ?? 0) + 1;
    return 0;
  };
  const program: Program = {
    active: null,
    limit: Number.POSITIVE_INFINITY,
    hits: 0,
    takeCoverage: () => {
      const taken = [...counts.entries()].filter(([, count]) => count > 0);
      counts.fill(0);
      return taken;
    },
    restart: () =>
      make(
        (given) => {
          loads = given;
        },
        packages,
        isActive,
        covers,
      ),
    load: async (path) => {
      registered = [];
      await loads[path]?.();
      return registered;
    },
  };
  await program.restart();
  return program;
}

/** Random inputs are the same in each run, and the first that fails is enough. */
async function load(name: string): Promise<unknown> {
  if (name === 'vitest') return null;
  const loaded = await import(name);
  if (name === 'fast-check') loaded.default.configureGlobal({ seed: 1, endOnFailure: true });
  return loaded;
}

const refuse = () => {
  throw new Error('a pure test starts no process and opens no socket');
};

const stub = (real: object): object => Object.fromEntries(Object.keys(real).map((name) => [name, refuse]));
