// Changes the code of the pure folders, one small change at a time, and shows which changes no test notices.
// Run: npm run mutants -- [--workers=N] [--seconds=N] [--sample=N] [--numbers=N] [--seed=N] [--tests=PATH] [--again] [FOLDER_OR_FILE...]
// Without a folder or file all three folders. --seconds is the time that the tests of one change may take, 10 unless set:
// the farthest are left out. --sample judges N changes only, chosen by the seed. --numbers changes N numbers, chosen by the
// seed, by a quarter to a half instead. --again judges what the last run over the same paths left, and counts the rest.
// --tests asks the tests of one folder or file only: quick where others are slow; what is left, --again may ask the others.
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import * as z from 'zod';
import type { Mutant } from './mutants/mutant.ts';
import { type Mutated, mutate, mutateNumbers } from './mutants/mutate.ts';
import { plan } from './mutants/plan.ts';
import { type Judged, judgedSchema, lineOf, reportText } from './mutants/report.ts';
import { chosenFrom } from './mutants/seeded.ts';
import { bundleTests, type TestBundle, withoutCoverage } from './mutants/test-bundle.ts';
import { pureTestFiles } from './mutants/test-files.ts';
import { refusedByCompiler } from './mutants/type-check.ts';
import type { DryFile, Job, Verdict } from './mutants/worker.ts';
import { inWorkers } from './mutants/workers.ts';

const FOLDERS = ['lambda/diagnose', 'lambda/access-log', 'lambda/alert'];

/** The tests of one file, all of them, on a machine that has much else to do. */
const DRY_RUN_MILLISECONDS = 600_000;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    workers: { type: 'string', default: '2' },
    seconds: { type: 'string', default: '10' },
    sample: { type: 'string' },
    numbers: { type: 'string' },
    seed: { type: 'string', default: '1' },
    tests: { type: 'string', default: 'test' },
    again: { type: 'boolean', default: false },
  },
});

function refuse(reason: string): never {
  process.stderr.write(`mutants: ${reason}\n`);
  process.exit(2);
}

for (const name of ['workers', 'seconds', 'sample', 'numbers', 'seed'] as const)
  if (values[name] !== undefined && !(Number(values[name]) > 0))
    refuse(`--${name} takes a number above zero, not ${JSON.stringify(values[name])}`);

const isInside = (path: string, folder: string): boolean => path === folder || path.startsWith(`${folder}/`);

/** No test noticed it, and it compiles. */
const isLeft = ({ outcome }: Judged): boolean => outcome === 'unnoticed' || outcome === 'not reached';

function chosenFiles(): readonly string[] {
  const chosen = positionals.length > 0 ? positionals : FOLDERS;
  const unfit = chosen.filter(
    (path) => !existsSync(path) || !FOLDERS.some((folder) => isInside(path, folder)),
  );
  if (unfit.length > 0)
    refuse(
      `${unfit.join(', ')} is no file or folder of ${FOLDERS.join(', ')}; name one of these, or a path in them`,
    );
  const inside = (path: string): readonly string[] =>
    statSync(path).isDirectory()
      ? readdirSync(path, { recursive: true, encoding: 'utf8' }).map((name) => `${path}/${name}`)
      : [path];
  return chosen
    .flatMap(inside)
    .filter((path) => path.endsWith('.ts'))
    .sort();
}

async function dryRun(bundle: TestBundle, paths: readonly string[]): Promise<readonly DryFile[]> {
  const files: DryFile[] = [];
  const jobs = paths.map((dry) => ({ dry }));
  await inWorkers<{ readonly dry: string }, DryFile>(
    bundle,
    jobs,
    () => DRY_RUN_MILLISECONDS,
    Number(values.workers),
    ({ dry }, file) => {
      progress(`${dry}: ${file ? (file.failure ?? `${file.tests.length} tests`) : 'took too long'}`);
      if (file) files.push(file);
    },
  );
  return files;
}

/** What a change is, wherever it stands by now. */
const nameOf = ({ file, kind, original, replacement, number }: Mutant): string =>
  JSON.stringify([file, kind, original, replacement, number]);

const REPORT = `.mutants/${(positionals.length > 0 ? positionals : ['all']).join('+').replaceAll('/', '-').slice(0, 200)}.json`;

const reportSchema = z.object({ outcomes: z.array(judgedSchema) });

function lastRun(): readonly Judged[] {
  if (!existsSync(REPORT))
    refuse(`--again: ${REPORT} is not there; run it once over the same paths without --again`);
  const { success, data } = reportSchema.safeParse(JSON.parse(readFileSync(REPORT, 'utf8')));
  return success
    ? data.outcomes
    : refuse(`--again: ${REPORT} is of another version of this program; run it once without --again`);
}

const lastOutcomes = values.again ? lastRun() : [];

function sampleOf(whole: Mutated): Mutated {
  if (values.again) {
    const left = new Set(lastOutcomes.filter(isLeft).map(({ mutant }) => nameOf(mutant)));
    return { ...whole, mutants: whole.mutants.filter((mutant) => left.has(nameOf(mutant))) };
  }
  if (values.sample === undefined) return whole;
  const chosen = new Set(chosenFrom(whole.mutants, Number(values.sample), Number(values.seed)));
  return { ...whole, mutants: whole.mutants.filter((mutant) => chosen.has(mutant)) };
}

const unique = (words: readonly string[]): readonly string[] => [...new Set(words)];

const progress = (text: string): void => {
  process.stderr.write(`${text}\n`);
};

const files = chosenFiles();
const mutated = values.numbers
  ? mutateNumbers(files, Number(values.numbers), Number(values.seed))
  : sampleOf(await mutate(files));
const testFiles = (await pureTestFiles(unique(mutated.mutants.map(({ file }) => file)))).filter(({ path }) =>
  isInside(path, values.tests),
);
if (testFiles.length === 0) refuse(`no test in ${values.tests} looks at these files, and needs no service`);
const bundle = await bundleTests(
  testFiles.map(({ path }) => path),
  mutated,
);
progress(
  `${mutated.mutants.length} changes of ${files.length} files; ${testFiles.length} files of tests reach them`,
);
const dry = await dryRun(
  bundle,
  testFiles.map(({ path }) => path),
);
const { isStatic, job, noticed, milliseconds } = plan(testFiles, dry, Number(values.seconds) * 1000);

const judged: Judged[] = [];
/** A test that is ten times slower than it was alone is in an endless loop that the count of reached changes missed. */
const limitMilliseconds = (one: Job): number => 60_000 + 10 * milliseconds(one);
const byId = new Map(mutated.mutants.map((mutant) => [mutant.id, mutant]));
/**
 * Each job is made when its turn comes: tests that noticed the last change of a file are asked first about the next.
 * Constants come last: whoever judges one makes all modules anew.
 */
function* jobs(): Generator<Job> {
  for (const mutant of mutated.mutants) if (!isStatic(mutant)) yield job(mutant);
  for (const mutant of mutated.mutants) if (isStatic(mutant)) yield job(mutant);
}
await inWorkers<Job, Verdict>(
  { ...bundle, code: withoutCoverage(bundle.code) },
  jobs(),
  limitMilliseconds,
  Number(values.workers),
  (one, verdict) => {
    const mutant = byId.get(one.mutant);
    if (!mutant) return;
    if (verdict?.noticedBy) noticed(mutant, verdict.noticedBy);
    const outcome =
      one.tests.length === 0 ? 'not reached' : verdict && !verdict.noticedBy ? 'unnoticed' : 'noticed';
    judged.push({ mutant, outcome, by: verdict?.noticedBy?.file ?? null });
    if (outcome !== 'noticed') progress(lineOf({ mutant, outcome, by: null }));
    if (judged.length % 500 === 0) progress(`${judged.length} of ${mutated.mutants.length} changes judged`);
  },
);

const refused = refusedByCompiler(judged.filter(isLeft).map(({ mutant }) => mutant));
const outcomes = judged.map((one) =>
  refused.has(one.mutant.id) ? { ...one, outcome: 'refused' as const } : one,
);
const all = [...lastOutcomes.filter((one) => !isLeft(one)), ...outcomes];
const namesOf = ({ file, tests, failure }: DryFile) => ({
  ...{ file, failure, ran: tests.filter(({ passed }) => passed).map(({ name }) => name) },
  leftOut: tests.filter(({ passed }) => !passed).map(({ name }) => name),
});
mkdirSync('.mutants', { recursive: true });
writeFileSync(REPORT, JSON.stringify({ outcomes: all, tests: dry.map(namesOf) }, null, 1));
process.stdout.write(reportText(all));
