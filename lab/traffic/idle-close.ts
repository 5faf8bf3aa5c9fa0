import { connect } from 'node:net';
import { performance } from 'node:perf_hooks';

/**
 * Measures how long a target keeps an idle connection: one request on one connection, then silence until it ends.
 *
 * @returns real milliseconds from the response to the end; null where it stayed open for `maxMs`
 */
export function measureIdleClose(port: number, maxMs: number): Promise<number | null> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    let answeredAt = 0;
    const done = (value: number | null) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(value);
    };
    const timer = setTimeout(() => done(null), maxMs);
    socket.once('connect', () => socket.write('GET / HTTP/1.1\r\nHost: shop.lab\r\n\r\n'));
    socket.on('data', () => {
      answeredAt = performance.now();
    });
    socket.once('end', () => done(performance.now() - answeredAt));
    socket.once('error', () => done(null));
  });
}
