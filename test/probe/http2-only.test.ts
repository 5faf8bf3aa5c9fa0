import { once } from 'node:events';
import { createSecureServer } from 'node:http2';
import type { Server } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { describe, expect, test } from 'vitest';
import { parseEndpoint } from '../../lambda/probe/endpoint.ts';
import { probe } from '../../lambda/probe/probe.ts';
import { TEST_CERTIFICATE, TEST_KEY } from './certificate.ts';

async function listening(server: Server) {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    endpoint: parseEndpoint(`https://127.0.0.1:${address.port}/`),
    [Symbol.asyncDispose]: async () => {
      server.close();
    },
  };
}

describe('a target that cannot be measured in HTTP/1.1', () => {
  test.each([
    ['refuses HTTP/1.1 in the handshake', ['h2'], true],
    ['is asked without TLS', ['h2'], false],
  ])('it speaks only HTTP/2 over TLS, and %s', async (_, ALPNProtocols, tls) => {
    const server = createSecureServer({ key: TEST_KEY, cert: TEST_CERTIFICATE, ALPNProtocols });
    await using target = await listening(server);
    const limits = { maxSeconds: 10, watchSeconds: 1, requests: 5, pauseMs: 0 };
    expect(await probe({ ...target.endpoint, tls }, 60, limits)).toMatchObject({
      errorCode: 'speaks-http2',
      error: expect.stringContaining('only HTTP/2 over TLS'),
    });
  });

  test('it knows of no protocols in the handshake, and answers in HTTP/2', async () => {
    const server = createTlsServer({ key: TEST_KEY, cert: TEST_CERTIFICATE }, (socket) => {
      // The first frame of every HTTP/2 connection, empty settings (RFC 9113, 6.5): no HTTP/1.1.
      socket.on('error', () => {}).write(Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0]));
    });
    await using target = await listening(server);
    const limits = { maxSeconds: 10, watchSeconds: 1, requests: 5, pauseMs: 0 };
    expect(await probe({ ...target.endpoint, tls: true }, 60, limits)).toMatchObject({
      errorCode: 'not-http',
    });
  });

  test('it speaks HTTP/2 and HTTP/1.1, and only closes', async () => {
    const ALPNProtocols = ['h2', 'http/1.1'];
    const server = createTlsServer({ key: TEST_KEY, cert: TEST_CERTIFICATE, ALPNProtocols }, (socket) => {
      socket.on('error', () => {}).once('data', () => socket.end());
    });
    await using target = await listening(server);
    const limits = { maxSeconds: 10, watchSeconds: 1, requests: 5, pauseMs: 0 };
    expect(await probe({ ...target.endpoint, tls: true }, 60, limits)).toMatchObject({
      errorCode: 'closed',
    });
  });
});
