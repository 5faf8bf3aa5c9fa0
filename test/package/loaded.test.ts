import { build } from 'esbuild';
import { expect, test } from 'vitest';

/** The files that are loaded with a file, those on demand left out. */
async function loadedWith(entry: string): Promise<readonly string[]> {
  const { metafile } = await build({
    entryPoints: [entry],
    ...{ bundle: true, splitting: true, write: false, metafile: true },
    ...{ platform: 'node', format: 'esm', outdir: 'out', logLevel: 'error' },
  });
  const outputs = new Map(Object.entries(metafile.outputs));
  const follow = (output: string, seen: Set<string>): Set<string> => {
    if (seen.has(output)) return seen;
    seen.add(output);
    for (const { path, kind } of outputs.get(output)?.imports ?? [])
      if (kind === 'import-statement' && outputs.has(path)) follow(path, seen);
    return seen;
  };
  const first = [...outputs].find(([, { entryPoint }]) => entryPoint === entry)?.[0];
  if (first === undefined) throw new Error(`nothing was made of ${entry}`);
  return [...follow(first, new Set())].flatMap((output) => Object.keys(outputs.get(output)?.inputs ?? {}));
}

// Their schemas are a third of what `alb502 logs` would load before it reads, and it reads no document.
test.each(['bin/logs.ts', 'bin/logs/read-logs.ts', 'bin/logs/read-summary.ts'])(
  '%s loads no schema and no AWS client',
  async (entry) => {
    const loaded = await loadedWith(entry);
    expect(loaded).toContain(entry);
    expect(loaded.filter((file) => /node_modules\/(zod|@aws-sdk|@smithy)\//.test(file))).toEqual([]);
  },
);

test('what reads documents loads their schemas', async () => {
  const loaded = await loadedWith('bin/diagnose.ts');
  expect(loaded.some((file) => file.includes('node_modules/zod/'))).toBe(true);
});
