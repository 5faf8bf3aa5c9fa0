import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { InputError } from '../../lambda/model/failure.ts';
import { thousands } from '../../lambda/model/thousands.ts';
import { remoteErrorFrom } from '../../lambda/observe/aws-failure.ts';
import { clientConfig } from '../../lambda/observe/clients.ts';
import { type LogGroupRequest, logGroupPages } from '../../lambda/observe/log-group.reader.ts';
import { scanRegions } from '../aws-region.ts';
import { endpointOptions } from '../endpoint.ts';
import { printNote } from '../terminal.ts';
import type { Source, SourceReader } from './source.ts';

/** Which part of a log group to read. */
export interface LogGroupOptions {
  /** Seconds since 1970. */
  readonly startSeconds?: number;
  readonly endSeconds?: number;
  readonly region?: string;
  readonly endpointUrl?: string;
}

/** Where nobody says since when. */
const DEFAULT_HOURS = 3;
/** A page is at most 1 MB or 10,000 events; AWS allows 5 to 10 calls a second. */
const MOST_PAGES = 1000;

const counted = (value: number, noun: string): string =>
  `${thousands(value)} ${noun}${value === 1 ? '' : 's'}`;
const iso = (ms: number): string => new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');

/** Where a log group is; the region only where its ARN was given. */
interface LogGroupPlace {
  readonly name: string;
  readonly region: string | null;
}

/**
 * Reads `cloudwatch://NAME` or `cloudwatch://ARN`.
 *
 * @throws InputError where it is no such address
 */
export function logGroupPlace(url: string): LogGroupPlace {
  const [, region = null, name] =
    /^cloudwatch:\/\/(?:arn:[a-z-]+:logs:([a-z0-9-]+):\d{12}:log-group:)?([\w./#-]{1,512})(?::\*)?$/.exec(
      url,
    ) ?? [];
  if (name === undefined)
    throw new InputError(`${url}: expected cloudwatch://LOG_GROUP, such as cloudwatch:///aws/vendedlogs/alb`);
  // No group can be named so (AWS, CreateLogGroup): the slash before it was left out.
  if (name.startsWith('aws/'))
    throw new InputError(`${url}: log groups of AWS begin with a slash: cloudwatch:///${name}`);
  return { name, region };
}

async function clientFor({ region, endpointUrl }: LogGroupOptions): Promise<CloudWatchLogsClient> {
  const client = endpointOptions(endpointUrl);
  const [named = ''] = await scanRegions({ region: region === undefined ? [] : [region] }, client);
  return new CloudWatchLogsClient(clientConfig(named, client));
}

interface Amount {
  pages: number;
  events: number;
  bytes: number;
}

/** Feeds pages to the reader; says what was left unread. */
async function readPages(
  request: LogGroupRequest,
  reader: SourceReader,
  read: Amount,
): Promise<string | null> {
  let reachedMs = request.startMs;
  for await (const { text, events, lastMs } of logGroupPages(request)) {
    reader.chunk(text);
    reachedMs = lastMs ?? reachedMs;
    read.pages++;
    read.events += events;
    read.bytes += text.length;
    if (read.pages === MOST_PAGES)
      return `only read up to ${iso(reachedMs)}, for it has more than ${thousands(MOST_PAGES)} pages; narrow it with --since`;
  }
  return null;
}

/**
 * A log group as a source: the events of the last hours, in the order of time, a bounded number of pages. Says on stderr
 * before and after what reading it takes.
 *
 * @throws InputError for a name that is none, an endpoint or a region that is none
 */
export async function logGroupSource(url: string, options: LogGroupOptions): Promise<Source> {
  const { name, region: ownRegion } = logGroupPlace(url);
  const logs = await clientFor(
    ownRegion === null || options.region !== undefined ? options : { ...options, region: ownRegion },
  );
  const region = await logs.config.region();
  const endMs = (options.endSeconds ?? Date.now() / 1000) * 1000;
  const startMs =
    options.startSeconds === undefined ? endMs - DEFAULT_HOURS * 3_600_000 : options.startSeconds * 1000;
  const call = { what: 'access log', action: 'logs:FilterLogEvents', resource: url, region };
  const request = { logs, logGroupName: name, startMs: Math.floor(startMs), endMs: Math.floor(endMs) };
  return {
    path: url,
    bytes: 0,
    readInto: async (reader) => {
      printNote(
        `${url}: reading ${iso(startMs)} to ${iso(endMs)}, at most ${thousands(MOST_PAGES)} calls of logs:FilterLogEvents; they are not billed, data that leaves AWS is\n`,
      );
      const read = { pages: 0, events: 0, bytes: 0 };
      try {
        const left = await readPages(request, reader, read);
        return read.events === 0
          ? `no event from ${iso(startMs)} to ${iso(endMs)}; try a longer --since`
          : left;
      } catch (error) {
        throw remoteErrorFrom(error, call);
      } finally {
        printNote(
          `${url}: ${counted(read.events, 'event')}, ${(read.bytes / 1e6).toFixed(1)} MB, in ${counted(read.pages, 'call')}\n`,
        );
      }
    },
  };
}
