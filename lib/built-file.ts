import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FunctionName } from './permission.ts';

/**
 * Where the build put a file: beside the compiled code, or in dist/ when this file runs from source.
 *
 * @param path - below dist/
 * @throws Error where it is not there
 */
export function builtFile(path: string): string {
  const candidates = [`../${path}`, `../dist/${path}`].map((one) =>
    fileURLToPath(new URL(one, import.meta.url)),
  );
  const found = candidates.find(existsSync);
  if (found === undefined) throw new Error(`dist/${path} is missing; build it with: npm run build`);
  return found;
}

/** The folder with the bundle of a function. */
export const bundleFolder = (name: FunctionName): string => dirname(builtFile(`functions/${name}/index.mjs`));
