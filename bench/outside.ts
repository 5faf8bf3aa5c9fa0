/**
 * Logs of load balancers that a second generator simulates, written from what is publicly known of load balancers and
 * servers and without knowledge of how alb502 explains failures. It must never be tuned to the explainer, nor the
 * explainer to one of its worlds: what an expert would say of each kind was written down before any log was diagnosed.
 *
 * `--seeds N`, `--first-seed S`, `--only TEXT` (kinds whose name has it), `--kinds` lists them, `--verbose` tells of
 * each log that is not as an expert would say. With OUTSIDE_LOGS=DIR in the environment the logs are kept there.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { JUDGED, type Judged } from './outside/judged.ts';
import { KINDS } from './outside/kinds.ts';
import { notable, summary, tableOfBands, tableOfKinds } from './outside/score.ts';

const WORKER = new URL('./outside/outside-worker.ts', import.meta.url);
const SIDE_BY_SIDE = 2;

interface Task {
  readonly kind: number;
  readonly seed: number;
}

export async function run(narrowed: readonly string[]): Promise<boolean> {
  const { values } = parseArgs({
    args: [...narrowed],
    options: {
      seeds: { type: 'string', default: '5' },
      'first-seed': { type: 'string', default: '1' },
      only: { type: 'string', default: '' },
      kinds: { type: 'boolean', default: false },
      verbose: { type: 'boolean', default: false },
    },
  });
  const [first, count] = [Number(values['first-seed']), Number(values.seeds)];
  if (!Number.isInteger(first) || !Number.isInteger(count) || count < 1)
    throw new Error('--first-seed and --seeds take whole numbers, --seeds one or more');
  const kinds = KINDS.flatMap(({ name }, kind) => (name.includes(values.only) ? [{ name, kind }] : []));
  if (values.kinds) {
    process.stdout.write(`${kinds.map(({ name }) => name).join('\n')}\n`);
    return true;
  }
  if (kinds.length === 0)
    throw new Error(`no kind has ${JSON.stringify(values.only)} in its name; --kinds lists them`);
  const seeds = Array.from({ length: count }, (_, index) => first + index);
  const logs = await judgeAll(kinds.flatMap(({ kind }) => seeds.map((seed) => ({ kind, seed }))));
  const { text, met } = summary(logs);
  if (values.verbose) process.stdout.write(`${notable(logs)}\n`);
  process.stdout.write(`${tableOfKinds(logs)}\n${tableOfBands(logs)}\n${text}\n`);
  return met;
}

/** Shares the worlds among a few processes; in the end they are in the order of the tasks. */
async function judgeAll(tasks: readonly Task[]): Promise<Judged[]> {
  const waiting = tasks.map((task, order) => ({ task, order }));
  const judged: { readonly order: number; readonly log: Judged }[] = [];
  const work = async () => {
    const worker = fork(WORKER, { execArgv: ['--import', 'tsx'] });
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const log = await answerOf(worker, next.task);
      if (log) judged.push({ order: next.order, log });
    }
    worker.disconnect();
  };
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, work));
  return judged.sort((a, b) => a.order - b.order).map(({ log }) => log);
}

async function answerOf(worker: ChildProcess, task: Task): Promise<Judged | null> {
  const died = new AbortController();
  const exit = once(worker, 'exit', { signal: died.signal }).then(() => {
    throw new Error(`the worker ended over kind ${task.kind}, seed ${task.seed}`);
  });
  const answer = once(worker, 'message', { signal: died.signal });
  worker.send(task);
  const [message] = await Promise.race([answer, exit]);
  exit.catch(() => undefined);
  died.abort();
  return JUDGED.nullable().parse(message);
}
