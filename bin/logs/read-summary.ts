import type { AccessLogReading } from '../../lambda/access-log/analysis-result.ts';
import { absentFieldGaps } from '../../lambda/observe/access-log-reading.ts';
import { printJson, printText, proseColumns } from '../terminal.ts';
import { logsDocument } from './json.ts';
import { renderLogs } from './report.ts';
import { type LogVerdict, verdictOf } from './verdict.ts';

/** How to tell. */
export interface OutputOptions {
  /** Of the load balancer; null where it was not given. */
  readonly idleTimeoutSeconds: number | null;
  readonly json: boolean;
}

/** What the lines of each load balancer come to. */
export const verdictsOf = (
  reading: AccessLogReading,
  idleTimeoutSeconds: number | null,
): readonly LogVerdict[] =>
  reading.loadBalancers.map((summary) =>
    verdictOf(
      summary,
      idleTimeoutSeconds,
      reading.healthChecks.of(summary.loadBalancer),
      absentFieldGaps(reading, summary.loadBalancer),
      new Date().toISOString(),
    ),
  );

/** Says on stdout what the logs come to. */
export function printSummary(
  reading: AccessLogReading,
  { idleTimeoutSeconds, json }: OutputOptions,
): readonly LogVerdict[] {
  const verdicts = verdictsOf(reading, idleTimeoutSeconds);
  if (json) printJson(logsDocument(reading, verdicts));
  else printText(renderLogs(reading, verdicts, { idleTimeoutSeconds, columns: proseColumns() }));
  return verdicts;
}
