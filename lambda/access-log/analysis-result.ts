import type { AccessLogSummary } from '../model/access-log-summary.ts';
import type { HealthChecks } from './health-check/health-checks.ts';
import type { LinesOutside } from './tally/lines-outside.ts';

/** A line that could not be used. */
export interface RejectedLine {
  readonly file: string;
  /** Counted from 1; 0 where the file as a whole could not be read. */
  readonly line: number;
  readonly reason: string;
}

/** Everything that was read. */
export interface AccessLogReading {
  /** Lines that are not empty, rejected ones included. */
  readonly linesRead: number;
  readonly linesRejected: number;
  /** The first 1000. */
  readonly rejected: readonly RejectedLine[];
  /** How many lines were rejected for each reason. */
  readonly reasons: ReadonlyMap<string, number>;
  /** Lines of other load balancers or times than asked for. */
  readonly linesOutside: number;
  /** How many records lacked a field that conclusions need, by its name: they are counted, and that is all. */
  readonly absentFields: ReadonlyMap<string, number>;
  /** What those lines are of. */
  readonly outside: LinesOutside;
  /** Lines of health check logs that were among them. */
  readonly healthChecks: HealthChecks;
  /** Most 502s first. */
  readonly loadBalancers: readonly AccessLogSummary[];
}
