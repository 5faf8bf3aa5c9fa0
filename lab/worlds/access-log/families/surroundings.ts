import type { Random } from '../random.ts';
import { APPLICATIONS, type Application, type Route } from '../routes.ts';
import type { GroupSpec, Scenario } from '../scenario.ts';
import type { Cycle, Traffic, Users } from '../traffic.ts';

/** A world as it is being drawn: a scenario that may still be changed. */
export interface Draft {
  durationSeconds: number;
  nodes: number;
  idleTimeoutSeconds: number;
  /** Whether whoever reads the log knows the idle timeout. */
  idleTimeoutGiven: boolean;
  clientProtocol: 'http' | 'https' | 'h2';
  traffic: Traffic[];
  groups: [GroupSpec, ...GroupSpec[]];
  retries: { readonly share: number; readonly afterSeconds: number } | null;
  seenBy: 'fin' | 'rst';
}

/** What a family asks of its surroundings; all else is drawn. */
export interface Asked {
  readonly targets?: number;
  readonly nodes?: number;
  readonly rate?: number;
  readonly lines?: number;
  readonly serviceSeconds?: number;
  readonly roundTripSeconds?: number;
  readonly application?: Application;
  readonly keepAliveSeconds?: number | null;
  readonly idleTimeoutSeconds?: number;
  readonly cycle?: Cycle | null;
  /** Pollers and rollouts may stand beside. */
  readonly neighbours?: boolean;
}

/** A week: the longest log, however quiet. */
const LONGEST_SECONDS = 604_800;
const DAY_SECONDS = 86_400;

export const targetCount = (random: Random): number =>
  random.pick([
    1,
    1,
    2,
    2,
    3,
    2 + random.whole(5),
    4 + random.whole(12),
    10 + random.whole(31),
    41 + random.whole(210),
  ]);

export const nodeCount = (random: Random): number =>
  random.chance(0.85) ? 1 + random.whole(6) : 7 + random.whole(14);

/** Day and night, or in a short log a part of it. */
export function cycleIn(random: Random, durationSeconds: number): Cycle {
  return {
    periodSeconds:
      durationSeconds > DAY_SECONDS / 2 ? DAY_SECONDS : durationSeconds * random.between(0.6, 1.5),
    depth: random.between(0.5, 0.95),
    phase: random.next(),
  };
}

export function groupSpec(random: Random, asked: Asked): GroupSpec {
  return {
    name: 'group-0',
    targets: asked.targets ?? targetCount(random),
    share: 1,
    keepAliveSeconds: [asked.keepAliveSeconds ?? null],
    roundTripSeconds: asked.roundTripSeconds ?? random.logBetween(0.0006, 0.015),
    pool: random.pick(['lifo', 'fifo', 'random'] as const),
    serviceSeconds: asked.serviceSeconds ?? random.logBetween(0.004, 0.2),
    ...(random.chance(0.3) ? { tls: true as const } : {}),
  };
}

/** Visitors of an application. */
export function usersOf(random: Random, rate: number, routes: readonly Route[]): Users & { group?: number } {
  return {
    kind: 'users',
    rate,
    clients: Math.round(random.logBetween(15, 3000)),
    zipf: random.between(0.4, 1.2),
    pagesPerVisit: random.logBetween(1, 20),
    requestsPerPage: random.chance(0.4) ? 1 : random.between(2, 8),
    pauseSeconds: random.logBetween(0.5, 60),
    pauseSigma: random.between(0.3, 1.3),
    routes,
  };
}

/** A machine that calls again and again. */
export function poller(
  random: Random,
  periodSeconds: number,
  more: Partial<{ clients: number; jitterSeconds: number; together: boolean; path: string }> = {},
): Traffic {
  return {
    kind: 'choreography',
    firstClient: 512 + random.whole(100),
    clients: more.clients ?? 1,
    starts: {
      by: 'clock',
      periodSeconds,
      jitterSeconds: more.jitterSeconds ?? random.logBetween(0.0005, 0.1),
      together: more.together ?? false,
    },
    steps: [{ method: 'GET', path: more.path ?? '/healthz' }],
  };
}

/** Ordinary surroundings, and what makes them awkward now and then. */
export function surroundings(random: Random, asked: Asked = {}): Draft {
  const group = groupSpec(random, asked);
  const rate = asked.rate ?? random.logBetween(0.05, 50);
  const lines = asked.lines ?? random.logBetween(2500, 9000);
  const durationSeconds = Math.min(LONGEST_SECONDS, lines / rate);
  const application = asked.application ?? random.pick(['shop', 'api', 'rpc', 'media', 'lookup'] as const);
  const users = usersOf(random, rate, APPLICATIONS[application]);
  const cycle =
    asked.cycle === undefined ? (random.chance(0.25) ? cycleIn(random, durationSeconds) : null) : asked.cycle;
  const neighbours = asked.neighbours ?? true;
  const traffic: Traffic[] = [cycle ? { ...users, cycle } : users];
  if (neighbours && random.chance(0.3))
    traffic.push(poller(random, Math.max(2 / rate, random.pick([1, 2, 5, 10, 15, 30, 60]))));
  const rollout = {
    deployment: {
      atSeconds: durationSeconds * random.between(0.1, 0.7),
      everySeconds: (durationSeconds / group.targets) * random.between(0.01, 0.2),
      graceful: true as const,
    },
  };
  return {
    durationSeconds,
    nodes: asked.nodes ?? nodeCount(random),
    idleTimeoutSeconds: asked.idleTimeoutSeconds ?? random.pick([60, 60, 60, 60, 30, 120, 300]),
    idleTimeoutGiven: random.chance(0.6),
    clientProtocol: random.pick(['https', 'https', 'h2', 'http'] as const),
    traffic,
    groups: [neighbours && random.chance(0.12) ? { ...group, ...rollout } : group],
    retries: random.chance(0.3) ? { share: 0.8, afterSeconds: random.pick([0.05, 0.2, 1, 2, 5]) } : null,
    seenBy: random.pick(['fin', 'rst'] as const),
  };
}

/** The scenario that a draft has come to. */
export function scenarioOf(draft: Draft, seed: number): Scenario {
  const { retries, idleTimeoutGiven: _, ...rest } = draft;
  return { ...rest, seed, ...(retries ? { retries } : {}) };
}
