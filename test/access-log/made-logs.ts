import { type Random, randomFrom } from '../../lab/worlds/access-log/random.ts';
import type { Logged } from './requests.ts';

/** Traffic of many clients over many paths: what fails of it, a test says. */
export interface Traffic {
  readonly seed: number;
  readonly seconds: number;
  /** Requests a second. */
  readonly rate: number;
  readonly targets?: number;
  readonly nodes?: number;
  readonly clients?: number;
  readonly paths?: number;
}

/** Requests at random times, each on any target, node, path and of any client. */
export function traffic(
  { seed, seconds, rate, targets = 3, nodes = 1, clients = 60, paths = 12 }: Traffic,
  change: (request: Logged, random: Random) => Logged = (request) => request,
): Logged[] {
  const random = randomFrom(seed);
  const requests: Logged[] = [];
  for (let sent = 1; sent < seconds; sent += -Math.log(1 - random.next()) / rate) {
    const request: Logged = {
      sent,
      took: 0.002 + 0.2 * random.next() ** 3,
      target: 1 + random.whole(targets),
      node: random.whole(nodes),
      client: random.whole(clients),
      path: `/shelf/${'abcdefghijklmnop'[random.whole(paths)]}`,
    };
    requests.push(change(request, random));
  }
  return requests;
}

interface Connection {
  idleSince: number;
  requests: number;
  readonly opened: number;
}

/** What a server does to its connections. */
export interface Server {
  /** Closes what was idle for so long. */
  readonly keepAlive?: (random: Random) => number;
  /** Fails the request after so many. */
  readonly mostRequests?: number;
  /** Fails requests on connections that are older. */
  readonly oldestSeconds?: number;
  readonly roundTrip?: number;
}

/**
 * Sends requests through pools, last in, first out, with an idle timeout of their own, one pool a node and target: those
 * fail that a server like this would not answer.
 */
export function throughPools(
  requests: readonly Logged[],
  {
    keepAlive,
    mostRequests = Number.POSITIVE_INFINITY,
    oldestSeconds = Number.POSITIVE_INFINITY,
    roundTrip = 0.01,
  }: Server,
  idleTimeout = 60,
  seed = 77,
): Logged[] {
  const random = randomFrom(seed);
  const pools = new Map<string, (Connection & { readonly keeps: number })[]>();
  const busy: { end: number; pool: string; connection: Connection & { readonly keeps: number } }[] = [];
  return requests.map((request) => {
    const name = `${request.node} ${request.target}`;
    const pool = pools.get(name) ?? [];
    pools.set(name, pool);
    for (let at = busy.length - 1; at >= 0; at--) {
      const one = busy[at];
      if (one === undefined || one.end >= request.sent) continue;
      pools.get(one.pool)?.push(Object.assign(one.connection, { idleSince: one.end }));
      busy.splice(at, 1);
    }
    pool.sort((one, other) => one.idleSince - other.idleSince);
    for (;;) {
      const connection = pool.pop();
      const idle = connection === undefined ? 0 : request.sent - connection.idleSince;
      const keeps = keepAlive?.(random) ?? Number.POSITIVE_INFINITY;
      if (connection !== undefined && (idle > idleTimeout || idle > connection.keeps + roundTrip / 2))
        continue;
      const used = connection ?? { idleSince: 0, requests: 0, opened: request.sent, keeps };
      used.requests++;
      const isOver =
        (connection !== undefined && idle > used.keeps - roundTrip / 2) ||
        used.requests > mostRequests ||
        request.sent - used.opened > oldestSeconds;
      if (isOver) return { ...request, took: 0.001, failed: 'cut' };
      busy.push({ end: request.sent + (request.took ?? 0.004), pool: name, connection: used });
      return request;
    }
  });
}
