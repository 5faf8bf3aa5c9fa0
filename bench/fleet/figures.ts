import { isRead, lostToThrottling, type RecordedCall } from './calls.ts';
import type { ScenarioResult } from './scenario.ts';

/** What one scenario is judged by. */
export interface Figures {
  readonly loadBalancers: number;
  readonly failing: number;
  /** Calls of screen in a minute without a slow beat; null where there was none. */
  readonly quietMinuteCalls: number | null;
  /** Reads of the account for one look, on average; the look-ups of the trail, shared by all, left out. */
  readonly readsPerLook: number;
  readonly elbThrottled: number;
  /** Throttled calls that were never made again with success. */
  readonly lost: number;
  /** Seconds from the screening that saw the trouble to the last diagnosis; null where there was no trouble. */
  readonly secondsToLast: number | null;
  /**
   * In trouble and never diagnosed, or neither announced nor left to a summary, or announced by a message that was not
   * sent.
   */
  readonly missed: number;
  /** Load balancers whose incident was announced, or told by a message of its own, more than once. */
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
  const { scenario, log, diagnosed } = result;
  const looks = Math.max(1, result.looks);
  const reads = log.calls.filter((call) => call.caller === 'investigate' && isRead(call)).length;
  const times = [...diagnosed.values()];
  const seen = firstScreeningAfter(result);
  return {
    loadBalancers: scenario.loadBalancers,
    failing: scenario.failing,
    quietMinuteCalls: quietMinute(result)?.length ?? null,
    readsPerLook: reads / looks,
    elbThrottled: log.calls.filter(
      ({ api, throttled }) => throttled && api.startsWith('elasticloadbalancing:'),
    ).length,
    lost: lostToThrottling(log.calls),
    secondsToLast: times.length === 0 ? null : (Math.max(...times) - seen) / 1000,
    missed: Math.max(0, scenario.failing - times.length) + unannounced(result),
    wrong: Math.max(0, times.length - scenario.failing),
    twice: announcedTwice(result),
    deepestQueue: result.deepestQueue,
    longestScreenSeconds: result.longestScreenMs / 1000,
    screenMb: result.rss.screen / 1e6,
    investigateMb: result.rss.investigate / 1e6,
    failures: result.errors.length + result.deadLetters,
  };
}

/** As messages name a load balancer. */
const nameOf = (arn: string): string => arn.split(':loadbalancer/').at(-1) ?? arn;

/** Diagnosed, and nobody was told, in a message of its own or as one of many. */
function unannounced({ diagnosed, announced, firings }: ScenarioResult): number {
  const grouped = announced.filter(
    ({ loadBalancerArn, grouped }) => grouped || firings.has(nameOf(loadBalancerArn)),
  );
  const arns = new Set(grouped.map(({ loadBalancerArn }) => loadBalancerArn));
  return [...diagnosed.keys()].filter((arn) => !arns.has(arn)).length;
}

function announcedTwice({ announced, firings }: ScenarioResult): number {
  const names = announced.map(({ loadBalancerArn }) => nameOf(loadBalancerArn));
  const repeated = names.filter((name, index) => names.indexOf(name) !== index);
  const messages = [...firings].flatMap(([name, count]) => (count > 1 ? [name] : []));
  return new Set([...repeated, ...messages]).size;
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
