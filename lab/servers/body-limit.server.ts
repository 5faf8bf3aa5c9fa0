import { createServer, type Socket } from 'node:net';
import * as z from 'zod';
import { portSetting, serve, settingsOf } from './child.ts';

/** A server that looks at the length of a request's body before it reads it. */
export const bodyLimitSettings = z.object({
  port: portSetting,
  /** What announces more is answered 413, and the connection ended with the body unread. */
  largestBodyBytes: z.number().int().positive(),
});

const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';
const TOO_LARGE = 'HTTP/1.1 413 Content Too Large\r\nConnection: close\r\nContent-Length: 0\r\n\r\n';

/** Real milliseconds from the head of a request to the refusal of its body, in which some of the body comes. */
const REFUSAL_MS = 10;

const lengthOf = (head: string): number => Number(/^content-length: *(\d+)/im.exec(head)?.[1] ?? 0);

/** Refuses, and is done with the connection: the kernel resets it, since there is something unread. */
function refuse(socket: Socket): void {
  socket.pause();
  setTimeout(() => {
    socket.write(TOO_LARGE);
    socket.destroy();
  }, REFUSAL_MS);
}

if (process.send) {
  const { port, largestBodyBytes } = settingsOf(bodyLimitSettings);
  const answerAll = (socket: Socket) => {
    let pending = Buffer.alloc(0);
    socket.setNoDelay(true);
    socket.on('error', () => {});
    socket.on('data', (bytes: Buffer) => {
      pending = Buffer.concat([pending, bytes]);
      for (let end = pending.indexOf('\r\n\r\n'); end >= 0; end = pending.indexOf('\r\n\r\n')) {
        const length = lengthOf(pending.toString('latin1', 0, end));
        if (length > largestBodyBytes) {
          refuse(socket);
          return;
        }
        const next = end + 4 + length;
        if (pending.length < next) return;
        pending = pending.subarray(next);
        socket.write(OK);
      }
    });
  };
  process.on('SIGTERM', () => process.exit());
  serve(createServer(answerAll), { port });
}
