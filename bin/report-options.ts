import { type Command, Option } from 'commander';
import { SEVERITIES, type Severity } from '../lambda/model/diagnosis.ts';

/** How much of a report is printed, and what its exit code goes by. */
export interface ReportOptions {
  readonly summary?: true;
  readonly details?: true;
  readonly minSeverity?: Severity;
  readonly json?: true;
}

/** Adds the options that `scan` and `diagnose` share. */
export function withReportOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--summary', 'print only the summary table, even for a single load balancer').conflicts([
        'details',
        'json',
      ]),
    )
    .addOption(
      new Option('--details', 'print every finding in full before the summary table').conflicts('json'),
    )
    .addOption(
      new Option(
        '--min-severity <severity>',
        'list, and exit with 1 for, only findings at least this severe',
      ).choices(SEVERITIES.filter((severity) => severity !== 'none')),
    )
    .option('--json', 'print one JSON document; --min-severity does not shorten it');
}
