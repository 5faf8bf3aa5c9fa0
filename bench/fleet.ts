import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Table from 'cli-table3';
import { MEMORY_MB } from '../lambda/env.ts';
import { bundleFunction } from '../scripts/bundle.mjs';
import { callsPerMinute, type Figures, figuresOf } from './fleet/figures.ts';
import { runScenario, type Scenario, type ScenarioResult } from './fleet/scenario.ts';

/** Goals: the contract of `npm run bench -- fleet`. */
const GROUPS = 3;
const MOST_READS_PER_LOOK = 6 + 3 * GROUPS;
const MOST_SECONDS_FOR_200 = 180;
/** Of screen and of investigate; they are deployed with no less. */
const MOST_MEGABYTES = 256;

const SIZES = [10, 100, 1_000, 5_000] as const;
const SHARES = [0, 0.01, 0.2] as const;

function scenarioOf(loadBalancers: number, share: number): Scenario {
  const failing = share === 0 ? 0 : Math.max(1, Math.round(loadBalancers * share));
  return {
    loadBalancers,
    groupsEach: GROUPS,
    failing,
    quietMinutes: 2,
    failingMinutes: failing === 0 ? 0 : 30,
    untilAllAnnounced: true,
  };
}

const HEAD = [
  'LBs',
  'failing',
  'quiet minute: calls',
  'reads/look',
  'all diagnosed s',
  'missed',
  'twice',
  'throttled',
  'lost',
  'queue',
  'screen s',
  'MB screen',
  'MB invest.',
  'wall s',
];

const row = (figures: Figures, wallSeconds: number): string[] => [
  String(figures.loadBalancers),
  String(figures.failing),
  String(figures.quietMinuteCalls ?? ''),
  figures.readsPerLook.toFixed(1),
  figures.secondsToLast?.toFixed(0) ?? '',
  String(figures.missed + figures.wrong),
  String(figures.twice),
  String(figures.elbThrottled),
  String(figures.lost),
  String(figures.deepestQueue),
  figures.longestScreenSeconds.toFixed(1),
  figures.screenMb.toFixed(0),
  figures.investigateMb.toFixed(0),
  wallSeconds.toFixed(0),
];

const apis = (result: ScenarioResult): string =>
  [...callsPerMinute(result)]
    .map(([api, count]) => `${api.replace('elasticloadbalancing', 'elb')} ${count.toFixed(1)}`)
    .join(', ');

/** What was not met, one sentence each. */
function missedGoals(all: readonly Figures[]): readonly string[] {
  const quiet = new Set(all.flatMap(({ quietMinuteCalls }) => quietMinuteCalls ?? []));
  const of200 = all.find(({ failing }) => failing === 200);
  const checks: readonly (readonly [boolean, string])[] = [
    [quiet.size === 1, `calls of a quiet minute depend on the fleet: ${[...quiet].join(', ')}`],
    [all.every(({ readsPerLook }) => readsPerLook <= MOST_READS_PER_LOOK), 'a look needs too many calls'],
    [
      of200 === undefined || (of200.secondsToLast ?? Number.POSITIVE_INFINITY) <= MOST_SECONDS_FOR_200,
      '200 at once took too long',
    ],
    [
      all.every(({ missed, wrong }) => missed + wrong === 0),
      'a load balancer was missed or taken for another',
    ],
    [all.every(({ twice }) => twice === 0), 'an alert was announced twice'],
    [all.every(({ lost }) => lost === 0), 'a throttled call was lost'],
    [all.every(({ failures }) => failures === 0), 'a run failed or a message was given up'],
    [
      all.every(
        ({ screenMb, investigateMb }) =>
          screenMb <= Math.min(MOST_MEGABYTES, MEMORY_MB.screen) &&
          investigateMb <= Math.min(MOST_MEGABYTES, MEMORY_MB.investigate),
      ),
      'too much memory',
    ],
  ];
  return checks.flatMap(([met, sentence]) => (met ? [] : [sentence]));
}

/** The fleets to run: all, or those named as `5000/1000`, load balancers and how many of them fail. */
function scenariosOf(narrowed: readonly string[]): readonly Scenario[] {
  const all = SHARES.flatMap((share) => SIZES.map((size) => scenarioOf(size, share)));
  if (narrowed.length === 0) return all;
  return all.filter(({ loadBalancers, failing }) => narrowed.includes(`${loadBalancers}/${failing}`));
}

/**
 * Runs every fleet with every share of trouble.
 *
 * @param narrowed - the fleets to run instead, for instance `5000/1000`
 * @returns true: all goals are met
 */
export async function run(narrowed: readonly string[] = []): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), 'alb502-bench-'));
  const table = new Table({ head: HEAD, style: { head: [], border: [] } });
  const all: Figures[] = [];
  try {
    for (const name of ['screen', 'investigate']) await bundleFunction(name, join(folder, name));
    const bundles = {
      screen: join(folder, 'screen/index.mjs'),
      investigate: join(folder, 'investigate/index.mjs'),
    };
    for (const scenario of scenariosOf(narrowed)) {
      const begun = performance.now();
      const result = await runScenario(scenario, bundles);
      const figures = figuresOf(result);
      all.push(figures);
      table.push(row(figures, (performance.now() - begun) / 1000));
      const { loadBalancers, failing } = scenario;
      process.stdout.write(
        `${loadBalancers} load balancers, ${failing} failing; calls a minute: ${apis(result)}\n`,
      );
      for (const error of new Set(result.errors)) process.stderr.write(`  ${error.split('\n')[0]}\n`);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  process.stdout.write(`${table.toString()}\n`);
  const missed = missedGoals(all);
  const of200 = all.find(({ failing }) => failing === 200);
  const largest = (of: 'screenMb' | 'investigateMb'): string =>
    Math.max(...all.map((figures) => figures[of])).toFixed(0);
  const memory = `screen ${largest('screenMb')} and investigate ${largest('investigateMb')} of ${MOST_MEGABYTES} MB, deployed with ${MEMORY_MB.screen} and ${MEMORY_MB.investigate}`;
  process.stdout.write(
    `fleet: ${missed.length === 0 ? 'all goals met' : `missed: ${missed.join('; ')}`}; quiet minute ${all[0]?.quietMinuteCalls} calls, at most ${Math.max(...all.map(({ readsPerLook }) => readsPerLook)).toFixed(1)} of ${MOST_READS_PER_LOOK} reads a look, ${of200 ? `200 at once in ${of200.secondsToLast?.toFixed(0)} of ${MOST_SECONDS_FOR_200} s, ` : ''}${memory}\n`,
  );
  return missed.length === 0;
}
