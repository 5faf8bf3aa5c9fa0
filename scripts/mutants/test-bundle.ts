import { readFileSync } from 'node:fs';
import { dirname, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, type Plugin } from 'esbuild';
import { COVERS, IS_ACTIVE, type Mutated } from './mutate.ts';

export interface TestBundle {
  /** A script whose value is a function: each call makes all modules anew (see `Program` in program.ts). */
  readonly code: string;
  readonly packages: readonly string[];
  readonly mutantCount: number;
}

/** A call that asks whether a mutant is on, or counts what is reached. */
const SWITCH = new RegExp(`\\b(?:${IS_ACTIVE}|${COVERS})\\([\\s\\d",]*\\)`, 'g');

/**
 * A switch by number, which is compared and counted faster than the word that the instrumenter writes; of changes that a
 * sample leaves out there is none, as they would only cost time.
 */
function switchOf(call: string, asked: ReadonlySet<number>): string {
  const ids = (call.match(/(?<=")\d+(?=")/g) ?? []).filter((id) => asked.has(Number(id)));
  if (call.startsWith(COVERS)) return ids.length === 0 ? '0' : `${COVERS}(${ids.join(', ')})`;
  return ids.length === 0 ? 'false' : `${IS_ACTIVE}(${ids.join(', ')})`;
}

/** All test files and what they import in one script; each is loaded when it is asked for. */
export async function bundleTests(
  paths: readonly string[],
  { mutants, sources }: Mutated,
): Promise<TestBundle> {
  const packages = new Set<string>();
  const loads = paths.map((path) => `${JSON.stringify(path)}: () => import(${JSON.stringify(`./${path}`)})`);
  const { outputFiles } = await build({
    stdin: { contents: `expose({\n${loads.join(',\n')}\n});`, resolveDir: process.cwd(), loader: 'js' },
    plugins: [packagesFromOutside(packages), changedSources(sources)],
    ...{ bundle: true, write: false, format: 'esm', platform: 'node', target: 'node20', logLevel: 'error' },
  });
  const asked = new Set(mutants.map(({ id }) => id));
  const numbered = (outputFiles[0]?.text ?? '').replace(SWITCH, (call) => switchOf(call, asked));
  const code = `(async (expose, packages, ${IS_ACTIVE}, ${COVERS}) => {\n${numbered}\n})`;
  const mutantCount = Math.max(0, ...mutants.map(({ id }) => id + 1));
  return { code, packages: [...packages], mutantCount };
}

/** The same script, which does not count what is covered. */
export const withoutCoverage = (code: string): string =>
  code.replace(SWITCH, (call) => (call.startsWith(COVERS) ? '0' : call));

const packagesFromOutside = (packages: Set<string>): Plugin => ({
  name: 'packages-from-outside',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^[^./]/ }, ({ path, kind }) =>
      kind === 'entry-point' ? null : { path, namespace: 'package', sideEffects: false },
    );
    onLoad({ filter: /.*/, namespace: 'package' }, async ({ path }) => {
      packages.add(path);
      const names =
        path === 'vitest' ? ['describe', 'expect', 'it', 'test'] : Object.keys(await import(path));
      const named = names.filter(
        (name) => /^[\w$]+$/.test(name) && name !== 'default' && name !== 'module.exports',
      );
      const exported = named.map((name) => `_${name} as ${name}`).join(', ');
      return {
        loader: 'js',
        contents: [
          `const all = packages[${JSON.stringify(path)}];`,
          ...named.map((name) => `const _${name} = all.${name};`),
          `export { ${exported} };\nexport default all.default;`,
        ].join('\n'),
      };
    });
  },
});

const changedSources = (changed: ReadonlyMap<string, string>): Plugin => ({
  name: 'changed-sources',
  setup({ onLoad }) {
    onLoad({ filter: /\.ts$/ }, ({ path }) => {
      const text = changed.get(relative(process.cwd(), path)) ?? readFileSync(path, 'utf8');
      const contents = text
        .replaceAll('import.meta.url', JSON.stringify(pathToFileURL(path).href))
        .replaceAll('import.meta.dirname', JSON.stringify(dirname(path)))
        .replaceAll('import.meta.filename', JSON.stringify(path));
      return { contents, loader: 'ts' };
    });
  },
});
