import type { Command } from 'commander';
import type { Scenario } from '../lab/scenario.ts';
import { SCENARIOS, scenarioNamed } from '../lab/scenarios.ts';
import { runTour } from '../lab/tour.ts';
import type { TourReport } from '../lab/tour-record.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { helpText } from './help-text.ts';
import { paragraphText } from './lab-paragraph.ts';
import { isWatched, printError, printJson, printText, proseColumns } from './terminal.ts';
import { wrapped } from './wrapped.ts';

interface Options {
  readonly scenario?: string;
  readonly list?: true;
  readonly once?: true;
  readonly timeline?: true;
  readonly full?: true;
  readonly json?: true;
}

/** What a shell gives for a program that Ctrl-C ended. */
const INTERRUPTED = 130;
const SEED = 502;

const HELP = `
Reproduces a failure over real sockets: real servers behind a small stand-in for the load balancer, real failed
requests, the monitor's own screening and diagnosis, the alert as it would arrive, the fix and the resolution; with --full
also the chat card and the incident record. Nothing is announced from measurements made while this machine was too busy.
A page on localhost shows the dashboard's widget in the meantime, until you press Ctrl-C. It touches nothing outside this
machine, and leaves nothing behind.

It ends by itself with --once or --json, when standard output is not a terminal, and when the variable CI is set.

Examples:
  alb502 lab
  alb502 lab --once
  alb502 lab --once --full
  alb502 lab --list
  alb502 lab --scenario deployment --once --timeline
  alb502 lab --scenario connection-refused --json

Exit: 0 the tour went as described, 1 it did not, 2 usage, 3 a server could not be started.`;

/** Adds the command `lab`. */
export function registerLab(program: Command): void {
  program
    .command('lab')
    .description('reproduce a failure locally, and see it diagnosed, fixed and resolved')
    .option('--scenario <name>', 'which failure (default: the first of --list)')
    .option('--list', 'list the scenarios')
    .option('--once', 'exit when the tour is over')
    .option('--timeline', 'draw the first failed request of each kind as seen on the wire')
    .option('--full', 'print mails, chat cards and the incident record in full')
    .option('--json', 'print one JSON document')
    .addHelpText('after', helpText(HELP))
    .action(async (options: Options) => {
      process.exitCode = await runLab(options);
    });
}

async function runLab({ scenario: name, list, once, timeline, full, json }: Options): Promise<number> {
  if (list) return listScenarios(json);
  const watched = isWatched() && !process.env['CI'];
  const scenario = name === undefined ? SCENARIOS[0] : scenarioNamed(name);
  const ending = new AbortController();
  const end = () => ending.abort();
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, end);
  try {
    const report = await runTour(scenario, {
      seed: SEED,
      signal: ending.signal,
      page: !json,
      timeline: timeline === true,
      stay: watched && !once && !json,
      full: full === true,
      say: (paragraph) => {
        if (!json) printText(paragraphText(paragraph, proseColumns()));
      },
    });
    return finish(report, json);
  } catch (error) {
    if (ending.signal.aborted) {
      printError('stopped; nothing is left running');
      return INTERRUPTED;
    }
    throw error;
  } finally {
    for (const signal of signals) process.off(signal, end);
  }
}

function finish(report: TourReport, json: true | undefined): ExitCode {
  if (json) printJson(report);
  return report.asTold ? EXIT.nothingFound : EXIT.found;
}

function listScenarios(json: true | undefined): ExitCode {
  if (json) printJson(SCENARIOS.map(({ name, title, truth, needs }) => ({ name, title, truth, needs })));
  else printText(`${SCENARIOS.map((scenario) => scenarioLine(scenario, proseColumns())).join('\n')}\n`);
  return EXIT.nothingFound;
}

const NAME_COLUMNS = 32;

function scenarioLine({ name, title, needs }: Scenario, columns: number): string {
  const about = `${title}${needs ? ` (needs ${needs.debianPackage})` : ''}`;
  return columns < NAME_COLUMNS * 2
    ? wrapped(`${name}: ${about}`, columns, '  ')
    : wrapped(`${name.padEnd(NAME_COLUMNS)}${about}`, columns, ' '.repeat(NAME_COLUMNS));
}
