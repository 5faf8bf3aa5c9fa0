import { parseArgs } from 'node:util';
import { dump } from './estimate/dump.ts';
import type { Judged } from './estimate/judge.ts';
import { FIRST_SEED, planOf, USUAL_LOGS } from './estimate/plan.ts';
import { playAll } from './estimate/play.ts';
import { bandLines, familyTable, missLines, shareTable } from './estimate/report.ts';
import { bandsOf, scoreOf, shareErrorsOf } from './estimate/score.ts';

/** Goals of the diagnosis of logs. */
const LEAST_DEFENSIBLE = 0.95;
const LARGEST_BAND_ERROR = 0.05;
const LARGEST_SHARE_ERROR = 0.1;
/** The classic families: most races that can be told are estimated, and all estimates are good. */
const LEAST_ESTIMATED = 0.95;
/** A band of fewer logs says little. */
const FEWEST_OF_BAND = 50;

const percent = (part: number): string => `${(part * 100).toFixed(1)} %`;

/** The band that is furthest off, beyond what chance gives. */
function worstBand(results: readonly Judged[]): number {
  const errors = bandsOf(results)
    .filter(({ logs }) => logs >= FEWEST_OF_BAND)
    .map(({ meanProbability, rightShare, error }) => Math.abs(meanProbability - rightShare) - error);
  return Math.max(0, ...errors);
}

function summaryLine(results: readonly Judged[], seconds: number): { met: boolean; line: string } {
  const score = scoreOf(results);
  const defensible = score.defensible / Math.max(1, score.logs);
  const band = worstBand(results);
  const shares = shareErrorsOf(results).find(({ cause }) => cause === 'all')?.meanError ?? 0;
  const raceFree = results.filter(({ hasRace }) => !hasRace);
  const races = results.filter(({ area, hasRace }) => area === 'classic' && hasRace);
  const estimated = races.filter(({ estimated: is }) => is);
  const good = races.filter(({ isEstimateGood }) => isEstimateGood).length;
  // Of few failures among dense traffic chance shows as good a place elsewhere: how many such are drawn is luck.
  const tellable = races.filter(({ keepAliveTellable }) => keepAliveTellable);
  const told = tellable.filter(({ estimated: is }) => is).length;
  const met =
    defensible >= LEAST_DEFENSIBLE &&
    score.sureAndWrong === 0 &&
    band <= LARGEST_BAND_ERROR &&
    shares <= LARGEST_SHARE_ERROR &&
    score.falseEstimates === 0 &&
    good === estimated.length &&
    told >= LEAST_ESTIMATED * tellable.length;
  const line =
    `estimate: ${met ? 'goals met' : 'GOAL MISSED'}: ${score.logs} logs, verdict defensible in ${percent(defensible)} (goal 95 %), ` +
    `right in ${percent(score.right / Math.max(1, score.logs))}; ${score.sureAndWrong} sure and wrong (goal 0); ` +
    `worst band off by ${percent(band)} beyond chance (goal 5 %); shares of two causes off by ${shares.toFixed(3)} (goal 0.1); ` +
    `${score.falseEstimates} false keep-alives (goal 0), ${raceFree.length} logs without a race; ` +
    `of ${score.tellable} races that can be told ${score.missed} missed; ` +
    `classic races: ${told} of ${tellable.length} that can be told estimated (goal 95 %), ` +
    `${estimated.length} of ${races.length} in all, ${good} within 1 %; ${seconds.toFixed(0)} s`;
  return { met, line };
}

function optionsOf(args: readonly string[]) {
  const { values } = parseArgs({
    args: [...args],
    options: {
      'first-seed': { type: 'string', default: String(FIRST_SEED) },
      logs: { type: 'string', default: String(USUAL_LOGS) },
      /** Part of the name of a family, or an area. */
      family: { type: 'string' },
      dump: { type: 'string' },
    },
  });
  const [firstSeed, logs] = [Number(values['first-seed']), Number(values.logs)];
  if (!Number.isInteger(firstSeed) || !Number.isInteger(logs) || logs < 1)
    throw new Error('--first-seed and --logs take whole numbers');
  return { firstSeed, logs, family: values.family, folder: values.dump };
}

/**
 * Draws worlds, has their logs diagnosed as `alb502 logs` does, and compares with what is true of them.
 *
 * Options: `--first-seed N`, `--logs N`, `--family PART_OF_NAME`; with `--dump FOLDER --family NAME --first-seed N`
 * it only writes the files of one world.
 */
export async function run(args: readonly string[]): Promise<boolean> {
  const begin = performance.now();
  const { firstSeed, logs, family, folder } = optionsOf(args);
  if (folder !== undefined) {
    process.stdout.write(`${dump(family ?? '', firstSeed, folder)}\n`);
    return true;
  }
  const jobs = planOf(
    firstSeed,
    logs,
    (name, area) => family === undefined || area === family || name.includes(family),
  );
  const results = await playAll(jobs);
  process.stdout.write(`${familyTable(results)}\n${missLines(results).join('\n')}\n`);
  process.stdout.write(`${shareTable(results)}\n${bandLines(results).join('\n')}\n`);
  const { met, line } = summaryLine(results, (performance.now() - begin) / 1000);
  process.stdout.write(`${line}\n`);
  return met;
}
