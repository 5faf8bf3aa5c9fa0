import { LogAnalysis } from '../../lambda/access-log/analysis.ts';
import type { AccessLogReading } from '../../lambda/access-log/analysis-result.ts';
import { RemoteError } from '../../lambda/model/failure.ts';
import { namingProfile, useProfile } from '../profile.ts';
import { progressOnStderr } from '../progress.ts';
import { allClearProblem } from './all-clear.ts';
import { endIdleThread } from './inflate-thread.ts';
import { localSources, unreadable } from './input.ts';
import type { S3Options } from './s3-input.ts';
import type { Skipped, Source, Sources } from './source.ts';

/** Which lines of which logs are wanted. */
export interface LogsRequest {
  readonly loadBalancer?: string;
  /** Minutes. */
  readonly since?: number;
  readonly fields?: readonly string[];
  readonly region?: string;
  readonly profile?: string;
  readonly endpointUrl?: string;
  /** Keeps the progress bar away also from a terminal. */
  readonly quiet?: boolean;
  /** Aborted where nobody waits for the answer any more. */
  readonly signal?: AbortSignal;
}

/** What was read, and why an answer without a 502 would be no all-clear; null: it would be one. */
export interface LogsRead {
  readonly reading: AccessLogReading;
  readonly problemOfAllClear: string | null;
}

interface Window {
  readonly startSeconds?: number;
  readonly endSeconds?: number;
}

function windowOf({ since }: LogsRequest): Window {
  if (since === undefined) return {};
  const endSeconds = Date.now() / 1000;
  return { startSeconds: endSeconds - since * 60, endSeconds };
}

/** The SDK takes a while to load, so only who reads from AWS waits for it. */
async function remoteSources(url: string, asked: S3Options): Promise<readonly Source[]> {
  if (url.startsWith('s3://')) return (await import('./s3-input.ts')).s3Sources(url, asked);
  return [await (await import('./log-group-input.ts')).logGroupSource(url, asked)];
}

async function sourcesFor(paths: readonly string[], options: LogsRequest, window: Window): Promise<Sources> {
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
  { quiet = false, signal }: LogsRequest,
): Promise<AccessLogReading> {
  const progress = progressOnStderr(quiet, 'reading {bar} {percentage}% {label}');
  const total = sources.reduce((sum, { bytes }) => sum + bytes, 0);
  progress.start(Math.max(1, total), '');
  let done = 0;
  try {
    for (const source of sources) {
      signal?.throwIfAborted();
      analysis.startFile(source.path);
      try {
        const problem = await source.readInto({
          chunk: (bytes, index) => {
            signal?.throwIfAborted();
            analysis.feed(bytes, index);
          },
          file: (name, before, left) => {
            analysis.endFile(before ?? undefined);
            analysis.startFile(`${source.path}/${name}`);
            if (left !== null) analysis.endFile(left);
          },
        });
        analysis.endFile(problem ?? undefined);
      } catch (error) {
        if (error instanceof RemoteError || signal?.aborted) throw error;
        analysis.endFile(unreadable(error));
      }
      done += source.bytes;
      progress.update(done, source.path.slice(-60));
    }
  } finally {
    progress.stop();
    await endIdleThread();
  }
  for (const { path, reason } of skipped) {
    analysis.startFile(path);
    analysis.endFile(reason);
  }
  return analysis.reading();
}

/**
 * Reads access logs from files, folders, standard input, S3 and CloudWatch Logs.
 *
 * @throws InputError for something that is not there, cannot be read, or holds no logs
 * @throws RemoteError where AWS does not answer
 */
export async function readLogs(paths: readonly string[], options: LogsRequest): Promise<LogsRead> {
  const window = windowOf(options);
  const { sources, skipped } = await sourcesFor(paths, options, window);
  const { loadBalancer } = options;
  const analysis = new LogAnalysis(
    { ...window, ...(loadBalancer === undefined ? {} : { loadBalancer }) },
    options.fields,
  );
  const reading = await read(sources, skipped, analysis, options);
  const leftOut = skipped.filter(({ isLog }) => !isLog).length;
  return { reading, problemOfAllClear: allClearProblem(reading, { paths, skipped: leftOut, loadBalancer }) };
}
