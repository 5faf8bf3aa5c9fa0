import { type Arrival, arrivalsOf } from './arrivals.ts';
import { answered, failed, type Outcome } from './outcome.ts';
import { type Connection, Pool } from './pool.ts';
import { type Random, randomFrom } from './random.ts';
import type { Exchange, GroupSpec, Scenario, TrueCause } from './scenario.ts';
import { type Death, deathsOf, type Server } from './server.ts';

/** The result: every line in order of its time, and how often each cause struck each group. */
export interface Simulated {
  readonly scenario: Scenario;
  readonly exchanges: readonly Exchange[];
  readonly causes: ReadonlyMap<TrueCause, number>;
  readonly raceFailures: readonly number[];
}

/** Seconds from the death of a target to the health check that takes it out of service. */
const HEALTH_CHECK_SECONDS = 10;

class Simulation {
  private readonly scenario: Scenario;
  private readonly random: Random;
  private readonly servers: Server[][];
  private readonly exchanges: Exchange[] = [];
  private readonly deaths: Death[];
  private readonly turn: number[];
  private retries: Arrival[] = [];

  constructor(scenario: Scenario) {
    this.scenario = scenario;
    this.random = randomFrom(scenario.seed);
    this.servers = scenario.groups.map((spec, group) =>
      Array.from({ length: spec.targets }, (_, index) => ({
        group,
        index,
        address: `10.0.${group}.${10 + index}:8080`,
        keepAliveSeconds: spec.keepAliveSeconds[index % spec.keepAliveSeconds.length] ?? null,
        outAt: Number.POSITIVE_INFINITY,
        downAt: Number.POSITIVE_INFINITY,
        upAt: Number.POSITIVE_INFINITY,
        pools: Array.from({ length: scenario.nodes }, () => new Pool(spec.pool, this.random)),
      })),
    );
    this.turn = scenario.groups.map(() => 0);
    this.deaths = scenario.groups
      .flatMap((spec, group) => deathsOf(spec, this.servers[group] ?? []))
      .sort((a, b) => a.at - b.at);
  }

  run(): Simulated {
    for (const arrival of arrivalsOf(this.scenario, this.random)) {
      this.sendRetries(arrival.at);
      this.send(arrival);
    }
    this.sendRetries(Number.POSITIVE_INFINITY);
    const causes = new Map<TrueCause, number>();
    const raceFailures = this.scenario.groups.map(() => 0);
    for (const { cause, group } of this.exchanges) {
      if (cause === null) continue;
      causes.set(cause, (causes.get(cause) ?? 0) + 1);
      if (cause === 'keepalive-mismatch') raceFailures[group] = (raceFailures[group] ?? 0) + 1;
    }
    const exchanges = this.exchanges.sort((a, b) => a.end - b.end);
    return { scenario: this.scenario, exchanges, causes, raceFailures };
  }

  private sendRetries(until: number): void {
    this.retries.sort((a, b) => a.at - b.at);
    while (this.retries.length > 0 && (this.retries[0]?.at ?? 0) <= until) {
      const retry = this.retries.shift();
      if (retry) this.send(retry);
    }
  }

  private groupFor(): number {
    let left = this.random.next() * this.scenario.groups.reduce((sum, spec) => sum + spec.share, 0);
    for (const [group, spec] of this.scenario.groups.entries()) {
      left -= spec.share;
      if (left <= 0) return group;
    }
    return 0;
  }

  private serverFor(group: number, at: number): Server | null {
    const servers = this.servers[group] ?? [];
    for (let tried = 0; tried < servers.length; tried++) {
      const turn = (this.turn[group] ?? 0) + 1;
      this.turn[group] = turn;
      const server = servers[turn % servers.length];
      if (server && !(at >= server.outAt && at < server.upAt) && !this.isDrained(server, at)) return server;
    }
    return null;
  }

  private isDrained({ group, index }: Server, at: number): boolean {
    const drains = this.scenario.groups[group]?.drains ?? [];
    return drains.some(({ target, atSeconds }) => target === index && at >= atSeconds);
  }

  private send(arrival: Arrival): void {
    this.die(arrival.at);
    const group = this.groupFor();
    const spec = this.scenario.groups[group];
    const server = this.serverFor(group, arrival.at);
    if (!spec || !server) return;
    const node = this.random.whole(this.scenario.nodes);
    const requestSeconds = this.random.between(0, 0.0015);
    const sent = arrival.at + requestSeconds;
    const outcome = this.exchange(spec, server, node, sent, arrival);
    this.exchanges.push({
      node,
      group,
      target: spec.lambda ? '-' : server.address,
      client: arrival.client,
      path: this.pathOf(arrival, outcome),
      arrived: arrival.at,
      requestSeconds: outcome.targetSeconds < 0 ? -1 : requestSeconds,
      ...outcome,
    });
    this.retry(arrival, outcome);
  }

  private pathOf(arrival: Arrival, { cause }: Outcome): string {
    return cause === 'malformed-response' ? '/report/broken' : arrival.path;
  }

  private retry(arrival: Arrival, outcome: Outcome): void {
    const { retries } = this.scenario;
    if (outcome.cause === null || !retries || arrival.retry || !this.random.chance(retries.share)) return;
    this.retries.push({ ...arrival, at: outcome.end + retries.afterSeconds, retry: true });
  }

  private exchange(spec: GroupSpec, server: Server, node: number, sent: number, arrival: Arrival): Outcome {
    if (spec.lambda) return this.lambda(spec, sent);
    if (this.refuses(spec, server, node, sent)) {
      const cause = sent >= server.downAt && sent < server.upAt ? 'target-crash' : 'connection-refused';
      return failed(sent + spec.roundTripSeconds, -1, cause);
    }
    const pool = server.pools[node];
    if (!pool) throw new Error('no such node');
    const connection = pool.take(sent, this.scenario.idleTimeoutSeconds);
    const closed = this.closedOnUs(spec, connection, sent);
    if (closed) return closed;
    connection.requests++;
    return this.answer(spec, server, pool, connection, sent, arrival);
  }

  private refuses(spec: GroupSpec, server: Server, of: number, at: number): boolean {
    if (at >= server.downAt && at < server.upAt) return true;
    return (spec.refusals ?? []).some(
      ({ fromSeconds, toSeconds, target, node = of }) =>
        target === server.index && node === of && at >= fromSeconds && at < toSeconds,
    );
  }

  private lambda(spec: GroupSpec, sent: number): Outcome {
    const took = this.random.exponential(spec.serviceSeconds);
    if (!this.random.chance(spec.lambdaErrorShare ?? 0)) return answered(sent + took, took);
    return {
      ...answered(sent + took, took),
      elbStatus: 502,
      targetStatus: null,
      errorReason: 'LambdaUnhandled',
      cause: 'lambda-target-error',
    };
  }

  /** The race (its FIN is on the way) and the server that allows no further request. */
  private closedOnUs(spec: GroupSpec, connection: Connection, sent: number): Outcome | null {
    const limit = spec.requestsPerConnection;
    if (limit !== undefined && connection.requests >= limit)
      return failed(sent + spec.roundTripSeconds, spec.roundTripSeconds, 'requests-per-connection-limit');
    if (connection.finAt === null || sent <= connection.finAt - spec.roundTripSeconds) return null;
    const end = this.scenario.seenBy === 'rst' ? sent + spec.roundTripSeconds : connection.finAt;
    const late = this.random.between(0, 0.0003);
    return failed(end + late, end - sent, connection.finCause);
  }

  private answer(
    spec: GroupSpec,
    server: Server,
    pool: Pool,
    connection: Connection,
    sent: number,
    arrival: Arrival,
  ): Outcome {
    const took = spec.roundTripSeconds + this.random.exponential(spec.serviceSeconds);
    const { hangs, malformedPath, largeHeaderClients } = spec;
    const death = this.deaths.find((entry) => entry.server === server && entry.at >= sent);
    const dies = death !== undefined && death.at < sent + took ? death : null;
    if (hangs && this.random.chance(hangs.share)) {
      const killed = hangs.killedAfterSeconds + this.random.between(0, hangs.slackSeconds);
      return failed(sent + killed, killed, 'worker-timeout');
    }
    const drain = spec.drains?.find(({ target }) => target === server.index);
    const cutAt = drain ? drain.atSeconds + drain.delaySeconds : Number.POSITIVE_INFINITY;
    if (drain && sent < drain.atSeconds && sent + took > cutAt)
      return failed(cutAt, drain.undispatched ? -1 : cutAt - sent, 'deregistration-delay-elapsed');
    if (dies) return failed(dies.at + this.random.between(0, 0.002), dies.at - sent, dies.cause);
    if (malformedPath && this.random.chance(malformedPath.share))
      return failed(
        sent + (malformedPath.afterSeconds ?? took),
        malformedPath.afterSeconds ?? took,
        'malformed-response',
      );
    const large = largeHeaderClients;
    if (large && Number(arrival.client.split('.')[3]) < large.clients && this.random.chance(large.share))
      return failed(sent + took, took, 'response-header-too-large');
    const { fixed } = spec;
    const keepAlive =
      fixed !== undefined && sent >= fixed.atSeconds ? fixed.keepAliveSeconds : server.keepAliveSeconds;
    const end = sent + took;
    const closes =
      keepAlive === null ? null : end + keepAlive + this.random.between(0, spec.granularitySeconds ?? 0.0005);
    pool.giveBack(connection, end, closes);
    return answered(end, took);
  }

  /** Kills the processes whose time has come: idle connections end, the target leaves or comes back. */
  private die(now: number): void {
    while (this.deaths.length > 0 && (this.deaths[0]?.at ?? 0) <= now) {
      const death = this.deaths.shift();
      if (!death) return;
      const { server, at, cause, downSeconds } = death;
      const roundTrip = this.scenario.groups[server.group]?.roundTripSeconds ?? 0;
      for (const pool of server.pools) pool.closeAll(at, at + roundTrip / 2, cause);
      server.downAt = at;
      server.upAt = at + downSeconds;
      server.outAt = cause === 'deployment' ? at : at + HEALTH_CHECK_SECONDS;
      if (cause === 'deployment')
        server.address = server.address.replace(/\.(\d+):/, (_, last) => `.${Number(last) + 100}:`);
    }
  }
}

/** Plays a scenario. */
export const simulate = (scenario: Scenario): Simulated => new Simulation(scenario).run();
