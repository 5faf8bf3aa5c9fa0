import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Judged } from './judge.ts';
import type { Job } from './plan.ts';

/** A process takes a while to start, so each has some work. */
const LOGS_OF_PROCESS = 60;

async function runJobs(jobs: readonly Job[]): Promise<Judged[]> {
  const worker = fileURLToPath(new URL('./worlds-worker.ts', import.meta.url));
  const work = jobs.flatMap(({ family, first, count }) => [family, String(first), String(count)]);
  const child = spawn(process.execPath, ['--import', 'tsx', worker, ...work], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  const results: Judged[] = [];
  for await (const line of createInterface({ input: child.stdout })) results.push(JSON.parse(line));
  const [code] = await ended;
  if (code !== 0) throw new Error(`a worker ended with ${code}; its work: ${work.join(' ')}`);
  return results;
}

/** Work of about equal size, each of as many families as it takes. */
function piecesOf(jobs: readonly Job[]): Job[][] {
  const pieces: Job[][] = [];
  let room = 0;
  for (const { family, first, count } of jobs)
    for (let done = 0; done < count; ) {
      if (room === 0) {
        pieces.push([]);
        room = LOGS_OF_PROCESS;
      }
      const taken = Math.min(room, count - done);
      pieces.at(-1)?.push({ family, first: first + done, count: taken });
      done += taken;
      room -= taken;
    }
  return pieces;
}

/** Runs as many processes at a time as there are processors. Gives results by family and seed. */
export async function playAll(jobs: readonly Job[]): Promise<Judged[]> {
  const pieces = piecesOf(jobs);
  const results: Judged[] = [];
  let done = 0;
  const lane = async () => {
    for (let piece = pieces.shift(); piece; piece = pieces.shift()) {
      results.push(...(await runJobs(piece)));
      done++;
      if (process.stderr.isTTY) process.stderr.write(`\r${done} pieces done, ${pieces.length} to go `);
    }
  };
  await Promise.all(Array.from({ length: Math.max(2, availableParallelism()) }, lane));
  return results.sort((a, b) => a.family.localeCompare(b.family) || a.seed - b.seed);
}
