import type { ServiceConnect } from '../../model/workload.ts';
import type { KeepAliveReading } from './reading.ts';

/** Its row in the table of servers. */
const SERVER = 'service-connect';

/**
 * What holds where nothing is set, `idle` for HTTP
 * (https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_TimeoutConfiguration.html).
 */
export const SERVICE_CONNECT_SECONDS = { idle: 300, tcpIdle: 3600, perRequest: 15 } as const;

/**
 * The proxy of Service Connect as the server that answers the load balancer: it speaks HTTP with both sides, so that the
 * container's keep-alive is one between the two. null where it only passes TCP on.
 */
export function readServiceConnect(
  { protocol, idleTimeoutSeconds }: ServiceConnect,
  serviceName: string,
): { readonly server: string; readonly keepAlive: KeepAliveReading; readonly where: string } | null {
  if (protocol === 'tcp') return null;
  const where = `Service Connect configuration of ECS service ${serviceName}`;
  if (idleTimeoutSeconds === null)
    return { server: SERVER, keepAlive: { state: 'default', unless: null }, where };
  const written = `${where}: timeout.idleTimeoutSeconds=${idleTimeoutSeconds}`;
  return idleTimeoutSeconds === 0
    ? {
        server: SERVER,
        keepAlive: { state: 'unknown', why: 'timeout.idleTimeoutSeconds=0 switches its idle timeout off' },
        where: written,
      }
    : {
        server: SERVER,
        keepAlive: { state: 'set', seconds: idleTimeoutSeconds, variable: null },
        where: written,
      };
}

/** Of a proxy that passes TCP on, a connection ends with that of the container, or when the proxy ends it before. */
export function behindServiceConnect(
  { idleTimeoutSeconds }: ServiceConnect,
  keepAlive: KeepAliveReading,
): KeepAliveReading {
  const seconds = idleTimeoutSeconds ?? SERVICE_CONNECT_SECONDS.tcpIdle;
  if (seconds === 0 || (keepAlive.state === 'set' && keepAlive.seconds <= seconds)) return keepAlive;
  // No default of a server is longer than that of the proxy.
  if (keepAlive.state === 'default' && idleTimeoutSeconds === null) return keepAlive;
  return {
    state: 'unknown',
    why: `the Service Connect proxy before it ends connections that are idle for ${seconds} s`,
  };
}
