import { createServer, type Server, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** A server that writes exactly the bytes a test wants, and closes when the test says so. */
export interface RawTarget {
  readonly port: number;
  /** Connections accepted so far, health checks left out. */
  readonly connections: Socket[];
  /** Heads of the requests so far, health checks left out. */
  readonly requests: string[];
}

export const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';

type Answer = (socket: Socket, requestOnConnection: number, head: string) => void;

/** Listens on a free port. Health checks are always answered with 200. */
export async function rawTarget(
  answer: Answer,
  wrap?: (serve: (socket: Socket) => void) => Server,
): Promise<RawTarget> {
  const target: RawTarget & { port: number } = { port: 0, connections: [], requests: [] };
  const all = new Set<Socket>();
  const serve = (socket: Socket) => {
    all.add(socket);
    let count = 0;
    socket.on('error', () => {});
    socket.on('data', (bytes) => {
      const head = bytes.toString('latin1');
      if (head.includes('ELB-HealthChecker')) {
        socket.end(OK);
        return;
      }
      count += 1;
      if (count === 1) target.connections.push(socket);
      target.requests.push(head);
      answer(socket, count, head);
    });
  };
  const server = wrap ? wrap(serve) : createServer({ allowHalfOpen: false }, serve);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    for (const socket of all) socket.destroy();
    server.close();
  });
  const address = server.address();
  target.port = typeof address === 'object' && address ? address.port : 0;
  return target;
}

/** A port on which nothing listens. */
export async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return typeof address === 'object' && address ? address.port : 0;
}
