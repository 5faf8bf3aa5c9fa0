import { createServer, type Socket } from 'node:net';
import * as z from 'zod';
import { portSetting, serve, settingsOf } from './child.ts';

/** A server that gets HTTP wrong on purpose. All times are real milliseconds. */
export const rawHttpSettings = z.object({
  port: portSetting,
  /** The connection ends after so many requests, and no header says so; null for never. */
  requestsPerConnection: z.number().int().positive().nullable().default(null),
  /** A connection that was idle for so long ends; null for never. */
  idleCloseMs: z.number().positive().nullable().default(null),
  /** From the last response to the end of the connection. */
  closeLagMs: z.number().min(0).default(0),
});

const BODY = 'ok';
const GOOD = `HTTP/1.1 200 OK\r\nContent-Length: ${BODY.length}\r\n\r\n${BODY}`;

/** Responses by path; everything else is well. */
const RESPONSES: Readonly<Record<string, { readonly text: string; readonly closes: boolean }>> = {
  '/two-lengths': {
    text: `HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 20\r\n\r\n${BODY}`,
    closes: false,
  },
  '/bad-header': {
    text: `HTTP/1.1 200 OK\r\nX Bad Name: 1\r\nContent-Length: 2\r\n\r\n${BODY}`,
    closes: false,
  },
  '/bad-chunk': {
    text: 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nnot-a-size\r\n',
    closes: false,
  },
  '/breaks-off': { text: `HTTP/1.1 200 OK\r\nContent-Length: 2000\r\n\r\n${BODY}`, closes: true },
  '/large-header': {
    text: `HTTP/1.1 200 OK\r\nSet-Cookie: session=${'c'.repeat(40_000)}\r\nContent-Length: 2\r\n\r\n${BODY}`,
    closes: false,
  },
};

if (process.send) {
  const settings = settingsOf(rawHttpSettings);
  const answerAll = (socket: Socket) => {
    let served = 0;
    let pending = '';
    socket.setNoDelay(true);
    if (settings.idleCloseMs !== null) socket.setTimeout(settings.idleCloseMs, () => socket.destroy());
    socket.on('error', () => {});
    socket.on('data', (bytes: Buffer) => {
      pending += bytes.toString('latin1');
      for (let end = pending.indexOf('\r\n\r\n'); end >= 0; end = pending.indexOf('\r\n\r\n')) {
        const path = pending.split(' ', 2)[1]?.split('?')[0] ?? '/';
        pending = pending.slice(end + 4);
        served += 1;
        const special = RESPONSES[path];
        socket.write(special?.text ?? GOOD);
        if (special?.closes) socket.end();
        if (served === settings.requestsPerConnection) {
          // What comes after the last response is not read any more, so that it ends in a reset.
          socket.pause();
          setTimeout(() => socket.destroy(), settings.closeLagMs);
          return;
        }
      }
    });
  };
  process.on('SIGTERM', () => process.exit());
  serve(createServer(answerAll), { port: settings.port });
}
