import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import type { Connection } from './connection.ts';
import type { Endpoint } from './endpoint.ts';
import { probeFailure, probeFailureFrom } from './failure.ts';
import { monotonicMs } from './monotonic.ts';
import { Session } from './session.ts';

/**
 * Resolves the name once, so that all connections go to one address: the first that accepts one.
 *
 * @param deadlineMs - on the monotonic clock
 * @throws ProbeFailure where no address accepts a connection
 */
export async function reach(
  endpoint: Endpoint,
  deadlineMs: number,
  pauseMs: number,
): Promise<{ session: Session; connection: Connection }> {
  let failure = probeFailure('unresolvable', endpoint);
  for (const address of await addressesOf(endpoint, deadlineMs)) {
    const session = new Session(endpoint, address, deadlineMs, pauseMs);
    try {
      return { session, connection: await session.connect() };
    } catch (error) {
      session.end();
      failure = probeFailureFrom(error, endpoint);
    }
  }
  throw failure;
}

async function addressesOf(endpoint: Endpoint, deadlineMs: number): Promise<readonly string[]> {
  if (isIP(endpoint.host)) return [endpoint.host];
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(probeFailure('unresolvable', endpoint)), deadlineMs - monotonicMs());
  });
  try {
    const found = await Promise.race([lookup(endpoint.host, { all: true }), late]);
    return found.map(({ address }) => address);
  } catch (error) {
    throw probeFailureFrom(error, endpoint);
  } finally {
    clearTimeout(timer);
  }
}
