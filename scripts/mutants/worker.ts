import { type Coverage, type Program, startProgram } from './program.ts';
import type { RegisteredTest } from './test-api.ts';
import type { TestBundle } from './test-bundle.ts';

/** A test by its file and its place in it. */
export interface TestId {
  readonly file: string;
  readonly at: number;
}

export interface Job {
  readonly mutant: number;
  /** A constant: its modules are made anew for it. */
  readonly isStatic: boolean;
  readonly limit: number;
  readonly tests: readonly TestId[];
}

export interface Verdict {
  readonly mutant: number;
  /** The test that noticed the change, or null. */
  readonly noticedBy: TestId | null;
}

export interface DryTest extends TestId {
  readonly name: string;
  /** Of the processor: what else the machine does counts for nothing. */
  readonly milliseconds: number;
  readonly passed: boolean;
  readonly covered: Coverage;
}

export interface DryFile {
  readonly file: string;
  readonly tests: readonly DryTest[];
  /** What is reached while modules are made: constants. */
  readonly loading: Coverage;
  readonly failure: string | null;
}

type Message = TestBundle | Job | { readonly dry: string };

async function passes(test: RegisteredTest | undefined): Promise<boolean> {
  if (!test) return true;
  try {
    await test.run();
    return true;
  } catch {
    return false;
  }
}

async function dryRun(program: Program, file: string): Promise<DryFile> {
  await program.restart();
  program.takeCoverage();
  try {
    const registered = await program.load(file);
    const loading = program.takeCoverage();
    const tests: DryTest[] = [];
    for (const [at, test] of registered.entries()) {
      const before = process.cpuUsage();
      const passed = await passes(test);
      const { user, system } = process.cpuUsage(before);
      const milliseconds = (user + system) / 1000;
      tests.push({ file, at, name: test.name, milliseconds, passed, covered: program.takeCoverage() });
    }
    return { file, tests, loading, failure: null };
  } catch (error) {
    return { file, tests: [], loading: [], failure: String(error) };
  }
}

/** The tests of each file since the modules were made; making them anew forgets them. */
let loaded = new Map<string, readonly RegisteredTest[]>();

/** Modules were made while a constant was changed. */
let isStale = false;

async function testsOf(program: Program, file: string): Promise<readonly RegisteredTest[]> {
  const tests = loaded.get(file) ?? (await program.load(file));
  loaded.set(file, tests);
  return tests;
}

async function restart(program: Program): Promise<void> {
  loaded = new Map();
  await program.restart();
}

async function judge(program: Program, { mutant, isStatic, limit, tests }: Job): Promise<Verdict> {
  program.limit = limit;
  if (isStatic || isStale) await restart(program);
  program.hits = 0;
  let noticedBy: TestId | null = null;
  for (const id of tests) {
    // Modules that are made while a mutant is on would keep it.
    program.active = isStatic ? mutant : null;
    const test = await testsOf(program, id.file).catch(() => null);
    program.active = mutant;
    if (test !== null && (await passes(test[id.at]))) continue;
    noticedBy = id;
    break;
  }
  program.active = null;
  isStale = isStatic;
  return { mutant, noticedBy };
}

// Whoever asked is gone, and nobody waits for an answer.
process.on('disconnect', () => process.exit());

let program: Program | null = null;

process.on('message', async (message: Message) => {
  if ('code' in message) {
    program = await startProgram(message);
    process.send?.('ready');
  } else if (program)
    process.send?.('dry' in message ? await dryRun(program, message.dry) : await judge(program, message));
});
