import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { describe, expect, test } from 'vitest';
import { compactErrors } from '../../scripts/compact-errors.mjs';

const CLIENTS = fileURLToPath(new URL('../../node_modules/@aws-sdk', import.meta.url));
const clients = readdirSync(CLIENTS).filter(
  (name) => name.startsWith('client-') && existsSync(join(CLIENTS, name, 'dist-es', 'models', 'errors.js')),
);

/** What a service answered with: some fields that only some errors have. */
const OPTIONS = { $metadata: {}, message: 'no', Message: 'No', CancellationReasons: [{ Code: 'x' }] };

interface ErrorClass {
  readonly shapeId?: string;
  new (options: object): Error & Readonly<Record<string, unknown>>;
}
type Errors = Readonly<Record<string, ErrorClass>>;

async function loaded(contents: string, resolveDir: string): Promise<Errors> {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir },
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    mainFields: ['module', 'main'],
    logLevel: 'silent',
  });
  const code = Buffer.from(outputFiles[0]?.contents ?? []).toString('base64');
  return await import(/* @vite-ignore */ `data:text/javascript;base64,${code}`);
}

const saidBy = ({ shapeId, ...rest }: ErrorClass, error: InstanceType<ErrorClass>) => ({
  shapeId,
  rest,
  fields: { ...error },
  name: error.name,
  fault: error['$fault'],
  retryable: error['$retryable'],
  message: error.message,
});

describe.each(clients)('the errors of %s, written short,', (client) => {
  const folder = join(CLIENTS, client, 'dist-es', 'models');
  const original = readFileSync(join(folder, 'errors.js'), 'utf8');
  const compact = compactErrors(original);

  test('are all, and less than half as long', () => {
    expect(compact).not.toMatch(/^export class/m);
    expect(compact.length).toBeLessThan(original.length / 2);
  });

  test('have the names, faults and fields that they had, and tell each other apart', async () => {
    const [before, after] = await Promise.all([loaded(original, folder), loaded(compact, folder)]);
    expect(Object.keys(after)).toEqual(Object.keys(before));
    for (const [name, Old] of Object.entries(before)) {
      const New = after[name] ?? Old;
      expect(saidBy(New, new New(OPTIONS)), name).toEqual(saidBy(Old, new Old(OPTIONS)));
    }
    const [First, Second] = Object.values(after);
    if (First === undefined || Second === undefined) throw new Error('a client has several errors');
    const error = new First(OPTIONS);
    expect([error instanceof Error, error instanceof First, error instanceof Second]).toEqual([
      true,
      true,
      false,
    ]);
  });
});
