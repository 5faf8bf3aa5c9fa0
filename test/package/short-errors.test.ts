import { existsSync, readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build, type Plugin } from 'esbuild';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { shortErrors } from '../../scripts/short-errors.mjs';

const MODULES = fileURLToPath(new URL('../../node_modules', import.meta.url));
const CLIENTS = readdirSync(join(MODULES, '@aws-sdk')).filter(
  (name) =>
    name.startsWith('client-') && existsSync(join(MODULES, '@aws-sdk', name, 'dist-es/models/errors.js')),
);

type ErrorClass = (new (opts: object) => Error) & { readonly shapeId?: string };
const CLASSES = z.record(
  z.string(),
  z.custom<ErrorClass>((value) => typeof value === 'function'),
);

/** The error classes of a client as a bundle has them with these plugins, and how many bytes they take there. */
async function bundled(client: string, plugins: Plugin[]) {
  const folder = await mkdtemp(join(MODULES, '.alb502-errors-'));
  const outfile = join(folder, 'errors.mjs');
  const entryPoints = [join(MODULES, '@aws-sdk', client, 'dist-es/models/errors.js')];
  try {
    const { metafile } = await build({
      entryPoints,
      outfile,
      bundle: true,
      platform: 'node',
      format: 'esm',
      mainFields: ['module', 'main'],
      minify: true,
      metafile: true,
      plugins,
    });
    const bytes = Object.values(metafile.outputs)[0]?.bytes ?? 0;
    const loaded: unknown = await import(pathToFileURL(outfile).href);
    return { classes: CLASSES.parse({ ...Object(loaded) }), bytes };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** What a program can see of a class's error; `message` is given twice, as services do. */
function seen(Class: ErrorClass) {
  const opts = {
    message: 'm',
    Message: 'M',
    $metadata: { requestId: 'r' },
    QueryErrorCode: 'q',
    Item: { a: 1 },
  };
  const error = new Class(opts);
  const own = Object.entries(Object.getOwnPropertyDescriptors(error)).filter(([key]) => key !== 'stack');
  return {
    own: Object.fromEntries(own.map(([key, { value }]) => [key, value])),
    isOfItsClass: error instanceof Class && error instanceof Error && error.constructor === Class,
    ownShapeId: Object.hasOwn(Class, 'shapeId') ? Class.shapeId : null,
  };
}

describe('the error classes of an AWS client, said shortly', () => {
  test.each(CLIENTS)('%s: each is what it was, in fewer bytes', async (client) => {
    const [long, short] = [await bundled(client, []), await bundled(client, [shortErrors])];
    expect(Object.keys(short.classes)).toEqual(Object.keys(long.classes));
    for (const [name, Class] of Object.entries(long.classes)) {
      const other = short.classes[name];
      expect(other && seen(other), name).toEqual(seen(Class));
    }
    expect(short.bytes).toBeLessThan(long.bytes);
  });
});
