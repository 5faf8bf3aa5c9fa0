import type { AccessLogReading } from '../../lambda/access-log/analysis-result.ts';
import { nameOfLogged } from '../../lambda/model/logged-name.ts';

/** What was asked for. */
export interface Asked {
  readonly paths: readonly string[];
  /** Files that were left out by their names; they are among the rejected lines. */
  readonly skipped: number;
  readonly loadBalancer: string | undefined;
}

const MOST_NAMES = 5;

const iso = (seconds: number): string => new Date(seconds * 1000).toISOString().replace(/\.\d+Z$/, 'Z');

/** What the log holds instead of what was asked for. */
function held({ outside, linesOutside }: AccessLogReading): string {
  const names = outside.loadBalancers;
  const shown = names.slice(0, MOST_NAMES).map(nameOfLogged).join(', ');
  const more = names.length > MOST_NAMES ? ` and ${names.length - MOST_NAMES} more` : '';
  return `the log holds ${linesOutside} ${linesOutside === 1 ? 'line' : 'lines'} of ${shown}${more}, from ${iso(outside.firstSeconds)} to ${iso(outside.lastSeconds)}`;
}

/** Why a log without a 502 is no all-clear: nothing of it was read, or not all. Null where it is one. */
export function allClearProblem(
  reading: AccessLogReading,
  { paths, skipped, loadBalancer }: Asked,
): string | null {
  const first = reading.rejected.find(({ line }) => line > 0) ?? reading.rejected[0];
  const where = first ? `${first.file}${first.line > 0 ? `:${first.line}` : ''}: ${first.reason}` : '';
  const unread = reading.linesRejected - skipped;
  if (reading.loadBalancers.length > 0)
    return unread > 0
      ? `no 502 in what was read, but ${unread === 1 ? 'a line or file' : `${unread} lines or files`} could not be read; ${where}`
      : null;
  if (reading.linesOutside > 0) {
    const isThere = reading.outside.loadBalancers.some(
      (name) => name === loadBalancer || name.split('/')[1] === loadBalancer,
    );
    const asked =
      loadBalancer === undefined || isThere
        ? 'is in the time asked for'
        : `is of the load balancer ${JSON.stringify(loadBalancer)}`;
    return `no line ${asked}: ${held(reading)}`;
  }
  const { lines } = reading.healthChecks;
  if (lines > 0) {
    const none =
      reading.healthChecks.all().length === 0 ? ', none of the load balancer and time asked for' : '';
    const rest =
      unread > 0
        ? `; ${unread === 1 ? 'a line or file' : `${unread} lines or files`} could not be read; ${where}`
        : '';
    return `only health checks are in it (${lines} ${lines === 1 ? 'line' : 'lines'}${none}), so nothing is known of 502s; give the access log of the same time beside them${rest}`;
  }
  if (reading.linesRead === 0 && unread === 1) return where;
  if (reading.linesRejected > 0) return `no line is an ALB access-log line; ${where}`;
  return `${paths.join(', ')}: empty, there is no line to read`;
}
