import type { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { LogAnalysis } from '../access-log/analysis.ts';
import type { Stretch } from '../diagnose/bundle/backend-log-windows.ts';
import { type AccessLogEvidence, accessLogGap, evidenceOf, unnamedOf } from './access-log-reading.ts';
import { attempt } from './aws-failure.ts';
import { logGroupPages } from './log-group.reader.ts';

/** What to read of an access log in CloudWatch Logs. */
export interface AccessLogGroupRequest {
  readonly logs: CloudWatchLogsClient;
  readonly region: string;
  readonly logGroupName: string;
  readonly logGroupArn: string;
  /** Names of the fields where the delivery chose them, in their order. */
  readonly fields?: readonly string[] | undefined;
  /** Whether other load balancers' logs are in the same place, so that a record has to say whose it is. */
  readonly isShared?: boolean;
  /** `app/NAME/ID`. */
  readonly loadBalancerDimension: string;
  /** ISO times of the window. */
  readonly start: string;
  readonly end: string;
  /** ISO times of minutes with 502s: what is around them is read and nothing else, if there are any. */
  readonly failureMinutes: readonly string[];
  /** Most bytes of messages to read. */
  readonly maxBytes: number;
  /** Whether time is up; asked before each page. */
  readonly isOver: () => boolean;
}

const MINUTE_MS = 60_000;
/** Longer than most targets keep a connection: the response before a failure must be in what is read. */
const BEFORE_MS = 5 * MINUTE_MS;
const AFTER_MS = 2 * MINUTE_MS;

/** The stretches around failing minutes, oldest first, none overlapping another; the whole window where there are none. */
export function stretchesToRead({
  start,
  end,
  failureMinutes,
}: Pick<AccessLogGroupRequest, 'start' | 'end' | 'failureMinutes'>): readonly Stretch[] {
  const [first, last] = [Date.parse(start), Date.parse(end)];
  if (failureMinutes.length === 0) return [{ fromMs: first, toMs: last }];
  const merged: Stretch[] = [];
  for (const minute of failureMinutes.map((text) => Date.parse(text)).sort((a, b) => a - b)) {
    const fromMs = Math.max(first, minute - BEFORE_MS);
    const toMs = Math.min(last, minute + AFTER_MS);
    const before = merged.at(-1);
    if (before && fromMs <= before.toMs + MINUTE_MS)
      merged[merged.length - 1] = { fromMs: before.fromMs, toMs: Math.max(before.toMs, toMs) };
    else merged.push({ fromMs, toMs });
  }
  return merged;
}

interface Read {
  readonly events: number;
  /** Why not all was read, and up to when it was; null where it was. */
  readonly cut: string | null;
}

async function readInto(request: AccessLogGroupRequest, analysis: LogAnalysis): Promise<Read> {
  const { logs, logGroupName, maxBytes, isOver } = request;
  let events = 0;
  let bytes = 0;
  analysis.startFile(`cloudwatch://${logGroupName}`);
  for (const { fromMs, toMs } of stretchesToRead(request)) {
    let reachedMs = fromMs;
    for await (const page of logGroupPages({ logs, logGroupName, startMs: fromMs, endMs: toMs })) {
      analysis.feed(page.text);
      events += page.events;
      bytes += page.text.length;
      reachedMs = page.lastMs ?? reachedMs;
      const why = bytes >= maxBytes ? 'beyond the bytes allowed' : isOver() ? 'time was up' : null;
      if (why !== null && reachedMs < toMs) {
        analysis.endFile();
        return { events, cut: `what was logged after ${new Date(reachedMs).toISOString()}, ${why}` };
      }
    }
  }
  analysis.endFile();
  return { events, cut: null };
}

/**
 * Reads the access log of one load balancer out of a log group around its 502s, within a number of bytes and a time.
 *
 * @throws RemoteError where the credentials are missing, expired or refused; any other failure is a gap
 */
export async function readAccessLogGroup(request: AccessLogGroupRequest): Promise<AccessLogEvidence> {
  const { start, end, loadBalancerDimension, logGroupArn, region } = request;
  const window = { startSeconds: Date.parse(start) / 1000, endSeconds: Date.parse(end) / 1000 };
  const analysis = new LogAnalysis(
    { loadBalancer: loadBalancerDimension, ...window, unnamed: unnamedOf(request) },
    request.fields,
  );
  const call = {
    subject: 'access-log' as const,
    what: `access log in the log group ${request.logGroupName}`,
    action: 'logs:FilterLogEvents',
    resource: logGroupArn,
    region,
  };
  const reading = await attempt(call, () => readInto(request, analysis));
  if (reading.state === 'unknown') return { summary: null, gaps: [reading.gap] };
  const { events, cut } = reading.value;
  if (events === 0) return { summary: null, gaps: [nothingThere(logGroupArn)] };
  return evidenceOf(analysis, loadBalancerDimension, cut === null ? [] : [cut]);
}

const nothingThere = (logGroupArn: string) =>
  accessLogGap(
    'not-found',
    logGroupArn,
    'the log group has no event around the 502s yet; they arrive some minutes after the requests',
  );
