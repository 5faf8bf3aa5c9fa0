import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { TestBundle } from './test-bundle.ts';

const MEMORY_MEGABYTES = 3072;
const START_MILLISECONDS = 120_000;

/**
 * Hands jobs to processes of their own. `null` is the answer of one that took longer than its job allows or broke: it is
 * killed, and another takes its place.
 */
export async function inWorkers<Job extends object, Answer>(
  bundle: TestBundle,
  jobs: Iterable<Job>,
  limitMilliseconds: (job: Job) => number,
  count: number,
  answered: (job: Job, answer: Answer | null) => void,
): Promise<void> {
  const left = jobs[Symbol.iterator]();
  const work = async (): Promise<void> => {
    let worker = await start(bundle);
    for (let next = left.next(); !next.done; next = left.next()) {
      const job = next.value;
      const answer = await ask<Answer>(worker, job, limitMilliseconds(job));
      answered(job, answer);
      if (answer !== null) continue;
      worker.kill('SIGKILL');
      worker = await start(bundle);
    }
    worker.kill('SIGKILL');
  };
  await Promise.all(Array.from({ length: count }, work));
}

async function start(bundle: TestBundle): Promise<ChildProcess> {
  const worker = fork(fileURLToPath(new URL('./worker.ts', import.meta.url)), {
    execArgv: ['--import', 'tsx', `--max-old-space-size=${MEMORY_MEGABYTES}`],
    serialization: 'advanced',
  });
  if ((await ask(worker, bundle, START_MILLISECONDS)) === null)
    throw new Error('mutants: the tests could not be loaded; what the process wrote says why');
  return worker;
}

function ask<Answer>(worker: ChildProcess, question: object, milliseconds: number): Promise<Answer | null> {
  return new Promise((resolve) => {
    const settle = (answer: Answer | null): void => {
      clearTimeout(timer);
      worker.off('message', settle).off('exit', broke);
      resolve(answer);
    };
    const broke = () => settle(null);
    const timer = setTimeout(broke, milliseconds);
    worker.once('message', settle).once('exit', broke);
    worker.send(question);
  });
}
