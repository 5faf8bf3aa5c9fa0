import { readMetricSums } from '../observe/metric-sums.reader.ts';
import { type Examined, hoursBefore } from './check.ts';

/** How often a function ran, and how often it failed. */
export interface Runs {
  readonly invocations: number;
  readonly errors: number;
  readonly throttles: number;
}

/**
 * What Lambda counted of a function.
 *
 * @throws RemoteError where the metrics cannot be read
 */
export async function runsOf(
  { region, now, options }: Examined,
  functionName: string,
  hours: number,
): Promise<Runs> {
  const names = ['Invocations', 'Errors', 'Throttles'];
  const [invocations, errors, throttles] = await readMetricSums(
    names.map((name) => ({ namespace: 'AWS/Lambda', name, dimensions: { FunctionName: functionName } })),
    { region, start: hoursBefore(now, hours), end: now.toISOString() },
    options,
  );
  return { invocations: invocations ?? 0, errors: errors ?? 0, throttles: throttles ?? 0 };
}

/** Where a function's own words are. */
export const logOf = (functionName: string): string => `aws logs tail /aws/lambda/${functionName} --since 1h`;
