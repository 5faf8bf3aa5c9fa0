import { isRead, type RecordedCall } from './calls.ts';
import type { ScenarioResult } from './scenario.ts';

/** What one scenario is judged by. */
export interface Figures {
  readonly loadBalancers: number;
  readonly troubled: number;
  /** Calls of screen in a minute without a slow beat; null where there was none. */
  readonly quietMinuteCalls: number | null;
  /** Reads of the account for one look, on average; the look-ups of the trail, shared by all, left out. */
  readonly readsPerLook: number;
  readonly elbThrottled: number;
  /** Seconds from the screening that saw the trouble to the last diagnosis; null where there was no trouble. */
  readonly secondsToLast: number | null;
  /** In trouble and never diagnosed. */
  readonly missed: number;
  /** Announced as firing more than once. */
  readonly twice: number;
  /** Quiet and diagnosed as failing. */
  readonly wrong: number;
  readonly deepestQueue: number;
  readonly longestScreenSeconds: number;
  readonly screenMb: number;
  readonly investigateMb: number;
  /** Failures of a run, and messages given up. */
  readonly failures: number;
}

const MINUTE_MS = 60_000;
const ASKING_FOR_LOOKS = ['sqs:SendMessageBatch', 'dynamodb:PutItem'];

/** Reduces a run to its figures. */
export function figuresOf(result: ScenarioResult): Figures {
  const { scenario, log, diagnosed, firings } = result;
  const looks = Math.max(1, result.looks);
  const reads = log.calls.filter((call) => call.caller === 'investigate' && isRead(call)).length;
  const times = [...diagnosed.values()];
  const seen = firstScreeningAfter(result);
  return {
    loadBalancers: scenario.loadBalancers,
    troubled: scenario.troubled,
    quietMinuteCalls: quietMinute(result)?.length ?? null,
    readsPerLook: reads / looks,
    elbThrottled: log.calls.filter(
      ({ api, throttled }) => throttled && api.startsWith('elasticloadbalancing:'),
    ).length,
    secondsToLast: times.length === 0 ? null : (Math.max(...times) - seen) / 1000,
    missed: Math.max(0, scenario.troubled - times.length),
    wrong: Math.max(0, times.length - scenario.troubled),
    twice: [...firings.values()].filter((announced) => announced.length > 1).length,
    deepestQueue: result.deepestQueue,
    longestScreenSeconds: result.longestScreenMs / 1000,
    screenMb: result.rss.screen / 1e6,
    investigateMb: result.rss.investigate / 1e6,
    failures: result.errors.length + result.deadLetters,
  };
}

/** The start of the first minute whose screening could see the 502s. */
const firstScreeningAfter = ({ visibleAt }: ScenarioResult): number =>
  Math.ceil(visibleAt / MINUTE_MS) * MINUTE_MS;

/**
 * The calls of screen in the last minute before the trouble, without those that ask for looks at quiet configurations:
 * these are a slow beat, spread over many minutes.
 */
export function quietMinute({ log, visibleAt }: ScenarioResult): readonly RecordedCall[] | null {
  const end = Math.floor(visibleAt / MINUTE_MS) * MINUTE_MS;
  const calls = log.calls.filter(
    ({ caller, api, at }) =>
      caller === 'screen' && at >= end - MINUTE_MS && at < end && !ASKING_FOR_LOOKS.includes(api),
  );
  return calls.length === 0 ? null : calls;
}

/** Calls by API per simulated minute of the whole run. */
export function callsPerMinute({ log, startedAt, endedAt }: ScenarioResult): ReadonlyMap<string, number> {
  const minutes = Math.max(1, (endedAt - startedAt) / MINUTE_MS);
  return new Map([...log.countByApi(() => true)].map(([api, count]) => [api, count / minutes]));
}
