import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { drawWorld } from '../../lab/worlds/access-log/world.ts';
import { filesOf } from '../../lab/worlds/access-log/write.ts';

/** Writes the files of one world to a folder, and what is true of it beside them. */
export function dump(family: string, seed: number, folder: string): string {
  const world = drawWorld(family, seed);
  if (!world) return `${family} ${seed}: too few races, not looked at`;
  mkdirSync(folder, { recursive: true });
  const files = filesOf(world);
  for (const { name, text } of files) writeFileSync(join(folder, basename(name, '.gz')), text);
  const { scenario, idleTimeoutSeconds, truth } = world;
  const asText = (_: string, value: unknown) => (value instanceof Set ? [...value] : value);
  writeFileSync(
    join(folder, 'truth.json'),
    `${JSON.stringify({ family, seed, idleTimeoutSeconds, truth, scenario }, asText, 2)}\n`,
  );
  return `${family} ${seed}: ${world.exchanges.length} lines in ${files.length} files in ${folder}; what is true of them is in truth.json`;
}
