import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { clientTimeouts } from '../client-timeouts.ts';
import { failureKindOf } from './aws-failure.ts';
import { Pacer, type Sharing, type Urgency } from './pacer.ts';

type ClientConfig = NonNullable<ConstructorParameters<typeof ElasticLoadBalancingV2Client>[0]>;

/** How every client is built. All optional: the SDK finds credentials and `AWS_ENDPOINT_URL` itself. */
export interface ClientOptions {
  readonly endpoint?: string;
  readonly credentials?: NonNullable<ClientConfig['credentials']>;
  /** Tries of one call before it counts as throttled or failed; default 6. */
  readonly maxAttempts?: number;
  /** How long one try may take; default 8 s. */
  readonly requestTimeoutMs?: number;
}

/** What an observation calls in one region. */
export interface ObserveClients {
  readonly region: string;
  readonly elb: ElasticLoadBalancingV2Client;
  readonly cloudWatch: CloudWatchClient;
}

/**
 * The options all clients share: retries that slow down when AWS throttles (shared by all calls of a client),
 * and timeouts well inside a function's own.
 */
export const clientConfig = (region: string, options: ClientOptions) => ({
  region,
  ...(options.endpoint === undefined ? {} : { endpoint: options.endpoint }),
  ...(options.credentials === undefined ? {} : { credentials: options.credentials }),
  retryMode: 'adaptive',
  ...clientTimeouts('account', options.maxAttempts ?? 6, options.requestTimeoutMs),
});

/**
 * Gives the clients of a region, the same ones for every call: adaptive retries only learn while the client lives.
 */
export function clientsByRegion(options: ClientOptions = {}): (region: string) => ObserveClients {
  return remembered((region) => clientsOf(region, clientConfig(region, options)));
}

/** Tries of a paced call: it is throttled only where others empty the bucket, and must not be lost to that. */
const PACED_ATTEMPTS = 10;

/** The pacer is what slows down; the SDK's own adaptive limit would do it a second time. */
export const pacedConfig = (region: string, options: ClientOptions) => ({
  ...clientConfig(region, options),
  retryMode: 'standard',
  maxAttempts: options.maxAttempts ?? PACED_ATTEMPTS,
});

/**
 * Clients whose ELB calls wait for their turn: those of a sweep take at most a third of what incidents may take.
 */
export function pacedClientsByRegion(
  sharing: Sharing,
  options: ClientOptions = {},
): (region: string, urgency: Urgency) => ObserveClients {
  const pacerOf = remembered(() => new Pacer(sharing));
  const of = (urgency: Urgency) =>
    remembered((region) => {
      const clients = clientsOf(region, clientConfig(region, options), pacedConfig(region, options));
      clients.elb.middlewareStack.add((next) => inTurn(next, pacerOf(region), urgency), PACED);
      return clients;
    });
  const byUrgency = { incident: of('incident'), sweep: of('sweep') };
  return (region, urgency) => byUrgency[urgency](region);
}

type Config = ReturnType<typeof clientConfig>;

const clientsOf = (region: string, config: Config, elbConfig: Config = config): ObserveClients => ({
  region,
  elb: new ElasticLoadBalancingV2Client(elbConfig),
  cloudWatch: new CloudWatchClient(config),
});

/** Below the retries, so that every try takes a token of its own. */
export const PACED = { step: 'finalizeRequest', priority: 'low', name: 'pace' } as const;

/** Sends a call when its turn comes, and learns from what AWS answers. */
export const inTurn =
  <Sent, Answer>(next: (sent: Sent) => Promise<Answer>, pacer: Pacer, urgency: Urgency) =>
  async (sent: Sent): Promise<Answer> => {
    await pacer.acquire(urgency);
    try {
      const answer = await next(sent);
      pacer.succeeded();
      return answer;
    } catch (error) {
      if (failureKindOf(error) === 'throttled') pacer.throttled();
      throw error;
    }
  };

/** One value for each key, made when it is first asked for. */
export function remembered<T>(make: (key: string) => T): (key: string) => T {
  const known = new Map<string, T>();
  return (key) => {
    const existing = known.get(key);
    if (existing !== undefined) return existing;
    const made = make(key);
    known.set(key, made);
    return made;
  };
}
