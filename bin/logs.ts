import type { Command } from 'commander';
import { InputError } from '../lambda/model/failure.ts';
import { minutesWithin } from './duration.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { helpText } from './help-text.ts';
import { fieldNames } from './logs/field-names.ts';
import { type LogsRequest, readLogs } from './logs/read-logs.ts';
import { numberWithin } from './number-within.ts';

interface Options extends LogsRequest {
  /** Seconds. */
  readonly idleTimeout?: number;
  readonly json?: true;
}

const HELP = `
Reads access logs of Application Load Balancers and says why requests failed with 502: as they are delivered to S3, JSON,
W3C, Parquet, or out of CloudWatch Logs, Athena and grep; plain, gzip or tar. docs/access-log.md lists them. Where the
failures are the idle race it reads the keep-alive of the targets out of the log: three failures can be enough.
Keep the names that the load balancer gave the files: they tell its nodes apart.

Examples:
  alb502 logs access.log.gz
  alb502 logs ./AWSLogs --idle-timeout 120
  zcat *.log.gz | alb502 logs - --json
  alb502 logs s3://my-logs/alb --load-balancer shop --since 6h
  alb502 logs cloudwatch:///aws/vendedlogs/alb/shop --since 1h

Exit: 0 no 502 from the load balancer itself, 1 there were some, 2 usage, or no 502 but something could not be read or nothing matched, 3 AWS failed.`;

/** Logs are kept for longer than metrics are. */
const sinceMinutes = minutesWithin('1m', '400d');

/** Adds the command `logs`. */
export function registerLogs(program: Command): void {
  program
    .command('logs')
    .description('find out from access logs why requests fail, and how long the targets keep connections')
    .argument(
      '<path...>',
      'files, folders, s3://BUCKET/PREFIX, cloudwatch://LOG_GROUP, or - for standard input',
    )
    .option(
      '--idle-timeout <seconds>',
      'idle timeout of the load balancer, 1 to 4000 (default: only what the log itself proves about it)',
      numberWithin(1, 4000, false),
    )
    .option('--load-balancer <name>', 'only this one: NAME or app/NAME/ID')
    .option(
      '--since <time>',
      'only lines of the last minutes, hours or days: 30m, 3h or 2d; nothing older is read from AWS (default: all; log groups: 3h)',
      sinceMinutes,
    )
    .option(
      '--fields <names>',
      'fields of lines without a header, in their order: time,elb,elb_status_code,...',
      fieldNames,
    )
    .option('--region <region>', 'region of the bucket or log group')
    .option('--profile <name>', 'credentials profile for AWS (also AWS_PROFILE)')
    .option('--endpoint-url <url>', 'send all AWS calls there (also AWS_ENDPOINT_URL)')
    .option('--json', 'print one JSON document')
    .addHelpText('after', helpText(HELP))
    .action(async (paths: string[], options: Options) => {
      process.exitCode = await runLogs(paths, options);
    });
}

async function runLogs(paths: readonly string[], options: Options): Promise<ExitCode> {
  const beingRead = readLogs(paths, options);
  // What tells of it loads while the thread that inflates starts.
  const loading = import('./logs/read-summary.ts');
  const { reading, problemOfAllClear } = await beingRead;
  const { printSummary } = await loading;
  const verdicts = printSummary(reading, {
    idleTimeoutSeconds: options.idleTimeout ?? null,
    json: options.json === true,
  });
  if (verdicts.some(({ summary }) => summary.elb502 > 0)) return EXIT.found;
  if (problemOfAllClear !== null) throw new InputError(problemOfAllClear);
  return EXIT.nothingFound;
}
