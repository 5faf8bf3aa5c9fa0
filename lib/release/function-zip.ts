import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Zippable, zipSync } from 'fflate';

/** An ordinary file, as Unix writes it into a zip: without it Lambda may unpack what it then may not read. */
const UNIX = 3;
const READABLE = 0o644 << 16;

/**
 * A zip of the files of a folder: the same bytes for the same content, on any machine.
 *
 * @param files - content by name, beside what the folder has
 */
export function zipOf(folder: string, files: Readonly<Record<string, string>> = {}): Uint8Array {
  const contents: Record<string, Uint8Array> = Object.fromEntries([
    ...readdirSync(folder).map((name) => [name, readFileSync(join(folder, name))]),
    ...Object.entries(files).map(([name, text]) => [name, Buffer.from(text)]),
  ]);
  const zippable: Zippable = {};
  for (const name of Object.keys(contents).sort())
    zippable[name] = [
      contents[name] ?? new Uint8Array(),
      { mtime: new Date(1980, 0, 1), os: UNIX, attrs: READABLE, level: 9 },
    ];
  return zipSync(zippable);
}

/** SHA-256 in hexadecimal digits. */
export const sha256 = (content: Uint8Array | string): string =>
  createHash('sha256').update(content).digest('hex');
