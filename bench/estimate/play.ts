import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Judged } from './judge.ts';
import type { Job } from './plan.ts';

/** A process starts within half a second, so each has some work. */
const LOGS_OF_PROCESS = 25;

async function runJob({ family, first, count }: Job): Promise<Judged[]> {
  const worker = fileURLToPath(new URL('./worlds-worker.ts', import.meta.url));
  const args = ['--import', 'tsx', worker, family, String(first), String(count)];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  const results: Judged[] = [];
  for await (const line of createInterface({ input: child.stdout })) results.push(JSON.parse(line));
  const [code] = await ended;
  if (code !== 0) throw new Error(`the worker for ${family} from seed ${first} ended with ${code}`);
  return results;
}

/** Cuts the work into pieces and runs as many at a time as there are processors. Gives results by family and seed. */
export async function playAll(jobs: readonly Job[]): Promise<Judged[]> {
  const pieces = jobs.flatMap(({ family, first, count }) =>
    Array.from({ length: Math.ceil(count / LOGS_OF_PROCESS) }, (_, at) => ({
      family,
      first: first + at * LOGS_OF_PROCESS,
      count: Math.min(LOGS_OF_PROCESS, count - at * LOGS_OF_PROCESS),
    })),
  );
  const results: Judged[] = [];
  let done = 0;
  const lane = async () => {
    for (let piece = pieces.shift(); piece; piece = pieces.shift()) {
      results.push(...(await runJob(piece)));
      done++;
      if (process.stderr.isTTY) process.stderr.write(`\r${done} pieces done, ${pieces.length} to go `);
    }
  };
  await Promise.all(Array.from({ length: Math.max(2, availableParallelism()) }, lane));
  return results.sort((a, b) => a.family.localeCompare(b.family) || a.seed - b.seed);
}
