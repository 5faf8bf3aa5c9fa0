import { isIPv6 } from 'node:net';
import type { Method } from '../http1/response-head.ts';
import { InputError } from '../model/failure.ts';

/** Where to connect and what to ask for. */
export interface Endpoint {
  /** Name or address, an IPv6 address without brackets. */
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
  /** Path and query of the request. */
  readonly path: string;
  /** GET where it is not given. */
  readonly method?: Method;
  /** The Host to ask for; the endpoint's own where it is not given. */
  readonly hostHeader?: string;
}

export const methodOf = ({ method = 'GET' }: Pick<Endpoint, 'method'>): Method => method;

/** `HOST:PORT`, an IPv6 address in brackets: the name of an endpoint in results and messages. */
export function endpointName({ host, port }: Pick<Endpoint, 'host' | 'port'>): string {
  return `${isIPv6(host) ? `[${host}]` : host}:${port}`;
}

/**
 * Reads `http://HOST[:PORT][/PATH]`, `https://...` or `HOST:PORT[/PATH]` (HTTP).
 *
 * @param path - replaces the path of the argument
 * @throws InputError naming the argument and what was expected
 */
export function parseEndpoint(argument: string, path?: string): Endpoint {
  const wrong = (why: string) =>
    new InputError(
      `target ${JSON.stringify(argument)} ${why}; give URL or HOST:PORT, such as http://10.0.0.7:8080/`,
    );
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(argument)?.[1]?.toLowerCase();
  if (scheme !== undefined && scheme !== 'http' && scheme !== 'https') {
    throw wrong(`has the scheme ${scheme}, and only http and https can be probed`);
  }
  const [, authority = ''] = /^(?:[a-z]+:\/\/)?([^/?#]*)/i.exec(argument) ?? [];
  if (/[\s\\]/.test(argument) || authority === '') throw wrong('is no address');
  if (authority.includes('@')) throw wrong('has a user name, which the probe does not send');
  if (!authority.startsWith('[') && authority.split(':').length > 2) {
    throw wrong('looks like IPv6, whose address stands in brackets: [::1]:8080');
  }
  const port = /:(\d*)$/.exec(authority)?.[1];
  if (scheme === undefined && !port) throw wrong('has no port');
  let url: URL;
  try {
    url = new URL(scheme === undefined ? `http://${argument}` : argument);
  } catch {
    throw wrong(port && Number(port) > 65_535 ? 'has a port above 65535' : 'is no address');
  }
  const tls = url.protocol === 'https:';
  const number = Number(url.port || (tls ? 443 : 80));
  if (number === 0) throw wrong('has port 0, on which nothing can listen');
  return {
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: number,
    tls,
    path: path === undefined ? url.pathname + url.search : parsePath(path),
  };
}

/**
 * @throws InputError where it is no Host of a request
 */
export function parseHost(host: string): string {
  if (!/^(?:[\w.-]{1,255}|\[[0-9a-fA-F:.]+\])(?::\d{1,5})?$/.test(host))
    throw new InputError(
      `--host ${JSON.stringify(host)} is no Host of a request; give a name with or without a port, such as api.internal`,
    );
  return host;
}

/**
 * @throws InputError where it is not the path of a request
 */
export function parsePath(path: string): string {
  if (!/^\/[\x21-\x7e]*$/.test(path) || path.includes('#')) {
    throw new InputError(
      `--path ${JSON.stringify(path)} is no request path; it begins with / and holds no spaces, such as /health`,
    );
  }
  return path;
}
