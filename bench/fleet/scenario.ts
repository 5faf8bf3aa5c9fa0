import { setTimeout as sleep } from 'node:timers/promises';
import type { CallLog } from './calls.ts';
import type { PublishedMessage } from './endpoint.ts';
import type { FastClock } from './hosted-function.ts';
import { type Bundles, CONSUMERS, startMonitor } from './simulated-monitor.ts';

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

/**
 * Runs the bundles against a simulated account: the clock wakes screen every minute, and the queue hands
 * batches to investigate as an event source mapping does. Every process runs on the same fast clock.
 */
export async function runScenario(scenario: Scenario, bundles: Bundles): Promise<ScenarioResult> {
  const { speed, troubled, untilAllTold } = scenario;
  const clock: FastClock = { speed, startedAt: Date.now(), origin: Date.parse('2026-11-20T10:00:00Z') };
  const troubledFrom = clock.origin + (scenario.quietMinutes + 1) * MINUTE_MS;
  const monitor = await startMonitor({ ...scenario, troubledFrom }, bundles, clock);
  const { now, queue, table, endpoint, state } = monitor;
  const isOver = (): boolean => untilAllTold && troubled > 0 && table.firstSeen('ACTIVE').size >= troubled;
  const run = { over: false, deepest: 0, longest: 0 };
  const consume = async (process: number): Promise<void> => {
    while (!run.over) if ((await monitor.investigate(process)) === 0) await sleep(200 / speed);
  };

  const startedAt = now();
  const consuming = Array.from({ length: CONSUMERS }, (_, process) => consume(process));
  const minutes = scenario.quietMinutes + 1 + scenario.troubledMinutes;
  try {
    for (let minute = 0; minute < minutes && !isOver(); minute++) {
      const at = Math.ceil(startedAt / MINUTE_MS) * MINUTE_MS + minute * MINUTE_MS;
      await sleep(Math.max(0, (at - now()) / speed));
      await monitor.screen();
      run.longest = Math.max(run.longest, now() - at);
      for (let waited = 0; waited < 100 && now() < at + MINUTE_MS - 1000 && !isOver(); waited++) {
        run.deepest = Math.max(run.deepest, queue.depth);
        await sleep(600 / speed);
      }
    }
  } finally {
    run.over = true;
    await Promise.allSettled(consuming);
    await monitor.stop();
  }
  return {
    scenario,
    log: endpoint.log,
    startedAt,
    visibleAt: troubledFrom + 90_000,
    endedAt: now(),
    diagnosed: table.firstSeen('ACTIVE'),
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

function firingsOf(published: readonly PublishedMessage[]): ReadonlyMap<string, readonly number[]> {
  const firings = new Map<string, number[]>();
  for (const { at, attributes } of published) {
    if (attributes['event'] !== 'firing') continue;
    const name = attributes['loadBalancer'] ?? '';
    firings.set(name, [...(firings.get(name) ?? []), at]);
  }
  return firings;
}
