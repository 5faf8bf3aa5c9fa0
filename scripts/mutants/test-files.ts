import { readdirSync, readFileSync } from 'node:fs';
import { build, type Metafile } from 'esbuild';

/** A file of tests that needs no service, and how far each file of the code is from it, in imports. */
export interface TestFile {
  readonly path: string;
  readonly distances: ReadonlyMap<string, number>;
}

/** These start processes or talk to services, whatever their tests look at. */
const IMPURE_PACKAGES = /^(@aws-sdk|@smithy|aws-cdk-lib|constructs|@modelcontextprotocol|playwright-core)\b/;

/** All that the tests of the pure folders need of Vitest; hooks and made-up clocks are for servers. */
const VITEST_NAMES = new Set(['describe', 'expect', 'it', 'test']);

/** So many imports away from a file, a test of another folder still looks at it. */
const DIRECT = 1;

/** Sums over thousands of made-up cases, which reach everything: each mutant would wait for all of them. */
const SLOW = new Set([
  'test/diagnose/calibration.test.ts',
  'test/diagnose/properties.test.ts',
  'test/worlds/once-wrong.test.ts',
  'test/worlds/generator.test.ts',
  'test/lab/late-looks.test.ts',
]);

const testsIn = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => `${folder}/${name}`)
    .sort();

/** The test files that reach one of these files of the code, through whatever they import, and need no service. */
export async function pureTestFiles(sources: readonly string[]): Promise<readonly TestFile[]> {
  const paths = testsIn('test').filter((path) => !SLOW.has(path));
  const { metafile } = await build({
    entryPoints: [...paths],
    ...{ bundle: true, metafile: true, write: false, packages: 'external', outdir: 'unused' },
    ...{ format: 'esm', platform: 'node', logLevel: 'error' },
  });
  return paths
    .filter((path) => isPure(path, metafile))
    .map((path) => ({ path, distances: distancesFrom(path, metafile) }))
    .filter(({ path, distances }) => sources.some((file) => isHeldBy(file, path, distances.get(file))));
}

/** A file is held by the tests of its folder, and by others that import it almost directly. */
const isHeldBy = (file: string, test: string, distance: number | undefined): boolean => {
  const folder = file.split('/')[1];
  return distance !== undefined && (test.startsWith(`test/${folder}/`) || distance <= DIRECT);
};

function distancesFrom(path: string, { inputs }: Metafile): ReadonlyMap<string, number> {
  const distances = new Map([[path, 0]]);
  for (const [file, distance] of distances)
    for (const { path: imported, external } of inputs[file]?.imports ?? [])
      if (!external && !distances.has(imported)) distances.set(imported, distance + 1);
  return distances;
}

function isPure(path: string, metafile: Metafile): boolean {
  const reached = [...distancesFrom(path, metafile).keys()];
  const packages = reached.flatMap((file) => metafile.inputs[file]?.imports ?? []);
  if (packages.some(({ path: name, external }) => external && IMPURE_PACKAGES.test(name))) return false;
  const tests = reached.filter((file) => file.startsWith('test/'));
  return tests.every((file) =>
    vitestNamesIn(readFileSync(file, 'utf8')).every((name) => VITEST_NAMES.has(name)),
  );
}

const vitestNamesIn = (text: string): readonly string[] =>
  (/import \{([^}]*)\} from 'vitest'/.exec(text)?.[1] ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
