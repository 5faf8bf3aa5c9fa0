import type { HealthCheckLog } from '../../model/health-check-log.ts';
import type { AccessLogName } from '../reading/file-name.ts';
import type { Within } from '../reading/format/record.ts';
import { type HealthCheck, healthCheckOf, healthCheckOfRecord } from './line.ts';
import { HealthCheckTally } from './tally.ts';

/** Lines whose record or file names no load balancer: they are of any that is asked for. */
const ANY = '';
const MOST_LOAD_BALANCERS = 1000;

/** Reads the lines of health check logs among those of access logs, and keeps them by load balancer. */
export class HealthChecks {
  /** How many were read. */
  lines = 0;
  private readonly tallies = new Map<string, HealthCheckTally>();

  /**
   * @param isWanted - whether a time and a load balancer are asked for
   * @returns whether the line is one of a health check log
   */
  take(
    line: Within,
    file: AccessLogName | null,
    isWanted: (loadBalancer: string, atSeconds: number) => boolean,
  ): boolean {
    const check = 'entries' in line ? healthCheckOfRecord(line.entries) : healthCheckOf(line.text);
    if (check === null) return false;
    this.lines++;
    const loadBalancer = check.loadBalancer ?? file?.loadBalancer ?? ANY;
    if (isWanted(loadBalancer, check.atSeconds)) this.add(loadBalancer, check, file);
    return true;
  }

  private add(loadBalancer: string, check: HealthCheck, file: AccessLogName | null): void {
    let tally = this.tallies.get(loadBalancer);
    if (tally === undefined) {
      if (this.tallies.size >= MOST_LOAD_BALANCERS) return;
      tally = new HealthCheckTally();
      this.tallies.set(loadBalancer, tally);
    }
    tally.add(check, file?.nodeAddress ?? null);
  }

  /** The checks of one load balancer; null where no line was read. */
  of(loadBalancer: string): HealthCheckLog | null {
    return (this.tallies.get(loadBalancer) ?? this.tallies.get(ANY))?.log() ?? null;
  }

  /** Those of every load balancer, by its name; null where the lines and their file do not say it. */
  all(): readonly { readonly loadBalancer: string | null; readonly healthCheckLog: HealthCheckLog }[] {
    return [...this.tallies].map(([name, tally]) => ({
      loadBalancer: name === ANY ? null : name,
      healthCheckLog: tally.log(),
    }));
  }
}
