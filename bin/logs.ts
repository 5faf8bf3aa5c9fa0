import type { Command } from 'commander';
import { LogAnalysis } from '../lambda/access-log/analysis.ts';
import type { AccessLogReading } from '../lambda/access-log/analysis-result.ts';
import { InputError, RemoteError } from '../lambda/model/failure.ts';
import { minutesWithin } from './duration.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { helpText } from './help-text.ts';
import { allClearProblem } from './logs/all-clear.ts';
import { fieldNames } from './logs/field-names.ts';
import { localSources, unreadable } from './logs/input.ts';
import type { S3Options } from './logs/s3-input.ts';
import type { Skipped, Source, Sources } from './logs/source.ts';
import { numberWithin } from './number-within.ts';
import { namingProfile, useProfile } from './profile.ts';
import { progressOnStderr } from './progress.ts';

interface Options {
  /** Seconds. */
  readonly idleTimeout?: number;
  readonly loadBalancer?: string;
  /** Minutes. */
  readonly since?: number;
  readonly fields?: readonly string[];
  readonly region?: string;
  readonly profile?: string;
  readonly endpointUrl?: string;
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

interface Window {
  readonly startSeconds?: number;
  readonly endSeconds?: number;
}

function windowOf({ since }: Options): Window {
  if (since === undefined) return {};
  const endSeconds = Date.now() / 1000;
  return { startSeconds: endSeconds - since * 60, endSeconds };
}

/** The SDK takes a while to load, so only who reads from AWS waits for it. */
async function remoteSources(url: string, asked: S3Options): Promise<readonly Source[]> {
  if (url.startsWith('s3://')) return (await import('./logs/s3-input.ts')).s3Sources(url, asked);
  return [await (await import('./logs/log-group-input.ts')).logGroupSource(url, asked)];
}

async function sourcesFor(paths: readonly string[], options: Options, window: Window): Promise<Sources> {
  const isRemote = (path: string) => /^(?:s3|cloudwatch):\/\//.test(path);
  const remote = paths.filter(isRemote);
  const local = await localSources(paths.filter((path) => !isRemote(path)));
  if (remote.length === 0) return local;
  useProfile(options.profile);
  const { loadBalancer, region, endpointUrl } = options;
  const asked = {
    ...window,
    ...(loadBalancer === undefined ? {} : { loadBalancer }),
    ...(region === undefined ? {} : { region }),
    ...(endpointUrl === undefined ? {} : { endpointUrl }),
  };
  const found = [local.sources];
  for (const url of remote) found.push(await namingProfile(() => remoteSources(url, asked)));
  return { sources: found.flat(), skipped: local.skipped };
}

async function read(
  sources: readonly Source[],
  skipped: readonly Skipped[],
  analysis: LogAnalysis,
): Promise<AccessLogReading> {
  const progress = progressOnStderr(false, 'reading {bar} {percentage}% {label}');
  const total = sources.reduce((sum, { bytes }) => sum + bytes, 0);
  progress.start(Math.max(1, total), '');
  let done = 0;
  try {
    for (const source of sources) {
      analysis.startFile(source.path);
      try {
        const problem = await source.readInto({
          chunk: (bytes, index) => analysis.feed(bytes, index),
          file: (name, before, left) => {
            analysis.endFile(before ?? undefined);
            analysis.startFile(`${source.path}/${name}`);
            if (left !== null) analysis.endFile(left);
          },
        });
        analysis.endFile(problem ?? undefined);
      } catch (error) {
        if (error instanceof RemoteError) throw error;
        analysis.endFile(unreadable(source.path, error).message);
      }
      done += source.bytes;
      progress.update(done, source.path.slice(-60));
    }
  } finally {
    progress.stop();
  }
  for (const { path, reason } of skipped) {
    analysis.startFile(path);
    analysis.endFile(reason);
  }
  return analysis.reading();
}

async function runLogs(paths: readonly string[], options: Options): Promise<ExitCode> {
  const window = windowOf(options);
  const { sources, skipped } = await sourcesFor(paths, options, window);
  const { loadBalancer } = options;
  const analysis = new LogAnalysis(
    { ...window, ...(loadBalancer === undefined ? {} : { loadBalancer }) },
    options.fields,
  );
  const beingRead = read(sources, skipped, analysis);
  // What tells of it loads while the thread that inflates starts.
  const loading = import('./logs/read-summary.ts');
  const reading = await beingRead;
  const { printSummary } = await loading;
  const verdicts = printSummary(reading, {
    idleTimeoutSeconds: options.idleTimeout ?? null,
    json: options.json === true,
  });
  if (verdicts.some(({ summary }) => summary.elb502 > 0)) return EXIT.found;
  const problem = allClearProblem(reading, {
    paths,
    skipped: skipped.filter(({ isLog }) => !isLog).length,
    loadBalancer,
  });
  if (problem !== null) throw new InputError(problem);
  return EXIT.nothingFound;
}
