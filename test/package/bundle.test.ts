import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, describe, expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const FUNCTIONS = readdirSync(join(ROOT, 'lambda'))
  .filter((file) => file.endsWith('.lambda.ts'))
  .map((file) => file.replace('.lambda.ts', ''));
const run = promisify(execFile);

/** What a function may load at a cold start. */
const MOST_BYTES = 1_000_000;

describe('the bundle of a function', () => {
  const folder = mkdtempSync(join(tmpdir(), 'alb502-bundle-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  async function bundled(name: string, into: string): Promise<readonly Buffer[]> {
    const place = join(folder, into, name);
    const script = `import { bundleFunction } from '${ROOT}scripts/bundle.mjs'; await bundleFunction('${name}', '${place}');`;
    await run(process.execPath, ['--input-type=module', '-e', script], { cwd: ROOT });
    return ['index.mjs', 'index.mjs.map', 'THIRD-PARTY-NOTICES.txt'].map((file) =>
      readFileSync(join(place, file)),
    );
  }

  test.each(FUNCTIONS)('%s is the same, byte by byte, when it is built again', async (name) => {
    const [one, other] = [await bundled(name, 'one'), await bundled(name, 'two')];
    expect(one.map((file, index) => file.equals(other[index] ?? Buffer.alloc(0)))).toEqual([
      true,
      true,
      true,
    ]);
  });

  test.each(FUNCTIONS)('%s is below 1 MB and names no folder of the machine that built it', async (name) => {
    const [code = Buffer.alloc(0)] = await bundled(name, 'one');
    expect(code.length).toBeLessThan(MOST_BYTES);
    expect(code.includes(ROOT)).toBe(false);
  });

  test.each(FUNCTIONS)('%s goes along with the notices of the packages inside', async (name) => {
    const [, , notices = Buffer.alloc(0)] = await bundled(name, 'one');
    const text = notices.toString();
    expect(text).toMatch(/^zod \d+\.\d+\.\d+ \(MIT\)$/m);
    expect(text).toMatch(/^@aws-sdk\/client-\S+ \d+\.\d+\.\d+ \(Apache-2\.0\)$/m);
    expect(text).toContain('Copyright');
    expect(text).not.toContain(ROOT);
  });
});
