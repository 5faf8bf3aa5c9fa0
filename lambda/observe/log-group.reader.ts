import {
  type CloudWatchLogsClient,
  type FilteredLogEvent,
  FilterLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { answered } from './aws-failure.ts';

/** Which events of a log group to read, and how many at most. */
export interface LogGroupRequest {
  readonly logs: CloudWatchLogsClient;
  readonly logGroupName: string;
  /** Milliseconds since 1970. */
  readonly startMs: number;
  readonly endMs: number;
}

/** Events of one answer: FilterLogEvents gives up to 10,000 or 1 MB (AWS, FilterLogEvents). */
export interface LogGroupPage {
  /** Their messages, a line each. */
  readonly text: Buffer;
  readonly events: number;
  /** Time of the latest event, milliseconds since 1970; null where the page is empty, as pages may be. */
  readonly lastMs: number | null;
}

const lineOf = ({ message = '' }: FilteredLogEvent): string =>
  `${message.trimEnd().replace(/[\r\n]+/g, ' ')}\n`;

/**
 * Gives the events of a log group in the order of time, a page after the other, for as long as the caller asks.
 *
 * @throws what the SDK throws
 */
export async function* logGroupPages(request: LogGroupRequest): AsyncGenerator<LogGroupPage> {
  const { logs, logGroupName, startMs, endMs } = request;
  let nextToken: string | undefined;
  do {
    const answer = await logs.send(
      new FilterLogEventsCommand({ logGroupName, startTime: startMs, endTime: endMs, nextToken }),
    );
    const events = answered(answer.events);
    const times = events.flatMap(({ timestamp }) => (timestamp === undefined ? [] : [timestamp]));
    yield {
      text: Buffer.from(events.map(lineOf).join('')),
      events: events.length,
      lastMs: times.length === 0 ? null : Math.max(...times),
    };
    nextToken = answer.nextToken;
  } while (nextToken !== undefined);
}
