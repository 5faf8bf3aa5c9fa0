import { type Random, randomFrom } from './random.ts';
import type { GroupSpec, Scenario } from './scenario.ts';
import type { Traffic } from './traffic.ts';
import type { Cause } from './truth.ts';

/** A drawn scenario and what a diagnosis should say of it. */
export interface Drawn {
  readonly family: string;
  readonly scenario: Scenario;
  /** The causes at work; null: none, or only noise. */
  readonly causes: readonly Cause[];
}

const MOST_LINES = 40_000;
/** Logs without the race need no wait for one: shorter ones leave time for more of them. */
const MOST_LINES_WITHOUT_RACE = 7_000;
const LONGEST_SECONDS = 259_200;

const logUniform = (random: Random, low: number, high: number): number =>
  Math.exp(random.between(Math.log(low), Math.log(high)));

function group(random: Random, keepAliveSeconds: readonly (number | null)[]): GroupSpec {
  return {
    name: 'group-0',
    targets: 1 + random.whole(4),
    share: 1,
    keepAliveSeconds,
    roundTripSeconds: logUniform(random, 0.001, 0.02),
    pool: random.pick(['lifo', 'fifo', 'random'] as const),
    serviceSeconds: logUniform(random, 0.005, 0.15),
  };
}

/**
 * Traffic from 0.05 to 50 requests a second. The race needs pauses near the keep-alive, so half of the draws look
 * there.
 */
function mainTraffic(
  random: Random,
  keepAliveSeconds: number | null,
): { readonly traffic: Traffic; readonly rate: number } {
  const anywhere = logUniform(random, 0.05, 50);
  const near = (logUniform(random, 0.3, 10) / (keepAliveSeconds ?? 10)) * (1 + random.whole(6));
  const rate =
    keepAliveSeconds === null || random.chance(0.5) ? anywhere : Math.min(50, Math.max(0.05, near));
  if (random.chance(0.5)) return { rate, traffic: { kind: 'poisson', rate } };
  const burst = random.between(3, 15);
  return { rate, traffic: { kind: 'bursty', rate, burst, burstSeconds: random.between(0.2, 3) } };
}

/** Traffic of other shape beside the main one: what an estimate may be fooled by. */
function confounders(random: Random, rate: number): Traffic[] {
  const added: Traffic[] = [];
  if (random.chance(0.35))
    added.push({
      kind: 'periodic',
      periodSeconds: random.pick([1, 2, 5, 10, 15, 30, 60]),
      jitterSeconds: logUniform(random, 0.0005, 0.1),
    });
  if (random.chance(0.2))
    added.push({
      kind: 'paired',
      rate: rate * 0.3,
      pauseSeconds: logUniform(random, 0.5, 20),
      jitterSeconds: logUniform(random, 0.001, 0.1),
    });
  return added;
}

const rateOf = (traffic: readonly Traffic[]): number =>
  traffic.reduce(
    (sum, each) =>
      sum +
      (each.kind === 'periodic'
        ? 1 / each.periodSeconds
        : each.kind === 'paired'
          ? 2 * each.rate
          : 'rate' in each
            ? each.rate
            : 0),
    0,
  );

function scenario(random: Random, seed: number, groups: readonly GroupSpec[]): Scenario {
  const keepAlive = groups[0]?.keepAliveSeconds[0] ?? null;
  const most = keepAlive === null ? MOST_LINES_WITHOUT_RACE : MOST_LINES;
  const { traffic, rate } = mainTraffic(random, keepAlive);
  const all = [traffic, ...confounders(random, rate)];
  return {
    seed,
    durationSeconds: Math.min(LONGEST_SECONDS, (random.between(0.3, 1) * most) / rateOf(all)),
    nodes: 1 + random.whole(6),
    idleTimeoutSeconds: 60,
    traffic: all,
    groups,
    ...(random.chance(0.3) ? { retries: { share: 0.8, afterSeconds: random.pick([0.05, 0.2, 1, 2]) } } : {}),
    seenBy: random.pick(['fin', 'rst'] as const),
  };
}

/** The idle race, alone or beside what confuses it. Keep-alives from 1 s to 120 s. */
export function drawRace(seed: number): Drawn {
  const random = randomFrom(seed);
  const keepAlive = logUniform(random, 1, 120);
  const wrong = group(random, [keepAlive]);
  const groups = [wrong];
  if (random.chance(0.3))
    groups.push({ ...group(random, [null]), name: 'group-1', share: random.between(0.3, 3) });
  const base = scenario(random, seed, groups);
  const idleTimeoutSeconds = keepAlive > 55 ? random.pick([120, 180, 300]) : 60;
  return { family: 'race', scenario: { ...base, idleTimeoutSeconds }, causes: ['keepalive-mismatch'] };
}

/** The idle race in a service whose failures have further causes. */
export function drawRaceAndMore(seed: number): Drawn {
  const random = randomFrom(seed);
  const keepAlive = logUniform(random, 1, 55);
  const spec: GroupSpec = {
    ...group(random, [keepAlive]),
    ...(random.chance(0.5)
      ? {
          hangs: {
            share: 0.0005,
            killedAfterSeconds: random.between(5, 40),
            slackSeconds: random.pick([0.05, 1]),
          },
        }
      : { malformedPath: { share: 0.0005 } }),
  };
  const base = scenario(random, seed, [spec]);
  const other: Cause = spec.hangs ? 'worker-timeout' : 'malformed-response';
  return { family: 'race and more', scenario: base, causes: ['keepalive-mismatch', other] };
}

/** Failures of another cause: nothing here may give an estimate. */
export function drawOther(seed: number): Drawn {
  const random = randomFrom(seed);
  const plain = group(random, [null]);
  const cause = random.pick([
    'requests-per-connection-limit',
    'worker-timeout',
    'malformed-response',
    'response-header-too-large',
    'target-crash',
    'deployment',
    'connection-refused',
    'lambda-target-error',
  ] as const);
  const base = scenario(random, seed, [withCause(random, plain, cause, 0)]);
  const spec = withCause(random, plain, cause, base.durationSeconds);
  return { family: cause, scenario: { ...base, groups: [spec] }, causes: [cause] };
}

function withCause(random: Random, spec: GroupSpec, cause: Cause, duration: number): GroupSpec {
  switch (cause) {
    case 'requests-per-connection-limit':
      return { ...spec, requestsPerConnection: random.pick([50, 100, 200, 500]) };
    case 'worker-timeout':
      return {
        ...spec,
        hangs: {
          share: logUniform(random, 0.0005, 0.01),
          killedAfterSeconds: random.between(2, 60),
          slackSeconds: random.pick([0.02, 1]),
        },
      };
    case 'malformed-response':
      return { ...spec, malformedPath: { share: logUniform(random, 0.001, 0.02) } };
    case 'response-header-too-large':
      return { ...spec, largeHeaderClients: { clients: 3, share: random.between(0.3, 0.9) } };
    case 'target-crash':
      return {
        ...spec,
        targets: Math.max(2, spec.targets),
        serviceSeconds: 0.5,
        crashes: Array.from({ length: 1 + random.whole(3) }, () => ({
          atSeconds: random.next() * duration,
          target: 0,
          downSeconds: random.between(5, 40),
        })),
      };
    case 'deployment':
      return {
        ...spec,
        targets: Math.max(3, spec.targets),
        serviceSeconds: 0.5,
        deployment: { atSeconds: duration * random.between(0.2, 0.6), everySeconds: random.between(20, 90) },
      };
    case 'connection-refused':
      return {
        ...spec,
        refusals: [
          { fromSeconds: duration * 0.3, toSeconds: duration * random.between(0.35, 0.9), target: 0 },
        ],
      };
    case 'lambda-target-error':
      return { ...spec, lambda: true, lambdaErrorShare: logUniform(random, 0.001, 0.05) };
    default:
      return spec;
  }
}
