import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { diagnosed } from './diagnosed.ts';
import { judge } from './judge.ts';
import type { Judged } from './judged.ts';
import { KINDS } from './kinds.ts';
import { Random } from './simulation/random.ts';
import { simulate } from './simulation/scenario.ts';

const TASK = z.object({ kind: z.number(), seed: z.number() });

/** Draws a world, and judges what is said of its log; null where nothing failed. */
async function judgeWorld(index: number, seed: number): Promise<Judged | null> {
  const kind = KINDS[index];
  if (kind === undefined) throw new RangeError(`no kind ${index}`);
  const random = new Random(seedOf(kind.name, seed));
  const drawn = kind.draw(random);
  const { lines, truths } = simulate(drawn.scenario, random);
  const folder = process.env['OUTSIDE_LOGS'];
  if (folder) await writeFile(join(folder, `${kind.name}-${seed}.log`), `${lines.join('\n')}\n`);
  return truths.size === 0 ? null : judge(kind, seed, drawn, truths, lines.length, diagnosed(lines));
}

/** Each kind has worlds of its own for a seed. */
function seedOf(name: string, seed: number): number {
  let hash = Math.imul(seed, 0x9e3779b1);
  for (const letter of name) hash = Math.imul(hash ^ (letter.codePointAt(0) ?? 0), 0x01000193);
  return hash;
}

process.on('message', async (message) => {
  const { kind, seed } = TASK.parse(message);
  process.send?.(await judgeWorld(kind, seed));
});
