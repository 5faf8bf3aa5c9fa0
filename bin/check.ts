import { type Command, Option } from 'commander';
import { SEVERITIES } from '../check/compare/rules.ts';
import type { CheckOptions } from './check-run.ts';
import { helpText } from './help-text.ts';
import { numberWithin } from './number-within.ts';

const HELP = `
Reads what a repository says of its load balancers and of the servers behind them, and compares both sides of each path.
It needs no account and no network, and runs nothing of what it reads. Files that Git ignores are left out, and
node_modules, vendor and .terraform; cdk.out is read. docs/check.md lists the files that it reads and the rules.

Where the load balancer is defined elsewhere, --idle-timeout says its idle timeout. Without it, a repository of servers
alone is compared with AWS's default of 60 s, and what is too short for that is a note: the exit code stays 0. What no
file joins is named, with the entry for alb502.check.json that joins it.

Examples:
  alb502 check
  alb502 check --idle-timeout 120 services/shop
  alb502 check infra services --sarif --output alb502.sarif
  alb502 check --baseline alb502.baseline.json --write-baseline
  alb502 check --document README.md

Exit: 0 nothing found but notes, 1 an error or a warning, 2 usage, or nothing could be compared.`;

/** Adds the command `check`. */
export function registerCheck(program: Command): void {
  program
    .command('check')
    .description('compare the timeouts that a repository sets, before it is deployed')
    .argument('[path...]', 'files and folders to check', ['.'])
    .option(
      '--idle-timeout <seconds>',
      'idle timeout of a load balancer that is defined elsewhere, 1 to 4000',
      numberWithin(1, 4000, false),
    )
    .option('--join <file>', 'joins by hand (default: alb502.check.json, where there is one)')
    .option('--baseline <file>', 'leave out the findings that this file accepts')
    .option('--write-baseline', 'write the file of --baseline: accept all that is found now')
    .addOption(
      new Option('--fail-on <severity>', 'exit with 1 for findings at least this severe')
        .choices(SEVERITIES)
        .default('warning'),
    )
    .option('--document [file]', 'write the timeouts as a table into a Markdown file')
    .option('--json', 'print one JSON document')
    .addOption(new Option('--sarif', 'print one SARIF 2.1.0 log').conflicts('json'))
    .option('--output <file>', 'write the document of --json or --sarif there, and print the report')
    .option('--annotations', 'print workflow commands of GitHub Actions after the report')
    .addHelpText('after', helpText(HELP))
    .action(async (paths: string[], options: CheckOptions) => {
      // The parsers are loaded only by this command.
      const { runCheck } = await import('./check-run.ts');
      process.exitCode = await runCheck(paths, options);
    });
}
