import { connect as connectPlain, isIP } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { Connection } from './connection.ts';
import type { Endpoint } from './endpoint.ts';
import { probeFailure, probeFailureFrom } from './failure.ts';
import type { StallWatch } from './stall-watch.ts';

/**
 * Connects, for https with the handshake and any certificate, as the ALB does to its targets.
 *
 * @param address - the address to connect to, already resolved
 * @throws ProbeFailure saying what to do
 */
export function connect(
  endpoint: Endpoint,
  address: string,
  timeoutMs: number,
  stalls: StallWatch,
): Promise<Connection> {
  const { port, host, tls } = endpoint;
  const socket = tls
    ? connectTls({
        host: address,
        port,
        rejectUnauthorized: false,
        // Old protocols and short keys too: the load balancer takes them, and nothing secret is sent.
        minVersion: 'TLSv1',
        ciphers: 'DEFAULT@SECLEVEL=0',
        ALPNProtocols: ['http/1.1'],
        ...(isIP(host) ? {} : { servername: host }),
      })
    : connectPlain({ host: address, port });
  return new Promise((resolve, reject) => {
    // Stays on: a late error of a socket that nobody needs any more must not end the process.
    socket.on('error', (error) => fail(error));
    const late = () =>
      socket.connecting
        ? probeFailure('timeout', endpoint)
        : probeFailure('tls', endpoint, 'the handshake did not end');
    const timer = setTimeout(() => fail(late()), Math.max(0, timeoutMs));
    const fail = (error: Error) => {
      clearTimeout(timer);
      socket.destroy();
      reject(probeFailureFrom(error, endpoint));
    };
    socket.once(tls ? 'secureConnect' : 'connect', () => {
      clearTimeout(timer);
      resolve(new Connection(socket, endpoint, stalls));
    });
  });
}
