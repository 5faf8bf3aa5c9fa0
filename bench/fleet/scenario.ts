import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import type { CallLog } from './calls.ts';
import { type PublishedMessage, startEndpoint } from './endpoint.ts';
import { FifoQueue, type QueuedMessage } from './fifo-queue.ts';
import { type FastClock, type HostedFunction, hostFunction, timeOf } from './hosted-function.ts';
import { SimulatedFleet } from './simulated-fleet.ts';
import { SimulatedTable } from './table-api.ts';

/** One run of the deployed functions over a simulated account. */
export interface Scenario {
  readonly loadBalancers: number;
  readonly groupsEach: number;
  readonly troubled: number;
  /** Simulated minutes before the first 502; the first minute's beats fall into them. */
  readonly quietMinutes: number;
  /** Simulated minutes after it. */
  readonly troubledMinutes: number;
  /** End as soon as every load balancer in trouble is announced. */
  readonly untilAllTold: boolean;
  /** How much faster than real time it runs. */
  readonly speed: number;
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly listedAfterMs?: number;
}

/** What a run came to. Times are epoch milliseconds of the simulated clock. */
export interface ScenarioResult {
  readonly scenario: Scenario;
  readonly log: CallLog;
  /** When the first screening started. */
  readonly startedAt: number;
  /** When the first 502 could be read. */
  readonly visibleAt: number;
  readonly endedAt: number;
  /** By ARN: when its alert was first recorded. */
  readonly diagnosed: ReadonlyMap<string, number>;
  /** By name: when it was announced as firing by a message of its own, each time. */
  readonly firings: ReadonlyMap<string, readonly number[]>;
  /** ARNs that were left to the summary of a fleet-wide event. */
  readonly grouped: number;
  /** Messages handed out. */
  readonly investigations: number;
  /** Looks that were recorded; a message that was answered already needs none. */
  readonly looks: number;
  readonly deepestQueue: number;
  readonly deadLetters: number;
  readonly errors: readonly string[];
  /** Largest resident memory of a process of each function, bytes. */
  readonly rss: { readonly screen: number; readonly investigate: number };
  /** Simulated milliseconds of the longest screening. */
  readonly longestScreenMs: number;
  readonly activeAtEnd: number;
}

const REGION = 'eu-central-1';
const ACCOUNT = '123456789012';
const MINUTE_MS = 60_000;
/** As the stack deploys them; a test compares. */
export const CONSUMERS = 2;
export const BATCH = 10;
const VISIBILITY_MS = 6 * 120_000;

/** Paths of the bundles that run. */
export interface Bundles {
  readonly screen: string;
  readonly investigate: string;
}

const failuresSchema = z.object({ batchItemFailures: z.array(z.object({ itemIdentifier: z.string() })) });

/**
 * Runs the bundles against a simulated account: the clock wakes screen every minute, and the queue hands
 * batches to investigate as an event source mapping does. Every process runs on the same fast clock.
 */
export async function runScenario(scenario: Scenario, bundles: Bundles): Promise<ScenarioResult> {
  const clock: FastClock = {
    speed: scenario.speed,
    startedAt: Date.now(),
    origin: Date.parse('2026-11-20T10:00:00Z'),
  };
  const now = (): number => timeOf(clock);
  const troubledFrom = clock.origin + (scenario.quietMinutes + 1) * MINUTE_MS;
  const fleet = new SimulatedFleet({
    region: REGION,
    account: ACCOUNT,
    loadBalancers: scenario.loadBalancers,
    groupsEach: scenario.groupsEach,
    troubled: scenario.troubled,
    troubledFrom,
    listedAfterMs: scenario.listedAfterMs ?? 0,
  });
  const queue = new FifoQueue(VISIBILITY_MS, 5);
  const table = new SimulatedTable(now);
  const endpoint = await startEndpoint({ fleet, table, queue, now, latencyMs: 30 / scenario.speed });
  const environment = {
    AWS_REGION: REGION,
    AWS_ACCESS_KEY_ID: 'bench',
    AWS_SECRET_ACCESS_KEY: 'bench',
    ALB502_TABLE_NAME: 'table',
    ALB502_TOPIC_ARN: `arn:aws:sns:${REGION}:${ACCOUNT}:alerts`,
    ALB502_QUEUE_URL: `${endpoint.url}/screen/${ACCOUNT}/queue.fifo`,
    ALB502_DASHBOARD_URL: 'https://example.com',
    ALB502_SETTINGS: JSON.stringify(scenario.settings ?? {}),
  };
  const host = (name: 'screen' | 'investigate'): Promise<HostedFunction> =>
    hostFunction({
      bundle: bundles[name],
      name,
      environment: { ...environment, AWS_ENDPOINT_URL: `${endpoint.url}/${name}` },
      clock,
    });
  const [screen, ...consumers] = await Promise.all([
    host('screen'),
    ...Array.from({ length: CONSUMERS }, () => host('investigate')),
  ]);
  const state = { over: false, investigations: 0, deepest: 0, screenRss: 0, investigateRss: 0, longest: 0 };
  const errors: string[] = [];
  const sleepUntil = (at: number): Promise<void> => sleep(Math.max(0, (at - now()) / scenario.speed));
  const isOver = (): boolean =>
    scenario.untilAllTold && scenario.troubled > 0 && table.firstSeen('ACTIVE').size >= scenario.troubled;

  const consume = async (consumer: HostedFunction): Promise<void> => {
    while (!state.over) {
      const batch = queue.take(BATCH, now());
      if (batch.length === 0) {
        await sleep(200 / scenario.speed);
        continue;
      }
      state.investigations += batch.length;
      const { result, error, rss } = await consumer.invoke(sqsEvent(batch));
      state.investigateRss = Math.max(state.investigateRss, rss);
      const failed = failuresSchema.safeParse(result).data?.batchItemFailures ?? [];
      const failedIds =
        error === null ? failed.map(({ itemIdentifier }) => itemIdentifier) : batch.map(({ id }) => id);
      if (failedIds.length > 0) errors.push(`${failedIds.length} investigations failed ${error ?? ''}`);
      queue.settle(batch, new Set(failedIds));
    }
  };

  const startedAt = now();
  const consuming = consumers.map(consume);
  const minutes = scenario.quietMinutes + 1 + scenario.troubledMinutes;
  try {
    for (let minute = 0; minute < minutes; minute++) {
      // A second of real time and a half after the start everything is up; then on the minute, as the schedule.
      const at = Math.ceil(startedAt / MINUTE_MS) * MINUTE_MS + minute * MINUTE_MS;
      await sleepUntil(at);
      const { error, rss } = await screen.invoke({ source: 'aws.events' });
      state.longest = Math.max(state.longest, now() - at);
      state.screenRss = Math.max(state.screenRss, rss);
      if (error !== null) errors.push(`screen: ${error}`);
      for (let waited = 0; waited < 100 && now() < at + MINUTE_MS - 1000; waited++) {
        state.deepest = Math.max(state.deepest, queue.depth);
        if (isOver()) break;
        await sleep(600 / scenario.speed);
      }
      if (isOver()) break;
    }
  } finally {
    state.over = true;
    await Promise.allSettled(consuming);
    for (const hosted of [screen, ...consumers]) hosted?.stop();
    await endpoint.stop();
  }
  return {
    scenario,
    log: endpoint.log,
    startedAt,
    visibleAt: troubledFrom + 90_000,
    endedAt: now(),
    diagnosed: table.firstSeen('ACTIVE'),
    firings: firingsOf(endpoint.published),
    grouped: endpoint.published.filter(({ attributes }) => attributes['group'] === 'true').length,
    investigations: state.investigations,
    looks: endpoint.log.calls.filter(({ api }) => api === 'elasticloadbalancing:DescribeListeners').length,
    deepestQueue: state.deepest,
    deadLetters: queue.deadLetters.length,
    errors,
    rss: { screen: state.screenRss, investigate: state.investigateRss },
    longestScreenMs: state.longest,
    activeAtEnd: table.countOf('ACTIVE'),
  };
}

function firingsOf(published: readonly PublishedMessage[]): ReadonlyMap<string, readonly number[]> {
  const firings = new Map<string, number[]>();
  for (const { at, attributes } of published) {
    if (attributes['event'] !== 'firing') continue;
    const name = attributes['loadBalancer'] ?? '';
    firings.set(name, [...(firings.get(name) ?? []), at]);
  }
  return firings;
}

const sqsEvent = (batch: readonly QueuedMessage[]) => ({
  Records: batch.map(({ id, body, group, receives }) => ({
    messageId: id,
    receiptHandle: id,
    body,
    attributes: {
      ApproximateReceiveCount: String(receives),
      SentTimestamp: '0',
      SenderId: 'screen',
      ApproximateFirstReceiveTimestamp: '0',
      MessageGroupId: group,
    },
    messageAttributes: {},
    md5OfBody: '',
    eventSource: 'aws:sqs',
    eventSourceARN: `arn:aws:sqs:${REGION}:${ACCOUNT}:queue.fifo`,
    awsRegion: REGION,
  })),
});
