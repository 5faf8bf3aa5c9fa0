import { execFile } from 'node:child_process';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import pLimit from 'p-limit';
import type { Scenario } from '../lab/scenario.ts';
import { SCENARIOS, scenarioNamed } from '../lab/scenarios.ts';
import { findProgram } from '../lab/servers/program.ts';
import { COLUMNS, type Outcome, outcomeSchema } from './diagnosis/outcome.ts';
import {
  alertDelays,
  calibrationLines,
  confidentlyWrongAlerts,
  confusionLines,
  controlsOf,
  failuresOf,
  falseAlarms,
  scoreOf,
  wrongAlertLines,
} from './diagnosis/score.ts';

/** Goals of the diagnosis with all its evidence, and with what every account has: metrics and workload. */
const RIGHT = 0.95;
const RIGHT_BY_WORKLOAD = 0.7;
/** A run mostly waits; more at once would make servers late. */
const RUNS_PER_CORE = 3;
const FULL = { runs: 3, minutes: 40 };
const QUICK = { runs: 1, minutes: 4 };
const ONE_RUN_MS = 300_000;
/** What is slower than this, in lab seconds per second, is left out of the quick form. */
const QUICK_SCALE = 2;

interface Job {
  readonly scenario: Scenario;
  readonly seed: number;
}

/**
 * Plays every scenario of the lab with several seeds and asks what the diagnosis says of each, from metrics alone,
 * with what runs behind the groups, with access logs, and with probes as well.
 *
 * Options on the command line: `--quick`, `--runs N`, `--scenario NAME`.
 */
export async function run(): Promise<boolean> {
  const quick = process.argv.includes('--quick');
  const { runs, minutes } = quick ? QUICK : FULL;
  const option = (name: string): string | undefined => process.argv[process.argv.indexOf(name) + 1];
  const wanted = process.argv.includes('--scenario')
    ? [scenarioNamed(option('--scenario') ?? '')]
    : SCENARIOS;
  const seeds = process.argv.includes('--runs') ? Number(option('--runs')) : runs;
  const missing = wanted.filter(({ needs }) => needs && findProgram(needs.program) === null);
  for (const { name, needs } of missing)
    process.stdout.write(`left out: ${name}, ${needs?.debianPackage} is not installed\n`);
  const tooSlow = quick ? wanted.filter(({ scale }) => scale < QUICK_SCALE) : [];
  for (const { name } of tooSlow) process.stdout.write(`left out: ${name}, too slow for --quick\n`);
  const played = wanted.filter((scenario) => !missing.includes(scenario) && !tooSlow.includes(scenario));
  const jobs = Array.from({ length: seeds }, (_, index) =>
    played.map((scenario) => ({ scenario, seed: index + 1 })),
  ).flat();
  const failed: string[] = [];
  const outcomes = await playAll(jobs, Date.now() + minutes * 60_000, failed);
  for (const line of failed) process.stdout.write(`not played: ${line}\n`);
  return report(outcomes, failed.length);
}

/** The slow ones first, so that the last to end is a short one. */
async function playAll(
  jobs: readonly Job[],
  deadlineMs: number,
  failed: string[],
): Promise<readonly Outcome[]> {
  const limit = pLimit(Math.max(2, cpus().length * RUNS_PER_CORE));
  const ordered = [...jobs].sort((a, b) => a.seed - b.seed || a.scenario.scale - b.scenario.scale);
  const played = ordered.map((job) =>
    limit(async () => {
      if (Date.now() > deadlineMs - ONE_RUN_MS / 2 && job.seed > 1) {
        failed.push(`${job.scenario.name} seed ${job.seed}: no time left`);
        return null;
      }
      try {
        return await play(job);
      } catch (error) {
        failed.push(
          `${job.scenario.name} seed ${job.seed}: ${error instanceof Error ? error.message : error}`,
        );
        return null;
      }
    }),
  );
  const outcomes = (await Promise.all(played)).filter((outcome) => outcome !== null);
  const order = SCENARIOS.map(({ name }) => name);
  return outcomes.sort((a, b) => order.indexOf(a.scenario) - order.indexOf(b.scenario) || a.seed - b.seed);
}

/** In a process of its own: scenarios must not wait for each other's event loop. */
async function play({ scenario, seed }: Job): Promise<Outcome> {
  const file = fileURLToPath(new URL('./diagnosis/run-scenario.ts', import.meta.url));
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--import', 'tsx', file, scenario.name, String(seed)],
    { timeout: ONE_RUN_MS, killSignal: 'SIGTERM', maxBuffer: 50_000_000 },
  );
  return outcomeSchema.parse(JSON.parse(stdout));
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

function report(outcomes: readonly Outcome[], notPlayed: number): boolean {
  const delays = alertDelays(outcomes);
  const unalerted = failuresOf(outcomes).length - delays.length;
  const alarms = falseAlarms(outcomes);
  const full = scoreOf(outcomes, 'probes');
  const byWorkload = scoreOf(outcomes, 'workload');
  const wrongAlerts = confidentlyWrongAlerts(outcomes);
  const columns = COLUMNS.map((column) => {
    const { right, undetermined, wrong, confidentlyWrong } = scoreOf(outcomes, column);
    return `${column.padEnd(8)} ${percent(right).padStart(8)} right  ${percent(undetermined).padStart(8)} undetermined  ${percent(wrong).padStart(8)} wrong  ${confidentlyWrong} confidently`;
  });
  const lines = [
    ...confusionLines(outcomes),
    '',
    ...columns,
    '',
    'probability given with logs and probes',
    ...calibrationLines(outcomes),
    '',
    `first 502 to alert: median ${delays[delays.length >> 1]?.toFixed(0) ?? '-'} s, longest ${delays.at(-1)?.toFixed(0) ?? '-'} s of lab time, with a look a minute; no alert in ${unalerted} runs with a failure`,
    ...alarms.map(
      ({ scenario, seed, failures, announced }) =>
        `false alarm: ${scenario} seed ${seed}: ${failures} 502s, ${announced.length} alerts`,
    ),
    ...wrongAlertLines(outcomes),
    '',
    `diagnosis: ${outcomes.length} runs, ${percent(full.right)} right (goal 95 %), ${full.confidentlyWrong} confidently wrong and ${wrongAlerts} alerts confidently wrong (goal 0), ` +
      `metrics with workload ${percent(byWorkload.right)} right (goal 70 %) and ${byWorkload.confidentlyWrong} confidently wrong (goal 0), ` +
      `${alarms.length} of ${controlsOf(outcomes).length} controls with an alert (goal 0), ${notPlayed} not played`,
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
  return (
    full.right >= RIGHT &&
    byWorkload.right >= RIGHT_BY_WORKLOAD &&
    full.confidentlyWrong + byWorkload.confidentlyWrong === 0 &&
    wrongAlerts + alarms.length + unalerted + notPlayed === 0
  );
}
