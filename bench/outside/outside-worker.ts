import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { DIAGNOSED_LOG } from './diagnosed.ts';
import { judge } from './judge.ts';
import type { Judged } from './judged.ts';
import { KINDS } from './kinds.ts';
import { Random } from './simulation/random.ts';
import { simulate } from './simulation/scenario.ts';

const COMMAND_LINE = fileURLToPath(new URL('../../dist/bin/alb502.js', import.meta.url));
const TASK = z.object({ kind: z.number(), seed: z.number() });

/** Draws a world, writes its log, and judges what the command line says of it; null where nothing failed. */
async function judgeWorld(index: number, seed: number): Promise<Judged | null> {
  const kind = KINDS[index];
  if (kind === undefined) throw new RangeError(`no kind ${index}`);
  const random = new Random(seedOf(kind.name, seed));
  const drawn = kind.draw(random);
  const { lines, truths } = simulate(drawn.scenario, random);
  if (truths.size === 0) return null;
  const kept = process.env['OUTSIDE_LOGS'];
  const folder = kept ?? (await mkdtemp(join(tmpdir(), 'alb502-outside-')));
  const file = join(folder, `${kind.name}-${seed}.log`);
  await writeFile(file, `${lines.join('\n')}\n`);
  const log = DIAGNOSED_LOG.parse(JSON.parse(await diagnose(file)));
  if (kept === undefined) await rm(folder, { recursive: true });
  const [diagnosed] = log.loadBalancers;
  if (diagnosed === undefined || log.linesRejected > 0)
    throw new Error(`${kind.name} ${seed}: lines rejected`);
  return judge(kind, seed, drawn, truths, lines.length, diagnosed);
}

/** Each kind has worlds of its own for a seed. */
function seedOf(name: string, seed: number): number {
  let hash = Math.imul(seed, 0x9e3779b1);
  for (const letter of name) hash = Math.imul(hash ^ (letter.codePointAt(0) ?? 0), 0x01000193);
  return hash;
}

function diagnose(file: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { maxBuffer: 64 * 2 ** 20 };
    execFile(process.execPath, [COMMAND_LINE, 'logs', file, '--json'], options, (error, stdout, stderr) => {
      // It ends with 1 where something failed in the log, which is what is asked for.
      if (error && error.code !== 1) reject(new Error(stderr));
      else resolve(stdout);
    });
  });
}

process.on('message', async (message) => {
  const { kind, seed } = TASK.parse(message);
  process.send?.(await judgeWorld(kind, seed));
});
