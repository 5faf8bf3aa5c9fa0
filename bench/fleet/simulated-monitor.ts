import * as z from 'zod';
import { type Endpoint, type SimulatedAccount, startEndpoint } from './endpoint.ts';
import { FifoQueue, type QueuedMessage } from './fifo-queue.ts';
import { type HostedFunction, hostFunction } from './hosted-function.ts';
import type { AdaptiveClock } from './simulated-clock.ts';
import { SimulatedFleet } from './simulated-fleet.ts';
import { SimulatedTable } from './table-api.ts';

/** Paths of the bundles that run. */
export interface Bundles {
  readonly screen: string;
  readonly investigate: string;
}

/** The account that the monitor is put into. */
export interface MonitorPlan {
  readonly loadBalancers: number;
  readonly groupsEach: number;
  readonly failing: number;
  /** Epoch milliseconds of the first 502. */
  readonly failingFrom: number;
  readonly listedAfterMs?: number;
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly received?: NonNullable<SimulatedAccount['received']>;
}

/** What the functions came to so far. */
export interface MonitorState {
  /** Messages handed out. */
  investigations: number;
  readonly errors: string[];
  /** Largest resident memory of a process of each function, bytes. */
  screenRss: number;
  investigateRss: number;
}

/** The deployed functions in processes of their own, and the account that they see. */
export interface SimulatedMonitor {
  readonly now: () => number;
  readonly fleet: SimulatedFleet;
  readonly endpoint: Endpoint;
  readonly queue: FifoQueue;
  readonly table: SimulatedTable;
  readonly state: MonitorState;
  /** One beat of the schedule. */
  screen(): Promise<void>;
  /**
   * Hands one batch to one process of investigate, as an event source mapping does.
   *
   * @returns how many messages it held; 0 where none waits
   */
  investigate(process: number): Promise<number>;
  stop(): Promise<void>;
}

/** Where everything happens. */
export const REGION = 'eu-central-1';
const ACCOUNT = '123456789012';
/** As the stack deploys them: processes at once, messages of a batch, and how long a taken message is hidden. */
export const CONSUMERS = 2;
export const BATCH = 10;
const VISIBILITY_MS = 6 * 120_000;
/** What a call to AWS takes within a region. */
const LATENCY_MS = 30;

const failuresSchema = z.object({ batchItemFailures: z.array(z.object({ itemIdentifier: z.string() })) });

/** Starts everything; stop it whatever happens. */
export async function startMonitor(
  plan: MonitorPlan,
  bundles: Bundles,
  clock: AdaptiveClock,
): Promise<SimulatedMonitor> {
  const now = (): number => clock.now();
  const fleet = new SimulatedFleet({ listedAfterMs: 0, ...plan, region: REGION, account: ACCOUNT });
  const queue = new FifoQueue(VISIBILITY_MS, 5);
  const table = new SimulatedTable(now);
  const endpoint = await startEndpoint({
    fleet,
    table,
    queue,
    now,
    latencyMs: () => LATENCY_MS / clock.speed,
    ...(plan.received === undefined ? {} : { received: plan.received }),
  });
  const host = (name: 'screen' | 'investigate'): Promise<HostedFunction> => {
    const environment = {
      AWS_REGION: REGION,
      AWS_ENDPOINT_URL: `${endpoint.url}/${name}`,
      AWS_ACCESS_KEY_ID: 'bench',
      AWS_SECRET_ACCESS_KEY: 'bench',
      ALB502_TABLE_NAME: 'table',
      ALB502_TOPIC_ARN: `arn:aws:sns:${REGION}:${ACCOUNT}:alerts`,
      ALB502_QUEUE_URL: `${endpoint.url}/${name}/${ACCOUNT}/queue.fifo`,
      ALB502_DASHBOARD_URL: 'https://example.com',
      ALB502_SETTINGS: JSON.stringify(plan.settings ?? {}),
    };
    return hostFunction({ bundle: bundles[name], name, environment, clock });
  };
  const [screen, ...consumers] = await Promise.all([
    host('screen'),
    ...Array.from({ length: CONSUMERS }, () => host('investigate')),
  ]);
  const state: MonitorState = { investigations: 0, errors: [], screenRss: 0, investigateRss: 0 };
  return {
    ...{ now, fleet, endpoint, queue, table, state },
    screen: async () => {
      const { error, rss } = await screen.invoke({ source: 'aws.events' });
      state.screenRss = Math.max(state.screenRss, rss);
      if (error !== null) state.errors.push(`screen: ${error}`);
    },
    investigate: async (process) => {
      const batch = queue.take(BATCH, now());
      const consumer = consumers[process];
      if (batch.length === 0 || !consumer) return 0;
      state.investigations += batch.length;
      const { result, error, rss } = await consumer.invoke(sqsEvent(batch));
      state.investigateRss = Math.max(state.investigateRss, rss);
      const failed = failuresSchema.safeParse(result).data?.batchItemFailures ?? [];
      const reported = failed.map(({ itemIdentifier }) => itemIdentifier);
      const failedIds = error === null ? reported : batch.map(({ id }) => id);
      if (failedIds.length > 0) state.errors.push(`${failedIds.length} investigations failed ${error ?? ''}`);
      queue.settle(batch, new Set(failedIds));
      return batch.length;
    },
    stop: async () => {
      for (const hosted of [screen, ...consumers]) hosted.stop();
      await endpoint.stop();
    },
  };
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
