import { request } from 'node:http';
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

/** Real milliseconds between two requests that keep a server awake. */
const BUSY_EVERY_MS = 25;

/**
 * Sends requests, each on a connection of its own: some servers look at their idle connections only when something
 * happens or a second is over (gunicorn), so one that nobody else uses closes later than one with traffic.
 *
 * @returns what ends it
 */
export function keepBusy(port: number): () => void {
  const timer = setInterval(() => {
    const outgoing = request({ host: '127.0.0.1', port, agent: false });
    // Whether it is answered is nobody's concern.
    outgoing.once('error', () => {});
    outgoing.once('response', (response) => response.resume().once('error', () => {}));
    outgoing.end();
  }, BUSY_EVERY_MS);
  return () => clearInterval(timer);
}
