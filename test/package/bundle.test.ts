import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startFiles } from '../../scripts/start-files.mjs';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const FUNCTIONS = readdirSync(join(ROOT, 'lambda'))
  .filter((file) => file.endsWith('.lambda.ts'))
  .map((file) => file.replace('.lambda.ts', ''));
const run = promisify(execFile);

/** What a function may load at a cold start. */
const MOST_BYTES = 1_000_000;
/** What it may load when it needs it, all of it together. */
const MOST_BYTES_LATER = 500_000;

describe('the bundle of a function', () => {
  const folder = mkdtempSync(join(tmpdir(), 'alb502-bundle-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** Bundles every function twice, each time in a process of its own. */
  beforeAll(async () => {
    for (const into of ['one', 'two']) {
      const places = FUNCTIONS.map((name) => [name, join(folder, into, name)]);
      const script = `import { bundleFunction } from '${ROOT}scripts/bundle.mjs';
        for (const [name, place] of ${JSON.stringify(places)}) await bundleFunction(name, place);`;
      await run(process.execPath, ['--input-type=module', '-e', script], { cwd: ROOT });
    }
  });

  /** The files of a bundle by their names. */
  function bundled(name: string, into: string): ReadonlyMap<string, Buffer> {
    const place = join(folder, into, name);
    return new Map(
      readdirSync(place)
        .sort()
        .map((file) => [file, readFileSync(join(place, file))]),
    );
  }

  const bytesOf = (files: ReadonlyMap<string, Buffer>, names: readonly string[]): number =>
    names.reduce((sum, name) => sum + (files.get(name)?.length ?? Number.NaN), 0);

  test.each(FUNCTIONS)('%s is the same, byte by byte, when it is built again', (name) => {
    const [one, other] = [bundled(name, 'one'), bundled(name, 'two')];
    expect([...one.keys()]).toEqual(expect.arrayContaining(['index.mjs', 'index.mjs.map']));
    expect([...other.keys()]).toEqual([...one.keys()]);
    for (const [file, content] of one)
      expect(content.equals(other.get(file) ?? Buffer.alloc(0)), file).toBe(true);
  });

  test.each(FUNCTIONS)(
    '%s starts with less than 1 MB, and names no folder of the machine that built it',
    (name) => {
      const files = bundled(name, 'one');
      const code = [...files.keys()].filter((file) => file.endsWith('.mjs'));
      const start = startFiles(join(folder, 'one', name));
      expect(bytesOf(files, start)).toBeLessThan(MOST_BYTES);
      expect(bytesOf(files, code) - bytesOf(files, start)).toBeLessThan(MOST_BYTES_LATER);
      for (const file of code) expect(files.get(file)?.includes(ROOT), file).toBe(false);
    },
  );

  test('what reads logs and workloads is no part of a cold start', () => {
    const files = bundled('investigate', 'one');
    const start = startFiles(join(folder, 'one', 'investigate'));
    const holding = (text: string) =>
      [...files.keys()].filter((file) => file.endsWith('.mjs') && files.get(file)?.includes(text));
    for (const operation of ['ListObjectsV2', 'Logs_20140328', 'AmazonEC2ContainerServiceV20141113']) {
      const places = holding(operation);
      expect(places.length, operation).toBeGreaterThan(0);
      expect(
        places.filter((file) => start.includes(file)),
        operation,
      ).toEqual([]);
    }
  });

  test.each(FUNCTIONS)('%s goes along with the notices of the packages inside', (name) => {
    const text = bundled(name, 'one').get('THIRD-PARTY-NOTICES.txt')?.toString() ?? '';
    expect(text).toMatch(/^zod \d+\.\d+\.\d+ \(MIT\)$/m);
    expect(text).toMatch(/^@aws-sdk\/client-\S+ \d+\.\d+\.\d+ \(Apache-2\.0\)$/m);
    expect(text).toContain('Copyright');
    expect(text).not.toContain(ROOT);
  });
});
