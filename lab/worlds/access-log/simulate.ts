import { Agenda } from './agenda.ts';
import type { Arrival } from './arrival.ts';
import { arrivalsOf } from './arrivals.ts';
import { followUps } from './choreography.ts';
import { Exchanges } from './exchange.ts';
import type { Outcome } from './outcome.ts';
import { Pool } from './pool.ts';
import { type Random, randomFrom } from './random.ts';
import type { Exchange, GroupSpec, Scenario } from './scenario.ts';
import { type Death, deathsOf, type Server, targetAddress } from './server.ts';
import type { Cause } from './truth.ts';

/** The result: every line in order of its time, and how often each cause struck each group. */
export interface Simulated {
  readonly scenario: Scenario;
  readonly exchanges: readonly Exchange[];
  readonly causes: ReadonlyMap<Cause, number>;
  readonly raceFailures: readonly number[];
}

/** Seconds from the death of a target to the health check that takes it out of service. */
const HEALTH_CHECK_SECONDS = 10;
/** Request line and headers, as most clients send them. */
const HEADER_BYTES = 312;
/** What the load balancer itself answers with 502. */
const BAD_GATEWAY_BYTES = 277;

function serversOf(scenario: Scenario, spec: GroupSpec, group: number, random: Random): Server[] {
  return Array.from({ length: spec.targets }, (_, index) => ({
    group,
    index,
    address: targetAddress(group, index),
    keepAliveSeconds: spec.keepAliveSeconds[index % spec.keepAliveSeconds.length] ?? null,
    outAt: Number.POSITIVE_INFINITY,
    downAt: Number.POSITIVE_INFINITY,
    upAt: Number.POSITIVE_INFINITY,
    sweepPhase: spec.sweepSeconds === undefined ? 0 : random.next(),
    pools: Array.from({ length: scenario.nodes }, () => new Pool(spec.pool, random)),
  }));
}

class Simulation {
  private readonly scenario: Scenario;
  private readonly random: Random;
  private readonly servers: readonly Server[][];
  private readonly exchanges: Exchange[] = [];
  private readonly deaths: Death[];
  private readonly turn: number[];
  private readonly toTargets: Exchanges;
  /** Requests that follow from answers. */
  private readonly toCome = new Agenda<Arrival>();

  constructor(scenario: Scenario) {
    this.scenario = scenario;
    this.random = randomFrom(scenario.seed);
    this.servers = scenario.groups.map((spec, group) => serversOf(scenario, spec, group, this.random));
    this.turn = scenario.groups.map(() => 0);
    this.deaths = scenario.groups
      .flatMap((spec, group) => deathsOf(spec, this.servers[group] ?? []))
      .sort((a, b) => a.at - b.at);
    this.toTargets = new Exchanges(scenario, this.random, this.deaths);
  }

  run(): Simulated {
    for (const arrival of arrivalsOf(this.scenario, this.random)) {
      this.sendWhatFollows(arrival.at);
      this.send(arrival);
    }
    this.sendWhatFollows(Number.MAX_VALUE);
    const causes = new Map<Cause, number>();
    const raceFailures = this.scenario.groups.map(() => 0);
    for (const { cause, group } of this.exchanges) {
      if (cause === null) continue;
      causes.set(cause, (causes.get(cause) ?? 0) + 1);
      if (cause === 'keepalive-mismatch') raceFailures[group] = (raceFailures[group] ?? 0) + 1;
    }
    const exchanges = this.exchanges.sort((a, b) => a.end - b.end);
    return { scenario: this.scenario, exchanges, causes, raceFailures };
  }

  private sendWhatFollows(until: number): void {
    while (this.toCome.nextAt <= until) {
      const next = this.toCome.take();
      if (next) this.send(next);
    }
  }

  private groupFor({ group: fixed }: Arrival): number {
    if (fixed !== undefined) return fixed;
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
    const group = this.groupFor(arrival);
    const spec = this.scenario.groups[group];
    const server = this.serverFor(group, arrival.at);
    if (!spec || !server) return;
    const node = this.random.whole(this.scenario.nodes);
    const requestSeconds = this.random.between(0, 0.0015);
    const outcome = this.toTargets.outcomeOf({
      spec,
      server,
      node,
      at: arrival.at + requestSeconds,
      arrival,
    });
    this.exchanges.push({
      node,
      group,
      target: spec.lambda ? '-' : server.address,
      client: arrival.client,
      method: arrival.method ?? 'GET',
      path: this.pathOf(spec, arrival, outcome),
      receivedBytes: HEADER_BYTES + (arrival.bodyBytes ?? 0),
      sentBytes: outcome.elbStatus === 502 ? BAD_GATEWAY_BYTES : 1834,
      arrived: arrival.at,
      requestSeconds: outcome.targetSeconds < 0 && outcome.elbStatus === 502 ? -1 : requestSeconds,
      ...outcome,
    });
    this.retry(arrival, outcome);
    for (const next of followUps(arrival, outcome, this.random))
      if (next.at < this.scenario.durationSeconds)
        this.toCome.add(arrival.group === undefined ? next : { ...next, group: arrival.group });
  }

  private pathOf({ malformedPath }: GroupSpec, arrival: Arrival, { cause }: Outcome): string {
    return malformedPath && cause === 'malformed-response' ? '/report/broken' : arrival.path;
  }

  private retry(arrival: Arrival, outcome: Outcome): void {
    const { retries } = this.scenario;
    if (outcome.cause === null || !retries || arrival.retry || !this.random.chance(retries.share)) return;
    // What follows from the request follows from it once, not from its retry as well.
    const { plan: _, ...again } = arrival;
    this.toCome.add({ ...again, at: outcome.end + retries.afterSeconds, retry: true });
  }

  /** Kills the processes whose time has come: idle connections end, the target leaves or comes back. */
  private die(now: number): void {
    while (this.deaths.length > 0 && (this.deaths[0]?.at ?? 0) <= now) {
      const death = this.deaths.shift();
      if (!death) return;
      const { server, at, cause, downSeconds, graceful, replaced } = death;
      const roundTrip = this.scenario.groups[server.group]?.roundTripSeconds ?? 0;
      for (const pool of server.pools)
        if (graceful) pool.empty();
        else pool.closeAll(at, at + roundTrip / 2, cause);
      if (replaced && cause === 'deployment')
        server.address = targetAddress(server.group, server.index, true);
      if (graceful && replaced) continue;
      server.downAt = at;
      server.upAt = at + downSeconds;
      server.outAt = cause === 'deployment' ? at : at + HEALTH_CHECK_SECONDS;
    }
  }
}

/** Plays a scenario. */
export const simulate = (scenario: Scenario): Simulated => new Simulation(scenario).run();
