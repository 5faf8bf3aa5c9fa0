import { EventQueue } from './event-queue.ts';
import type { Group } from './group.ts';
import { type BalancerSettings, LoadBalancer } from './load-balancer.ts';
import { type Logged, letterhead, logLine } from './log-line.ts';
import type { Random } from './random.ts';
import type { Truth } from './request.ts';

/** What a source of traffic or trouble may touch. */
export interface Stage {
  readonly queue: EventQueue;
  readonly balancer: LoadBalancer;
  readonly random: Random;
  readonly endSeconds: number;
}

/** Plans its first events; later ones follow from those. */
export type Source = (stage: Stage) => void;

/** A world, drawn and ready to run. */
export interface Scenario {
  readonly settings: BalancerSettings;
  readonly groups: readonly Group[];
  readonly sources: readonly Source[];
  readonly endSeconds: number;
  /** Which lines reach the log. */
  readonly keeps?: (logged: Logged, random: Random) => boolean;
}

export interface SimulatedLog {
  readonly lines: readonly string[];
  /** How many failures in the log have each truth. */
  readonly truths: ReadonlyMap<Truth, number>;
}

export function simulate(scenario: Scenario, random: Random): SimulatedLog {
  const queue = new EventQueue();
  const head = letterhead(random);
  const written: { readonly at: number; readonly line: string }[] = [];
  const truths = new Map<Truth, number>();
  const balancer = new LoadBalancer(scenario.settings, queue, random, (logged, truth) => {
    if (scenario.keeps && !scenario.keeps(logged, random)) return;
    written.push({ at: logged.endedAt, line: logLine(logged, head, random) });
    if (truth !== null) truths.set(truth, (truths.get(truth) ?? 0) + 1);
  });
  balancer.groups.push(...scenario.groups);
  const stage = { queue, balancer, random, endSeconds: scenario.endSeconds };
  for (const source of scenario.sources) source(stage);
  queue.run(scenario.endSeconds);
  written.sort((a, b) => a.at - b.at);
  return { lines: written.map(({ line }) => line), truths };
}
