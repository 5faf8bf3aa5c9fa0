import {
  type CloudWatchLogsClient,
  type FilteredLogEvent,
  FilterLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import type { Stretch } from '../diagnose/bundle/backend-log-windows.ts';
import { backendFilterPattern, backendPatternOf } from '../diagnose/bundle/backend-patterns.ts';
import type { BackendLogMatch, Gap } from '../model/evidence.ts';
import { redactedLine } from '../model/redacted-line.ts';
import { inTextOrder } from '../model/text-order.ts';
import { answered, attempt, type ReadCall } from './aws-failure.ts';

/** What the targets' logs gave: lines that are known to come with 502s, and what could not be read. */
export interface BackendLogEvidence {
  readonly matches: readonly BackendLogMatch[];
  readonly gaps: readonly Gap[];
}

/** Which log groups to read, in which stretches of time. */
export interface BackendLogRequest {
  readonly logs: CloudWatchLogsClient;
  readonly region: string;
  readonly account: string;
  /** Names of log groups. */
  readonly logGroups: readonly string[];
  /** The stretches to read, oldest first. */
  readonly windows: readonly Stretch[];
  /** Says that the time is up. */
  readonly isOver: () => boolean;
}

/** Target groups of one load balancer seldom log to more groups; the rest is named as left out. */
const MOST_LOG_GROUPS = 3;
/** A page of a search may be empty although more follow: CloudWatch answers after a while whatever it found. */
const PAGES_PER_WINDOW = 4;
const LINES_PER_PAGE = 100;
/** Of each pattern so many lines a minute are kept; the count of more says nothing more. */
const LINES_PER_MINUTE = 3;
/** Lines kept of all. */
const MOST_LINES = 60;

interface GroupLines {
  readonly matches: readonly BackendLogMatch[];
  /** Not every line was read. */
  readonly cut: boolean;
}

/**
 * Reads the lines that are known to come with 502s out of the logs of targets, in the stretches given and nowhere
 * else: a few pages a stretch, as long as there is time. Lines are redacted here; nothing else of them is kept.
 *
 * @throws RemoteError where the credentials are missing, expired or refused
 */
export async function readBackendLogs(request: BackendLogRequest): Promise<BackendLogEvidence> {
  const matches: BackendLogMatch[] = [];
  const gaps: Gap[] = [];
  const wanted = [...new Set(request.logGroups)];
  for (const logGroup of wanted.slice(0, MOST_LOG_GROUPS)) {
    const call = callOf(request, logGroup);
    const reading = await attempt(call, () => readLogGroup(request, logGroup));
    if (reading.state === 'unknown') {
      gaps.push(reading.gap);
      continue;
    }
    matches.push(...reading.value.matches);
    if (reading.value.cut)
      gaps.push(leftOut(call, 'more lines than an investigation reads; the rest was left out'));
  }
  for (const logGroup of wanted.slice(MOST_LOG_GROUPS))
    gaps.push(leftOut(callOf(request, logGroup), `only ${MOST_LOG_GROUPS} log groups are read at a time`));
  return { matches: fewOf(matches), gaps };
}

const callOf = ({ region, account }: BackendLogRequest, logGroup: string): ReadCall => ({
  subject: 'backend-log',
  what: `the log of the targets in ${logGroup}`,
  action: 'logs:FilterLogEvents',
  resource: `arn:${region.startsWith('cn-') ? 'aws-cn' : region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws'}:logs:${region}:${account}:log-group:${logGroup}`,
  region,
});

function leftOut({ subject, what, action, resource }: ReadCall, reason: string): Gap {
  return { subject, what, metrics: [], action, resource, kind: 'failed', reason };
}

async function readLogGroup(request: BackendLogRequest, logGroup: string): Promise<GroupLines> {
  const matches: BackendLogMatch[] = [];
  let cut = false;
  for (const window of request.windows) {
    const found = await readWindow(request, logGroup, window);
    matches.push(...found.matches);
    cut ||= found.cut;
  }
  return { matches, cut };
}

async function readWindow(
  { logs, isOver }: BackendLogRequest,
  logGroupName: string,
  { fromMs, toMs }: Stretch,
): Promise<GroupLines> {
  const matches: BackendLogMatch[] = [];
  let nextToken: string | undefined;
  for (let page = 0; page < PAGES_PER_WINDOW; page++) {
    if (isOver()) return { matches, cut: true };
    const answer = await logs.send(
      new FilterLogEventsCommand({
        logGroupName,
        startTime: fromMs,
        endTime: toMs,
        filterPattern: backendFilterPattern(),
        limit: LINES_PER_PAGE,
        ...(nextToken === undefined ? {} : { nextToken }),
      }),
    );
    for (const event of answered(answer.events)) matches.push(...matchOf(event, logGroupName));
    nextToken = answer.nextToken;
    if (nextToken === undefined) return { matches, cut: false };
  }
  return { matches, cut: true };
}

function matchOf({ message, timestamp }: FilteredLogEvent, logGroup: string): BackendLogMatch[] {
  if (message === undefined || timestamp === undefined) return [];
  const pattern = backendPatternOf(message);
  if (pattern === null) return [];
  const at = new Date(timestamp).toISOString();
  return [{ at, logGroup, pattern: pattern.name, line: redactedLine(message) }];
}

/** A few lines of each pattern and minute, so that a flood of one kind does not hide another; oldest first. */
function fewOf(matches: readonly BackendLogMatch[]): readonly BackendLogMatch[] {
  const counted = new Map<string, number>();
  const ranked = matches.map((match) => {
    const key = `${match.pattern} ${match.at.slice(0, 16)}`;
    const rank = (counted.get(key) ?? 0) + 1;
    counted.set(key, rank);
    return { match, rank };
  });
  return ranked
    .filter(({ rank }) => rank <= LINES_PER_MINUTE)
    .sort((left, right) => left.rank - right.rank || inTextOrder(left.match.at, right.match.at))
    .slice(0, MOST_LINES)
    .map(({ match }) => match)
    .sort((left, right) => inTextOrder(left.at, right.at));
}
