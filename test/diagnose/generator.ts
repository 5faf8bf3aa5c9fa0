import type { Random } from '../../lab/worlds/access-log/random.ts';
import { type Cause, NAMED_CAUSES, type NamedCause } from '../../lambda/model/cause.ts';
import type { EvidenceBundle } from '../../lambda/model/evidence.ts';
import {
  baseline,
  bundleWith,
  change,
  counts,
  declared,
  deniedMetric,
  type Edit,
  edits,
  failures,
  gap,
  group,
  groupArn,
  health,
  healthyHosts,
  idleTimeout,
  LOAD_BALANCER_ARN,
  lambdaGroup,
  MINUTES,
  type Minutes,
  requests,
  slowestResponse,
  target,
  unhealthyHosts,
  withoutGroup,
  ZONES,
} from './bundle.ts';

/**
 * Makes evidence as CloudWatch and ELB would show it for a known cause: three hours by the minute, with noise,
 * innocent changes beside the cause, wrong declarations, and reads that were denied. It knows nothing of the table
 * of weights; its figures are guesses at how such failures look, from docs/causes.md.
 */
export interface Generated {
  readonly truth: Cause;
  readonly bundle: EvidenceBundle;
}

/** One load balancer while it is being made up. Counts are by minute. */
interface World {
  readonly random: Random;
  readonly traffic: readonly number[];
  /** Share of the traffic of the group in trouble. */
  readonly share: number;
  readonly targets: number;
  readonly changesReadable: boolean;
  readonly failed: number[];
  readonly refused: number[];
  readonly handshakes: number[];
  readonly functionErrors: number[];
  readonly timeouts: number[];
  readonly healthy: number[];
  readonly unhealthy: number[];
  slowestSeconds: number;
  failingZone: string | null;
  readonly extra: Edit[];
}

const zeros = (): number[] => Array.from({ length: MINUTES }, () => 0);

function poisson(random: Random, mean: number): number {
  if (mean <= 0) return 0;
  if (mean > 40) return Math.max(0, Math.round(random.normal(mean, Math.sqrt(mean))));
  const limit = Math.exp(-mean);
  let count = 0;
  for (let product = random.next(); product > limit && count < 400; product *= random.next()) count += 1;
  return count;
}

const power = (random: Random, low: number, high: number): number => 10 ** random.between(low, high);
const wholeBetween = (random: Random, low: number, high: number): number =>
  low + random.whole(high - low + 1);

function trafficOf(random: Random): number[] {
  const base = power(random, 0.7, 4.3);
  const swing = random.chance(0.3) ? 0 : random.between(0.2, 0.9);
  const phase = random.between(0, MINUTES);
  const spiky = random.chance(0.2);
  return zeros().map((_, minute) => {
    const wave = 1 + swing * Math.sin(((minute + phase) / MINUTES) * 2 * Math.PI);
    return poisson(random, base * wave * (spiky && random.chance(0.1) ? 4 : 1));
  });
}

/** Adds failures at a chance per request of the group, by minute. */
function fail(
  world: World,
  chance: (minute: number) => number,
  also: readonly (readonly [number[], number])[] = [],
) {
  for (let minute = 0; minute < MINUTES; minute += 1) {
    const sent = (world.traffic[minute] ?? 0) * world.share;
    const count = Math.min(Math.ceil(sent), poisson(world.random, sent * chance(minute)));
    add(world, minute, count, also);
  }
}

function add(
  world: World,
  minute: number,
  count: number,
  also: readonly (readonly [number[], number])[] = [],
) {
  if (minute < 0 || minute >= MINUTES) return;
  world.failed[minute] = (world.failed[minute] ?? 0) + count;
  for (const [series, factor] of also)
    series[minute] = (series[minute] ?? 0) + poisson(world.random, count * factor);
}

const mean = (values: readonly number[]): number =>
  values.reduce((left, right) => left + right, 0) / values.length;

function shift(series: number[], start: number, end: number, by: number) {
  for (let minute = Math.max(0, start); minute < Math.min(MINUTES, end); minute += 1)
    series[minute] = Math.max(0, (series[minute] ?? 0) + by);
}

/** New targets come, old ones go: events, host counts, and states where it is still going on. */
function rollOut(world: World, start: number, minutes: number) {
  const arn = groupArn('web');
  const end = start + minutes;
  if (world.changesReadable)
    world.extra.push(change(start, 'RegisterTargets', arn), change(end, 'DeregisterTargets', arn));
  if (world.random.chance(0.85)) shift(world.healthy, start + 1, end + 1, 1);
  if (world.random.chance(0.25)) shift(world.unhealthy, start, start + 2, 1);
  if (end > MINUTES - 5) world.extra.push(health('draining', 'Target.DeregistrationInProgress', 1));
}

type Scene = (world: World) => void;

const idleRace: Scene = (world) => {
  const { random } = world;
  const idle = random.chance(0.8) ? 60 : random.pick([75, 120, 300]);
  const keepAlive = random.pick([2, 5, 5, 6, 10, 15, 20, 30, 60].filter((seconds) => seconds <= idle));
  const raisedAt = random.chance(0.15) ? wholeBetween(random, -60, 120) : null;
  const before = Math.max(1, Math.floor(keepAlive / 2));
  const [rate, usual] = [power(random, -4.7, -2.3), mean(world.traffic)];
  fail(world, (minute) =>
    raisedAt !== null && minute < raisedAt
      ? 0
      : rate * Math.sqrt(usual / Math.max(1, world.traffic[minute] ?? 0)),
  );
  world.extra.push(idleTimeout(idle), ...declarations(random, keepAlive, 0.4));
  if (raisedAt === null) return;
  const to = { 'idle_timeout.timeout_seconds': String(idle) };
  if (world.changesReadable)
    world.extra.push(change(raisedAt, 'ModifyLoadBalancerAttributes', LOAD_BALANCER_ARN, { to }));
  if (random.chance(0.6))
    world.extra.push(baseline({ [LOAD_BALANCER_ARN]: { 'idle_timeout.timeout_seconds': String(before) } }));
};

function declarations(random: Random, keepAlive: number, share: number): Edit[] {
  if (!random.chance(share)) return [];
  return [declared(random.chance(0.88) ? keepAlive : random.pick([5, 65, 75, 120]))];
}

const requestLimit: Scene = (world) => {
  const rate = world.random.between(0.01, 0.3) / world.random.pick([100, 1000]);
  fail(world, () => rate);
};

const badDeployment: Scene = (world) => {
  const { random } = world;
  const rollouts = wholeBetween(random, 1, 3);
  for (let index = 0; index < rollouts; index += 1) {
    const [start, minutes] = [wholeBetween(random, 5, MINUTES - 6), wholeBetween(random, 1, 6)];
    rollOut(world, start, minutes);
    const refuses = random.chance(0.5) ? random.between(0.4, 1) : 0;
    const each = Math.max(1, mean(world.traffic) * world.share * power(random, -2.5, -0.7));
    for (let minute = start; minute <= start + minutes; minute += 1)
      add(world, minute, poisson(random, each), [[world.refused, refuses]]);
  }
};

const delayElapsed: Scene = (world) => {
  const { random } = world;
  const delay = random.pick([30, 60, 120, 300]);
  world.extra.push(group('web', { attributes: { 'deregistration_delay.timeout_seconds': String(delay) } }));
  world.slowestSeconds = random.chance(0.7) ? delay * random.between(0.7, 1.5) : world.slowestSeconds;
  for (let index = wholeBetween(random, 1, 4); index > 0; index -= 1) {
    const start = wholeBetween(random, 5, MINUTES - 15);
    rollOut(world, start, 1);
    add(world, start + 1 + Math.round(delay / 60), wholeBetween(random, 1, 25));
  }
};

const crash: Scene = (world) => {
  const { random, traffic, share, targets } = world;
  const restartsFast = random.chance(0.5);
  for (let index = random.chance(0.2) ? 12 : wholeBetween(random, 1, 5); index > 0; index -= 1) {
    const minute = wholeBetween(random, 2, MINUTES - 6);
    const perTarget = ((traffic[minute] ?? 0) * share) / targets;
    add(world, minute, 1 + poisson(random, perTarget * random.between(0.002, 0.05)));
    if (restartsFast) {
      add(world, minute, poisson(random, perTarget * random.between(0, 0.05)), [[world.refused, 1]]);
      continue;
    }
    const down = wholeBetween(random, 1, 4);
    shift(world.healthy, minute + 1, minute + 1 + down, -1);
    shift(world.unhealthy, minute + 1, minute + 1 + down, 1);
    // Until the health check takes the target out, its share of the requests is refused.
    add(world, minute, poisson(random, perTarget * random.between(0.2, 1)), [[world.refused, 1]]);
  }
  if (random.chance(0.15)) world.extra.push(health('unhealthy', 'Target.FailedHealthChecks', 1));
};

const slowWorkers: Scene = (world) => {
  const { random } = world;
  const timeout = random.pick([30, 30, 60, 120]);
  const rate = power(random, -4.5, -2);
  fail(world, () => rate);
  if (random.chance(0.7)) world.slowestSeconds = timeout * random.between(0.5, 1);
  if (random.chance(0.3)) fail(world, () => 0.0001, [[world.timeouts, 1]]);
};

const refusedPort: Scene = (world) => {
  const { random, targets } = world;
  const onset = random.chance(0.5) ? 0 : wholeBetween(random, 10, 150);
  const mode = random.pick(['all', 'one', 'one', 'backlog'] as const);
  const busy = mean(world.traffic);
  const rate = { all: 1, one: 1 / targets, backlog: power(random, -3.5, -1.5) }[mode];
  const chance = (minute: number) =>
    minute < onset || (mode === 'backlog' && (world.traffic[minute] ?? 0) < busy) ? 0 : rate;
  fail(world, chance, [[world.refused, random.between(0.9, 1.3)]]);
  if (mode === 'all' || (mode === 'one' && random.chance(0.5))) {
    const count = mode === 'all' ? targets : 1;
    shift(world.healthy, onset + 1, MINUTES, -count);
    shift(world.unhealthy, onset + 1, MINUTES, count);
    world.extra.push(health('unhealthy', 'Target.FailedHealthChecks', count));
    if (mode === 'all') world.extra.push(counts('UnhealthyRoutingRequestCount', world.traffic));
  }
};

const blockedPath: Scene = (world) => {
  const { random, targets } = world;
  const onset = random.chance(0.5) ? 0 : wholeBetween(random, 10, 150);
  const [reach, unreachable] = [random.chance(0.4) ? 1 : 1 / targets, random.between(0.05, 0.4)];
  const drops = random.chance(0.75);
  fail(world, (minute) => (minute < onset ? 0 : reach * (drops ? unreachable : 1)), [
    [world.refused, 1],
    [world.timeouts, drops ? (1 - unreachable) / unreachable : 0],
  ]);
  if (drops)
    world.refused.forEach((count, minute) => {
      world.refused[minute] = count + (world.timeouts[minute] ?? 0);
    });
  const count = reach === 1 ? targets : 1;
  if (random.chance(0.8)) {
    shift(world.healthy, onset + 1, MINUTES, -count);
    shift(world.unhealthy, onset + 1, MINUTES, count);
    const reason = drops || random.chance(0.6) ? 'Target.Timeout' : 'Target.FailedHealthChecks';
    world.extra.push(health('unhealthy', reason, count));
  }
  if (random.chance(0.4)) world.failingZone = ZONES[0];
  if (random.chance(0.3) && world.changesReadable)
    world.extra.push(change(onset - 1, 'SetSecurityGroups', LOAD_BALANCER_ARN));
};

const badHandshake: Scene = (world) => {
  const { random, targets } = world;
  const onset = random.chance(0.5) ? 0 : wholeBetween(random, 10, 150);
  const all = random.chance(0.5);
  world.extra.push(group('web', { protocol: 'HTTPS', port: 8443 }));
  fail(world, (minute) => (minute < onset ? 0 : all ? 1 : 1 / targets), [
    [world.handshakes, random.between(0.9, 1.2)],
  ]);
  if (all && random.chance(0.7)) world.extra.push(health('unhealthy', 'Target.FailedHealthChecks', targets));
};

const wrongProtocol: Scene = (world) => {
  const { random, targets } = world;
  const onset = random.chance(0.5) ? 0 : wholeBetween(random, 10, 150);
  fail(world, (minute) => (minute < onset ? 0 : random.between(0.97, 1)));
  if (random.chance(0.3)) world.extra.push(group('web', { protocolVersion: random.pick(['HTTP2', 'GRPC']) }));
  const reason = random.pick(['Target.FailedHealthChecks', 'Target.ResponseCodeMismatch', null]);
  if (reason !== null) world.extra.push(health('unhealthy', reason, targets));
  if (world.changesReadable && random.chance(0.3))
    world.extra.push(
      change(onset - 1, 'ModifyRule', LOAD_BALANCER_ARN.replace('loadbalancer', 'listener-rule')),
    );
};

const badResponses: Scene = (world) => {
  const { random } = world;
  const onset = random.chance(0.5) ? 0 : wholeBetween(random, 10, 150);
  // The version that answers badly was rolled out without trouble.
  if (onset > 0 && random.chance(0.5)) rollOut(world, onset - 2, 2);
  const rate = power(random, -4.5, -1.5);
  fail(world, (minute) => (minute < onset ? 0 : rate));
};

const bigHeaders: Scene = (world) => {
  const { random } = world;
  for (let user = wholeBetween(random, 1, 30); user > 0; user -= 1) {
    const start = wholeBetween(random, 0, MINUTES - 1);
    for (let minute = start; minute < start + wholeBetween(random, 1, 10); minute += 1)
      add(world, minute, poisson(random, random.between(0.5, 4)));
  }
};

/** Uploads are part of the traffic, and those above a limit fail, from a rollout on or always. */
const refusedBodies: Scene = (world) => {
  const { random } = world;
  const onset = random.chance(0.4) ? 0 : wholeBetween(random, 10, 150);
  if (onset > 0 && random.chance(0.6)) rollOut(world, onset - 2, 2);
  const [uploads, tooLarge] = [power(random, -3, -0.7), power(random, -2, -0.3)];
  fail(world, (minute) => (minute < onset ? 0 : uploads * tooLarge));
  if (random.chance(0.4)) world.slowestSeconds *= random.between(1, 3);
};

const brokenFunction: Scene = (world) => {
  const { random } = world;
  const onset = random.chance(0.6) ? 0 : wholeBetween(random, 10, 150);
  const rate = random.chance(0.2) ? 1 : power(random, -4, -0.5);
  fail(world, (minute) => (minute < onset ? 0 : rate), [[world.functionErrors, random.chance(0.92) ? 1 : 0]]);
};

/** None of the vocabulary: 502s without any trace. */
const somethingElse: Scene = (world) => {
  const { random } = world;
  if (random.chance(0.5)) {
    const rate = power(random, -4.5, -2);
    fail(world, () => rate);
  } else {
    for (let index = wholeBetween(random, 1, 4); index > 0; index -= 1)
      add(world, wholeBetween(random, 0, MINUTES - 1), wholeBetween(random, 1, 60));
  }
};

const SCENES: Readonly<Record<Cause, Scene>> = {
  'keepalive-mismatch': idleRace,
  'requests-per-connection-limit': requestLimit,
  deployment: badDeployment,
  'deregistration-delay-elapsed': delayElapsed,
  'target-crash': crash,
  'worker-timeout': slowWorkers,
  'connection-refused': refusedPort,
  'network-path': blockedPath,
  'tls-failure': badHandshake,
  'protocol-mismatch': wrongProtocol,
  'malformed-response': badResponses,
  'response-header-too-large': bigHeaders,
  'request-body-refused': refusedBodies,
  'lambda-target-error': brokenFunction,
  undetermined: somethingElse,
};

/** What happens beside the cause and means nothing. */
function innocentEvents(world: World) {
  const { random } = world;
  const minute = () => wholeBetween(random, 2, MINUTES - 10);
  if (random.chance(0.25))
    for (let index = wholeBetween(random, 1, 5); index > 0; index -= 1)
      rollOut(world, minute(), wholeBetween(random, 1, 20));
  if (random.chance(0.08)) shift(world.unhealthy, minute(), minute() + 3, 1);
  if (random.chance(0.06))
    for (let index = 0; index < 5; index += 1) {
      const when = minute();
      world.refused[when] = (world.refused[when] ?? 0) + 1;
    }
  if (random.chance(0.08))
    for (let index = 0; index < 5; index += 1) {
      const when = minute();
      world.timeouts[when] = (world.timeouts[when] ?? 0) + 1;
    }
  if (random.chance(0.03) && world.changesReadable)
    world.extra.push(change(-30, 'SetSecurityGroups', LOAD_BALANCER_ARN));
}

/**
 * A host that is replaced without failing anybody: trail, host counts, health, refused checks and 504s show it at once.
 */
function disturbance(world: World) {
  const { random } = world;
  const minute = wholeBetween(random, 5, MINUTES - 15);
  rollOut(world, minute, wholeBetween(random, 2, 6));
  shift(world.unhealthy, minute, minute + 3, 1);
  for (const series of [world.refused, world.timeouts])
    if (random.chance(0.6))
      for (let at = minute; at < minute + 3; at += 1)
        series[at] = (series[at] ?? 0) + wholeBetween(random, 1, 3);
}

function unreadMetrics(random: Random): Edit[] {
  return ['TargetConnectionErrorCount', 'TargetTLSNegotiationErrorCount', 'HealthyHostCount', 'RequestCount']
    .filter(() => random.chance(0.03))
    .map(deniedMetric);
}

/** Counts are published only where there is something to count. */
const sparse = (values: readonly number[], factor = 1): Minutes =>
  values.map((value) => (value * factor > 0 ? Math.round(value * factor) : null));

function byZone(world: World): Edit[] {
  return ZONES.map((zone) => {
    const only = world.failingZone;
    const part = world.failed.map((count) => (only === null ? count / 3 : zone === only ? count : 0));
    return counts('HTTPCode_ELB_502_Count', sparse(part), { zone });
  });
}

function toBundle(world: World, lambda: 'none' | 'beside' | 'only'): EvidenceBundle {
  const { random } = world;
  const answered = world.traffic.map((count, minute) => Math.max(0, count - (world.failed[minute] ?? 0)));
  const fleet = Array.from({ length: world.targets }, (_, index) =>
    target(`10.0.${index % 3}.${10 + index}`, { availabilityZone: ZONES[index % 3] ?? null }),
  );
  const [here, there] = [world.share, 1 - world.share];
  const affected = lambda === 'none' ? 'web' : 'fn';
  return bundleWith(
    group('web', { targets: fleet }),
    requests(sparse(world.traffic)),
    ...(lambda === 'none' ? [] : [lambdaGroup('fn')]),
    ...(lambda === 'only' ? [withoutGroup('web')] : []),
    ...(there > 0 && lambda === 'none' ? [group('other')] : []),
    counts('RequestCount', sparse(world.traffic, here), { group: affected }),
    counts(
      'HTTPCode_Target_2XX_Count',
      sparse(world.traffic.map((all, at) => all * here - (world.failed[at] ?? 0))),
      { group: affected },
    ),
    counts('RequestCount', sparse(world.traffic, there), { group: 'other' }),
    counts('HTTPCode_Target_2XX_Count', sparse(answered, there), { group: 'other' }),
    healthyHosts(world.healthy),
    unhealthyHosts(world.unhealthy),
    slowestResponse(
      sparse(world.traffic).map((count) =>
        count === null ? null : world.slowestSeconds * random.between(0.3, 1),
      ),
    ),
    failures(sparse(world.failed)),
    counts('TargetConnectionErrorCount', sparse(world.refused)),
    counts('TargetTLSNegotiationErrorCount', sparse(world.handshakes)),
    counts('LambdaUserError', sparse(world.functionErrors), { group: 'fn' }),
    counts('HTTPCode_ELB_504_Count', sparse(world.timeouts)),
    ...byZone(world),
    ...(world.changesReadable ? [] : [gap('changes', { kind: 'switched-off', reason: 'no trail' })]),
    edits(...world.extra),
    ...unreadMetrics(random),
  );
}

/**
 * Evidence of one cause; `undetermined` stands for a cause that the vocabulary does not have.
 *
 * @param correlated - disturbances without consequence show in several metrics at once
 */
export function generate(truth: Cause, random: Random, correlated = false): Generated {
  const targets = wholeBetween(random, 1, 8);
  const slowest = random.pick([0.5, 1, 2, 4, 8, 15, 28]);
  const world: World = {
    random,
    traffic: trafficOf(random),
    share: random.chance(0.6) ? 1 : random.between(0.1, 0.9),
    targets,
    changesReadable: random.chance(0.6),
    failed: zeros(),
    refused: zeros(),
    handshakes: zeros(),
    functionErrors: zeros(),
    timeouts: zeros(),
    healthy: zeros().map(() => targets),
    unhealthy: zeros(),
    slowestSeconds: slowest,
    failingZone: null,
    extra: [],
  };
  const lambda =
    truth === 'lambda-target-error'
      ? random.pick(['only', 'beside'] as const)
      : random.chance(0.1)
        ? ('beside' as const)
        : ('none' as const);
  innocentEvents(world);
  if (correlated && random.chance(0.4)) disturbance(world);
  // Somebody else's keep-alive is mostly long enough, and sometimes short without having done anything yet.
  if (truth !== 'keepalive-mismatch')
    world.extra.push(
      ...declarations(
        random,
        random.chance(0.8) ? random.pick([65, 75, 75, 120]) : random.pick([5, 20]),
        0.4,
      ),
    );
  SCENES[truth](world);
  if (mean(world.failed) === 0) add(world, wholeBetween(random, 0, MINUTES - 1), 1);
  return { truth, bundle: toBundle(world, lambda) };
}

/** A cause drawn by its share, given as weights. */
export function drawCause(random: Random, share: Readonly<Record<NamedCause, number>>, other: number): Cause {
  const total = NAMED_CAUSES.reduce((sum, cause) => sum + share[cause], other);
  let left = random.next() * total;
  for (const cause of NAMED_CAUSES) {
    left -= share[cause];
    if (left < 0) return cause;
  }
  return 'undetermined';
}
