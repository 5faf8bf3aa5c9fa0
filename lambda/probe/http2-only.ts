import { isIP } from 'node:net';
import { connect } from 'node:tls';
import type { Endpoint } from './endpoint.ts';

/** A handshake takes a few round trips. */
const LONGEST_MS = 5_000;

/**
 * Whether a target agrees in the TLS handshake on HTTP/2 and not on HTTP/1.1 (ALPN, RFC 7301; `h2`, RFC 9113, 3.2), with
 * any certificate.
 *
 * @param leftMs - for both handshakes; no longer than 5 s are taken for each
 */
export async function speaksHttp2Only(endpoint: Endpoint, leftMs: number): Promise<boolean> {
  const timeoutMs = Math.min(leftMs / 2, LONGEST_MS);
  return (await agreesOn('h2', endpoint, timeoutMs)) && !(await agreesOn('http/1.1', endpoint, timeoutMs));
}

function agreesOn(
  protocol: 'h2' | 'http/1.1',
  { host, port }: Endpoint,
  timeoutMs: number,
): Promise<boolean> {
  if (timeoutMs <= 0) return Promise.resolve(false);
  return new Promise((resolve) => {
    const socket = connect({
      host,
      port,
      rejectUnauthorized: false,
      ALPNProtocols: [protocol],
      ...(isIP(host) ? {} : { servername: host }),
    });
    const end = (agrees: boolean): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(agrees);
    };
    const timer = setTimeout(() => end(false), timeoutMs);
    // Stays on: a late error must not end the process.
    socket.on('error', () => end(false));
    socket.once('secureConnect', () => end(socket.alpnProtocol === protocol));
  });
}
