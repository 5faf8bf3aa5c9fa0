import type { Command } from 'commander';
import { type AccessLogReading, LogAnalysis } from '../lambda/access-log/analysis.ts';
import { InputError, RemoteError } from '../lambda/model/failure.ts';
import { minutesWithin } from './duration.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { localSources, type Skipped, type Source, unreadable } from './logs/input.ts';
import { numberWithin } from './number-within.ts';
import { progressOnStderr } from './progress.ts';

interface Options {
  readonly idleTimeout: number;
  readonly loadBalancer?: string;
  /** Minutes. */
  readonly since?: number;
  readonly region?: string;
  readonly endpointUrl?: string;
  readonly json?: true;
}

const HELP = `
Reads access logs of Application Load Balancers, plain or gzip, and says why requests failed with 502. Where the
failures are the idle race it reads the keep-alive of the targets out of the log: three failures can be enough.
Keep the names that the load balancer gave the files: they tell its nodes apart.

Examples:
  alb502 logs access.log.gz
  alb502 logs ./AWSLogs --idle-timeout 120
  zcat *.log.gz | alb502 logs - --json
  alb502 logs s3://my-logs/alb --load-balancer shop --since 6h

Exit: 0 no 502 of the load balancer's own, 1 there were some, 2 usage or unreadable input, 3 AWS failed.`;

/** Logs are kept for longer than metrics are. */
const sinceMinutes = minutesWithin('1m', '400d');

/** Adds the command `logs`. */
export function registerLogs(program: Command): void {
  program
    .command('logs')
    .description('say from access logs why requests fail, and how long the targets keep connections')
    .argument('<path...>', 'files, folders, s3://BUCKET/PREFIX, or - for the standard input')
    .option(
      '--idle-timeout <seconds>',
      'idle timeout of the load balancer, 1 to 4000',
      numberWithin(1, 4000, false),
      60,
    )
    .option('--load-balancer <name>', 'only this one: NAME or app/NAME/ID')
    .option(
      '--since <duration>',
      'only the last 30m, 3h or 2d of lines; from S3 only their objects are read',
      sinceMinutes,
    )
    .option('--region <region>', 'region of the bucket')
    .option('--endpoint-url <url>', 'send all AWS calls there (also AWS_ENDPOINT_URL)')
    .option('--json', 'print one JSON document')
    .addHelpText('after', HELP)
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

async function sourcesFor(paths: readonly string[], options: Options, window: Window) {
  const remote = paths.filter((path) => path.startsWith('s3://'));
  const local = await localSources(paths.filter((path) => !path.startsWith('s3://')));
  if (remote.length === 0) return local;
  // The SDK takes a while to load, so only who reads from S3 waits for it.
  const { s3Sources } = await import('./logs/s3-input.ts');
  const { loadBalancer, region, endpointUrl } = options;
  const asked = {
    ...window,
    ...(loadBalancer === undefined ? {} : { loadBalancer }),
    ...(region === undefined ? {} : { region }),
    ...(endpointUrl === undefined ? {} : { endpointUrl }),
  };
  const sources = [...local.sources];
  for (const url of remote) sources.push(...(await s3Sources(url, asked)));
  return { sources, skipped: local.skipped };
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
        const problem = await source.readInto((chunk, lineEnds) => analysis.feed(chunk, lineEnds));
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
  const analysis = new LogAnalysis({ ...window, ...(loadBalancer === undefined ? {} : { loadBalancer }) });
  const beingRead = read(sources, skipped, analysis);
  // What tells of it loads while the thread that inflates starts.
  const loading = import('./logs/telling.ts');
  const reading = await beingRead;
  const { tell } = await loading;
  const verdicts = tell(reading, {
    idleTimeoutSeconds: options.idleTimeout,
    json: options.json === true,
  });
  if (verdicts.length === 0 && reading.linesRejected > 0) {
    const first = reading.rejected[0];
    throw new InputError(`no line is an ALB access-log line; ${first?.file}:${first?.line} ${first?.reason}`);
  }
  return verdicts.some(({ summary }) => summary.elb502 > 0) ? EXIT.found : EXIT.nothingFound;
}
