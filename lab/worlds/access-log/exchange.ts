import type { Arrival } from './arrival.ts';
import { breakSeconds, strikes } from './fault.ts';
import { answered, failed, type Outcome, timedOut } from './outcome.ts';
import type { Connection, Limits, Pool } from './pool.ts';
import type { Random } from './random.ts';
import type { GroupSpec, Scenario } from './scenario.ts';
import type { Death, Server } from './server.ts';

/** A request on its way from a node to a target. */
export interface Sent {
  readonly spec: GroupSpec;
  readonly server: Server;
  readonly node: number;
  /** When it was sent, seconds from the begin of the log. */
  readonly at: number;
  readonly arrival: Arrival;
}

/** What comes of requests that are sent to targets. */
export class Exchanges {
  private readonly scenario: Scenario;
  private readonly random: Random;
  /** Those that are still to come. */
  private readonly deaths: readonly Death[];

  constructor(scenario: Scenario, random: Random, deaths: readonly Death[]) {
    this.scenario = scenario;
    this.random = random;
    this.deaths = deaths;
  }

  outcomeOf(sent: Sent): Outcome {
    const outcome = sent.spec.lambda ? this.lambda(sent.spec, sent.at) : this.outcomeAtTarget(sent);
    const { idleTimeoutSeconds } = this.scenario;
    return outcome.targetSeconds > idleTimeoutSeconds ? timedOut(sent.at + idleTimeoutSeconds) : outcome;
  }

  private outcomeAtTarget(sent: Sent): Outcome {
    const { spec, server, node, at, arrival } = sent;
    if (this.refuses(sent)) {
      const down = at >= server.downAt && at < server.upAt;
      return failed(at + spec.roundTripSeconds, -1, down ? 'target-crash' : 'connection-refused');
    }
    const unreachable = this.struck(sent, true, spec.roundTripSeconds);
    if (unreachable) return unreachable;
    const pool = server.pools[node];
    if (!pool) throw new Error('no such node');
    const connection = pool.take(at, this.scenario.idleTimeoutSeconds, () => this.limitsOf(spec, at));
    const closed = this.closedOnUs(spec, connection, at);
    if (closed) return closed;
    connection.requests++;
    const took = this.tookFor(spec, connection, arrival);
    return this.brokenOff(sent, connection, took) ?? this.answer(sent, pool, connection, took);
  }

  private limitsOf(
    { requestsPerConnection, requestsPerConnectionJitter, connectionAge }: GroupSpec,
    at: number,
  ): Limits {
    const extra = requestsPerConnectionJitter ? this.random.whole(requestsPerConnectionJitter + 1) : 0;
    return {
      limit: (requestsPerConnection ?? Number.POSITIVE_INFINITY) + extra,
      oldAt: connectionAge
        ? at + connectionAge.seconds + this.random.between(0, connectionAge.jitterSeconds)
        : Number.POSITIVE_INFINITY,
    };
  }

  private refuses({ spec, server, node: of, at }: Sent): boolean {
    if (at >= server.downAt && at < server.upAt) return true;
    return (spec.refusals ?? []).some(
      ({ fromSeconds, toSeconds, target, node = of }) =>
        target === server.index && node === of && at >= fromSeconds && at < toSeconds,
    );
  }

  private lambda(spec: GroupSpec, at: number): Outcome {
    const took = this.random.exponential(spec.serviceSeconds);
    if (!this.random.chance(spec.lambdaErrorShare ?? 0)) return answered(at + took, took);
    return {
      ...failed(at + took, took, 'lambda-target-error'),
      end: at + took + 0.0002,
      responseSeconds: 0,
      errorReason: 'LambdaUnhandled',
    };
  }

  /** A fault of the group that comes about before the request is sent, or after. */
  private struck({ spec, server, node, at, arrival }: Sent, before: boolean, took: number): Outcome | null {
    const faults = spec.faults?.filter(({ breaks }) => (breaks.when === 'before it was sent') === before);
    if (!faults || faults.length === 0) return null;
    const fault = strikes(faults, arrival, { at, target: server.index, node }, this.random);
    if (!fault) return null;
    const { roundTripSeconds } = spec;
    const seconds = breakSeconds(fault.breaks, { roundTripSeconds, workSeconds: took }, this.random);
    return failed(at + (seconds < 0 ? roundTripSeconds : seconds), seconds, fault.cause, fault.kind);
  }

  /** The race (its FIN is on the way) and the server that allows no further request. */
  private closedOnUs(spec: GroupSpec, connection: Connection, at: number): Outcome | null {
    const { roundTripSeconds, connectionAge } = spec;
    if (connection.requests >= connection.limit)
      return failed(at + roundTripSeconds, roundTripSeconds, 'requests-per-connection-limit');
    if (connectionAge?.ends === 'next request' && at >= connection.oldAt)
      return failed(
        at + roundTripSeconds,
        roundTripSeconds,
        'requests-per-connection-limit',
        'connection-age',
      );
    if (at <= connection.finAt - roundTripSeconds) return null;
    const end = this.scenario.seenBy === 'rst' ? at + roundTripSeconds : connection.finAt;
    const late = this.random.between(0, 0.0003);
    return failed(end + late, end - at, connection.finCause, connection.finKind);
  }

  private tookFor(spec: GroupSpec, connection: Connection, { work = 1, workSeconds }: Arrival): number {
    const handshake = spec.tls && connection.requests === 1 ? 2 * spec.roundTripSeconds : 0;
    return (
      handshake + spec.roundTripSeconds + (workSeconds ?? this.random.exponential(spec.serviceSeconds * work))
    );
  }

  /** What ends a request that the target has begun to work on. */
  private brokenOff(sent: Sent, connection: Connection, took: number): Outcome | null {
    const { spec, server, at, arrival } = sent;
    const { hangs, malformedPath, largeHeaderClients: large } = spec;
    const death = this.deaths.find((entry) => entry.server === server && entry.at >= at && !entry.graceful);
    if (hangs && this.random.chance(hangs.share)) {
      const killed = hangs.killedAfterSeconds + this.random.between(0, hangs.slackSeconds);
      return failed(at + killed, killed, 'worker-timeout');
    }
    const drain = spec.drains?.find(({ target }) => target === server.index);
    const cutAt = drain ? drain.atSeconds + drain.delaySeconds : Number.POSITIVE_INFINITY;
    if (drain && at < drain.atSeconds && at + took > cutAt)
      return failed(cutAt, drain.undispatched ? -1 : cutAt - at, 'deregistration-delay-elapsed');
    if (death !== undefined && death.at < at + took)
      return failed(death.at + this.random.between(0, 0.002), death.at - at, death.cause);
    if (spec.connectionAge?.ends === 'at once' && connection.oldAt < at + took)
      return failed(
        connection.oldAt,
        Math.max(0, connection.oldAt - at),
        'requests-per-connection-limit',
        'connection-age',
      );
    if (malformedPath && this.random.chance(malformedPath.share)) {
      const seconds = malformedPath.afterSeconds ?? took;
      return failed(at + seconds, seconds, 'malformed-response');
    }
    if (large && Number(arrival.client.split('.')[3]) < large.clients && this.random.chance(large.share))
      return failed(at + took, took, 'response-header-too-large');
    return this.struck(sent, false, took);
  }

  private answer(
    { spec, server, at, arrival }: Sent,
    pool: Pool,
    connection: Connection,
    took: number,
  ): Outcome {
    const end = at + took;
    pool.giveBack(connection, end, this.finOf(spec, server, connection, at, end));
    return answered(end, took, arrival.status);
  }

  /** When and why the server will close the connection that it has just answered on. */
  private finOf(spec: GroupSpec, server: Server, connection: Connection, at: number, end: number) {
    const { fixed, sweepSeconds, connectionAge } = spec;
    const keepAlive =
      fixed !== undefined && at >= fixed.atSeconds ? fixed.keepAliveSeconds : server.keepAliveSeconds;
    const byAge = connectionAge?.ends === 'at once' ? connection.oldAt : Number.POSITIVE_INFINITY;
    const idle = { at: Number.POSITIVE_INFINITY, cause: 'keepalive-mismatch', kind: 'idle-time' } as const;
    const age = { at: byAge, cause: 'requests-per-connection-limit', kind: 'connection-age' } as const;
    if (keepAlive === null) return byAge < Number.POSITIVE_INFINITY ? age : idle;
    const due = end + keepAlive;
    const closesAt =
      sweepSeconds === undefined
        ? due + this.random.between(0, spec.granularitySeconds ?? 0.0005)
        : (Math.ceil(due / sweepSeconds - server.sweepPhase) + server.sweepPhase) * sweepSeconds;
    return byAge < closesAt ? age : { ...idle, at: closesAt };
  }
}
