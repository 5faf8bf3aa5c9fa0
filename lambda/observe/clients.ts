import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';

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
  maxAttempts: options.maxAttempts ?? 6,
  requestHandler: {
    connectionTimeout: 3_000,
    requestTimeout: options.requestTimeoutMs ?? 8_000,
    throwOnRequestTimeout: true,
  },
});

/**
 * Gives the clients of a region, the same ones for every call: adaptive retries only learn while the client lives.
 */
export function clientsByRegion(options: ClientOptions = {}): (region: string) => ObserveClients {
  const known = new Map<string, ObserveClients>();
  return (region) => {
    const existing = known.get(region);
    if (existing) return existing;
    const config = clientConfig(region, options);
    const clients: ObserveClients = {
      region,
      elb: new ElasticLoadBalancingV2Client(config),
      cloudWatch: new CloudWatchClient(config),
    };
    known.set(region, clients);
    return clients;
  };
}
