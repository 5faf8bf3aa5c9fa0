import { connect, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** Connections that fill the queue of a listener with the shortest backlog there is. */
const FILLING = 8;
const LOOK_MS = 200;

/**
 * A port whose packets are swallowed: the queue of pending connections is full and nobody takes one from it, so that
 * the kernel drops every SYN, as a security group does. The event loop must not run, or Node would accept.
 */
if (process.send) {
  const parent = process.ppid;
  const server = createServer();
  server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
    const address = server.address();
    const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
    process.send?.({ port }, () => block(port, parent));
  });
}

async function block(port: number, parent: number): Promise<void> {
  for (let count = 0; count < FILLING; count++) connect({ port, host: '127.0.0.1' }).on('error', () => {});
  await sleep(0);
  const never = new Int32Array(new SharedArrayBuffer(4));
  // Signals end it as ever; the end of the parent is seen by its number.
  while (process.ppid === parent) Atomics.wait(never, 0, 0, LOOK_MS);
  process.exit();
}
