import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import type { CallLog } from './calls.ts';
import type { PublishedMessage } from './endpoint.ts';
import { AdaptiveClock } from './simulated-clock.ts';
import { type Bundles, CONSUMERS, type MonitorPlan, REGION, startMonitor } from './simulated-monitor.ts';

/** One run of the deployed functions over a simulated account. */
export interface Scenario {
  readonly loadBalancers: number;
  readonly groupsEach: number;
  readonly failing: number;
  /** Simulated minutes before the first 502; the first minute's beats fall into them. */
  readonly quietMinutes: number;
  /** Simulated minutes after it. */
  readonly failingMinutes: number;
  /** End as soon as every load balancer in trouble is announced. */
  readonly untilAllAnnounced: boolean;
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly listedAfterMs?: number;
}

const announcedSchema = z.object({ loadBalancerArn: z.string(), grouped: z.boolean() });
/** An incident that was announced, `grouped` where it was left to the summary of many. */
type Announced = z.infer<typeof announcedSchema>;

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
  /** Every announcement of an incident that was recorded. */
  readonly announced: readonly Announced[];
  /** By name: how often the topic took a message of its own that it is firing. */
  readonly firings: ReadonlyMap<string, number>;
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

const MINUTE_MS = 60_000;
/** How many times faster than real time it runs, as far as the machine can follow. */
const PACE = { origin: Date.parse('2026-11-20T10:00:00Z'), slowest: 0.25, fastest: 12 };

/**
 * Runs the bundles against a simulated account: the clock wakes screen every minute, and the queue hands
 * batches to investigate as an event source mapping does. Every process runs on the same clock.
 */
export async function runScenario(
  scenario: Scenario,
  bundles: Bundles,
  received: NonNullable<MonitorPlan['received']> = () => {},
): Promise<ScenarioResult> {
  const { failing, untilAllAnnounced } = scenario;
  const clock = new AdaptiveClock(PACE);
  const failingFrom = PACE.origin + (scenario.quietMinutes + 1) * MINUTE_MS;
  const monitor = await startMonitor({ ...scenario, failingFrom, received }, bundles, clock);
  const { now, queue, table, endpoint, state } = monitor;
  const isOver = (): boolean => untilAllAnnounced && failing > 0 && table.firstSeen('ACTIVE').size >= failing;
  const run = { over: false, deepest: 0, longest: 0 };
  const consume = async (process: number): Promise<void> => {
    while (!run.over) if ((await monitor.investigate(process)) === 0) await sleep(200 / clock.speed);
  };

  const startedAt = now();
  const consuming = Array.from({ length: CONSUMERS }, (_, process) => consume(process));
  const minutes = scenario.quietMinutes + 1 + scenario.failingMinutes;
  try {
    for (let minute = 0; minute < minutes && !isOver(); minute++) {
      const at = Math.ceil(startedAt / MINUTE_MS) * MINUTE_MS + minute * MINUTE_MS;
      await clock.sleepUntil(at);
      await monitor.screen();
      run.longest = Math.max(run.longest, now() - at);
      while (now() < at + MINUTE_MS - 1000 && !isOver()) {
        run.deepest = Math.max(run.deepest, queue.depth);
        await clock.sleepUntil(now() + 600);
      }
    }
  } finally {
    run.over = true;
    await Promise.allSettled(consuming);
    await monitor.stop();
    clock.stop();
  }
  return {
    scenario,
    log: endpoint.log,
    startedAt,
    visibleAt: failingFrom + 90_000,
    endedAt: now(),
    diagnosed: table.firstSeen('ACTIVE'),
    announced: table.contentsOf(`ANNOUNCED#${REGION}`).map((entry) => announcedSchema.parse(entry)),
    firings: firingsOf(endpoint.published),
    investigations: state.investigations,
    looks: endpoint.log.calls.filter(
      ({ api, throttled }) => api === 'elasticloadbalancing:DescribeListeners' && !throttled,
    ).length,
    deepestQueue: run.deepest,
    deadLetters: queue.deadLetters.length,
    errors: state.errors,
    rss: { screen: state.screenRss, investigate: state.investigateRss },
    longestScreenMs: run.longest,
    activeAtEnd: table.countOf('ACTIVE'),
  };
}

function firingsOf(published: readonly PublishedMessage[]): ReadonlyMap<string, number> {
  const firings = new Map<string, number>();
  for (const { attributes } of published) {
    if (attributes['event'] !== 'firing') continue;
    const name = attributes['loadBalancer'] ?? '';
    firings.set(name, (firings.get(name) ?? 0) + 1);
  }
  return firings;
}
