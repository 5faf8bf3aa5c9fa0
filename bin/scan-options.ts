import type { ReportOptions } from './report-options.ts';

/** What the command line asks of a scan. */
export interface ScanOptions extends ReportOptions {
  readonly region: readonly string[];
  readonly allRegions?: true;
  readonly loadBalancer: readonly string[];
  readonly since: number;
  readonly save?: string;
  readonly accessLogs?: true;
  readonly backendLogs?: true;
  readonly images?: true;
  readonly ask?: true;
  readonly endpointUrl?: string;
  readonly profile?: string;
}
