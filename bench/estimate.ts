import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import Table from 'cli-table3';
import type { EstimateResult } from './estimate-case.ts';

/** Seeds of the report; development uses those below 100000. */
const FIRST_SEED = 1_300_000;
const RACE_LOGS = 130;
const MIXED_LOGS = 50;
const LOGS_WITHOUT_RACE = 1000;
const FEWEST_RACE_FAILURES = 5;
/** Fewer failures than this leave any diagnosis to guess. */
const FEWEST_FOR_VERDICT = 5;
const LARGEST_ERROR = 0.01;
const LEAST_RIGHT = 0.95;
const CONFIDENT = 0.9;

interface Job {
  readonly family: 'race' | 'more' | 'other';
  readonly first: number;
  readonly count: number;
  readonly fewest: number;
}

async function runJob({ family, first, count, fewest }: Job): Promise<EstimateResult[]> {
  const worker = fileURLToPath(new URL('./estimate-worker.ts', import.meta.url));
  const args = ['--import', 'tsx', worker, family, String(first), String(count), String(fewest)];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  const results: EstimateResult[] = [];
  for await (const line of createInterface({ input: child.stdout })) results.push(JSON.parse(line));
  const [code] = await ended;
  if (code !== 0) throw new Error(`the worker for ${family} from seed ${first} ended with ${code}`);
  return results;
}

/** Cuts the seeds into pieces and runs as many at a time as there are processors. */
async function runAll(jobs: readonly Job[]): Promise<EstimateResult[]> {
  const PIECE = 45;
  const pieces = jobs.flatMap(({ first, count, ...job }) =>
    Array.from({ length: Math.ceil(count / PIECE) }, (_, at) => ({
      ...job,
      first: first + at * PIECE,
      count: Math.min(PIECE, count - at * PIECE),
    })),
  );
  const results: EstimateResult[] = [];
  let done = 0;
  const lane = async () => {
    for (let piece = pieces.shift(); piece; piece = pieces.shift()) {
      results.push(...(await runJob(piece)));
      done++;
      if (process.stderr.isTTY) process.stderr.write(`\r${done} pieces done, ${pieces.length} to go `);
    }
  };
  await Promise.all(Array.from({ length: Math.max(2, availableParallelism()) }, lane));
  return results;
}

const errorOf = ({ seconds, trueSeconds }: EstimateResult): number =>
  seconds === null || trueSeconds === null ? Number.NaN : Math.abs(seconds / trueSeconds - 1);

/** A mixed log is right with either of its causes; elsewhere only the one at work is. */
const isRight = ({ verdict, causes }: EstimateResult): boolean =>
  verdict !== null && causes.includes(verdict);

interface Scores {
  readonly estimable: number;
  readonly estimated: number;
  readonly within: number;
  readonly largestError: number;
  readonly falseEstimates: number;
  readonly withoutRace: number;
  readonly judged: number;
  readonly right: number;
  readonly confidentlyWrong: number;
}

function scoresOf(results: readonly EstimateResult[]): Scores {
  const race = results.filter(({ trueSeconds }) => trueSeconds !== null);
  const other = results.filter(({ trueSeconds }) => trueSeconds === null);
  const estimated = race.filter(({ seconds }) => seconds !== null);
  const judged = results.filter(({ elb502 }) => elb502 >= FEWEST_FOR_VERDICT);
  const wrong = judged.filter((result) => result.verdict !== 'undetermined' && !isRight(result));
  return {
    estimable: race.length,
    estimated: estimated.length,
    within: estimated.filter((result) => errorOf(result) <= LARGEST_ERROR).length,
    largestError: Math.max(0, ...estimated.map(errorOf)),
    falseEstimates: results.reduce((sum, result) => sum + result.falseEstimates, 0),
    withoutRace: other.length,
    judged: judged.length,
    right: judged.filter(isRight).length,
    confidentlyWrong: wrong.filter(({ probability }) => probability >= CONFIDENT).length,
  };
}

function printTable(results: readonly EstimateResult[]): void {
  const table = new Table({
    head: [
      'family',
      'logs',
      'estimate',
      'within 1 %',
      'worst',
      'false',
      'verdict right',
      'undetermined',
      'sure and wrong',
    ],
    style: { head: [] },
  });
  for (const family of [...new Set(results.map((result) => result.family))].sort()) {
    const own = results.filter((result) => result.family === family);
    const scores = scoresOf(own);
    const open = own.filter(
      ({ elb502, verdict }) => elb502 >= FEWEST_FOR_VERDICT && verdict === 'undetermined',
    );
    table.push([
      family,
      own.length,
      scores.estimable > 0 ? `${scores.estimated} of ${scores.estimable}` : '',
      scores.estimated > 0 ? scores.within : '',
      scores.estimated > 0 ? `${(scores.largestError * 100).toFixed(2)} %` : '',
      scores.falseEstimates,
      `${scores.right} of ${scores.judged}`,
      open.length,
      scores.confidentlyWrong,
    ]);
  }
  process.stdout.write(`${table.toString()}\n`);
}

/** Every log that went wrong, so that it can be looked at by its seed. */
function printMisses(results: readonly EstimateResult[]): void {
  for (const result of results) {
    const missed = result.trueSeconds !== null && !(errorOf(result) <= LARGEST_ERROR);
    const wrong = result.elb502 >= FEWEST_FOR_VERDICT && !isRight(result);
    if (!missed && !wrong && result.falseEstimates === 0) continue;
    const { seed, family, trueSeconds, seconds, raceFailures, elb502, verdict, probability, causes } = result;
    process.stdout.write(
      `  ${family} ${seed}: keep-alive ${trueSeconds?.toFixed(3) ?? 'none'}, estimate ${seconds ?? 'none'}, ${raceFailures} race of ${elb502} failures, verdict ${verdict} ${probability} (${causes.join(', ')})\n`,
    );
  }
}

/** Plays generated logs with known causes and compares what `alb502 logs` makes of them. */
export async function run(): Promise<boolean> {
  const begin = performance.now();
  const results = await runAll([
    { family: 'race', first: FIRST_SEED, count: RACE_LOGS, fewest: FEWEST_RACE_FAILURES },
    { family: 'more', first: FIRST_SEED + 10_000, count: MIXED_LOGS, fewest: FEWEST_RACE_FAILURES },
    { family: 'other', first: FIRST_SEED + 20_000, count: LOGS_WITHOUT_RACE, fewest: 0 },
  ]);
  printTable(results);
  printMisses(results);
  const scores = scoresOf(results);
  const rightShare = scores.right / scores.judged;
  const met =
    scores.within === scores.estimated &&
    scores.estimated >= LEAST_RIGHT * scores.estimable &&
    scores.falseEstimates === 0 &&
    rightShare >= LEAST_RIGHT &&
    scores.confidentlyWrong === 0;
  process.stdout.write(
    `estimate: ${met ? 'goals met' : 'GOAL MISSED'}: of ${scores.estimable} logs with ${FEWEST_RACE_FAILURES} race failures or more, ${scores.estimated} estimated, ${scores.within} within 1 % (worst ${(scores.largestError * 100).toFixed(2)} %); ${scores.falseEstimates} false estimates (goal 0), ${scores.withoutRace} logs without the race; verdict right in ${(rightShare * 100).toFixed(1)} % of ${scores.judged} (goal 95 %); ${scores.confidentlyWrong} sure and wrong (goal 0); ${((performance.now() - begin) / 1000).toFixed(0)} s\n`,
  );
  return met;
}
