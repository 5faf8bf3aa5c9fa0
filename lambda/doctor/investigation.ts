import { OWN_METRICS } from '../env.ts';
import { readMetricSums } from '../observe/metric-sums.reader.ts';
import {
  type Check,
  type CheckResult,
  counted,
  type Examined,
  hoursBefore,
  ok,
  outputOf,
  problem,
  skipped,
} from './check.ts';
import { logOf, runsOf } from './function-runs.ts';

const HOURS = 24;

/** The investigate function looks at load balancers, and may read what it needs. */
export const investigationCheck: Check = {
  id: 'investigation',
  title: 'the last day of investigations',
  run: async (examined) => {
    const name = outputOf(examined, 'InvestigateFunctionName');
    const [{ invocations, errors }, fleet] = await Promise.all([
      runsOf(examined, name, HOURS),
      examined.store.fleet(),
    ]);
    if (errors > 0)
      return [problem(`${errors} of ${invocations} runs failed in 24 hours`, `read why: ${logOf(name)}`)];
    if (invocations === 0 && fleet.length === 0)
      return [skipped('nothing was looked at yet: the first look at every load balancer comes within a day')];
    if (invocations === 0)
      return [
        problem(
          `no run in 24 hours, with ${counted(fleet.length, 'load balancer')} known`,
          'check that the event source mapping of the function is enabled, and the queue below',
        ),
      ];
    return [
      ok(
        `${counted(invocations, 'run')} in 24 hours, none failed; ${counted(fleet.length, 'load balancer')} known`,
      ),
      await failedReads(examined, name),
    ];
  },
};

/** What the function's own role could not read: only the function itself can tell. */
async function failedReads(examined: Examined, functionName: string): Promise<CheckResult> {
  const { region, now, options } = examined;
  const dimensions = { [OWN_METRICS.dimension]: outputOf(examined, 'StateTableName') };
  const [failed] = await readMetricSums(
    [{ namespace: OWN_METRICS.namespace, name: OWN_METRICS.failedReads, dimensions }],
    { region, start: hoursBefore(now, HOURS), end: now.toISOString() },
    options,
  );
  if (failed === null || failed === undefined)
    return skipped('how many reads failed is not counted: selfMonitoring is off, or no look was finished');
  return failed === 0
    ? ok('every read of the function was answered')
    : problem(
        `${failed} reads of the function were denied, throttled or failed in 24 hours`,
        `its log names them, field "gaps": ${logOf(functionName)}`,
      );
}
