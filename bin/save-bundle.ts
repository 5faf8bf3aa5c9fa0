import { mkdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { EvidenceBundle } from '../lambda/model/evidence.ts';
import { fileProblem } from './file-problem.ts';

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;

/** Level by level: `mkdir` with `recursive` never ends below /proc (Node.js 20 and 22). */
function makeEach(folder: string): void {
  if (isFolder(folder)) return;
  const above = dirname(folder);
  if (above !== folder) makeEach(above);
  mkdirSync(folder);
}

/**
 * Makes the folder that bundles are saved in, with those above it.
 *
 * @throws InputError where it cannot be made
 */
export function makeFolder(folder: string): void {
  try {
    makeEach(resolve(folder));
  } catch (error) {
    throw fileProblem(folder, error, 'make', 'give --save another one');
  }
}

/**
 * Writes one bundle; never half of one.
 *
 * @throws InputError where it cannot be written
 */
export function saveBundle(folder: string, bundle: EvidenceBundle): void {
  const file = join(folder, `${bundle.region}-${bundle.loadBalancer.dimension.replaceAll('/', '-')}.json`);
  const unfinished = `${file}.part`;
  try {
    writeFileSync(unfinished, `${JSON.stringify(bundle, null, 2)}\n`);
    renameSync(unfinished, file);
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw fileProblem(file, error, 'write', 'give --save another folder');
  }
}
