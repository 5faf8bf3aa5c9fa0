import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a bundle imports by statement; `import("./x.mjs")` has a bracket, and is loaded later. */
const BY_STATEMENT = /(?:from|import)\s*"\.\/([^"]+\.mjs)"/g;

/**
 * The files of a bundle that a cold start loads: `index.mjs` and what it imports by statement, and so on.
 *
 * @param {string} folder - as `bundleFunction` wrote it
 * @returns {string[]} names, `index.mjs` first
 */
export function startFiles(folder) {
  const files = ['index.mjs'];
  for (const file of files)
    for (const [, name] of readFileSync(join(folder, file), 'utf8').matchAll(BY_STATEMENT))
      if (name !== undefined && !files.includes(name)) files.push(name);
  return files;
}
