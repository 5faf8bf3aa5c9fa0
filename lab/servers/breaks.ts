import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Random } from '../random.ts';

/** By what a server ends connections that are in use. */
export interface Breaking {
  readonly connectionAgeMs: number | null;
  readonly destroyedShare: number;
  readonly largestBodyBytes: number | null;
  readonly random: Random;
  /** Real milliseconds. */
  readonly now: () => number;
}

/** From a request that is to be broken off to the end of its connection: no longer than ordinary work. */
const WORK_MS = 12;

/** From the head of a request to the refusal of its body: time to ask who sends it, in which some of it comes. */
const REFUSAL_MS = 60;

/** 413 and a close: the body that has come by then, and is not read, makes the kernel reset the connection. */
function refuseBody(response: ServerResponse): void {
  const { socket } = response;
  socket?.pause();
  setTimeout(() => {
    response.writeHead(413, { Connection: 'close', 'Content-Length': '0' }).end();
    socket?.destroy();
  }, REFUSAL_MS);
}

/** Since when connections are there. */
const since = new WeakMap<Socket, number>();

export const accepted = (socket: Socket, now: number): void => void since.set(socket, now);

/** @returns whether the request is dealt with: its connection ends, and no other answer must be given */
export function breaksOff(request: IncomingMessage, response: ServerResponse, breaking: Breaking): boolean {
  const { socket } = request;
  const { connectionAgeMs, destroyedShare, largestBodyBytes, random, now } = breaking;
  if (largestBodyBytes !== null && Number(request.headers['content-length'] ?? 0) > largestBodyBytes) {
    refuseBody(response);
    return true;
  }
  if (connectionAgeMs !== null && now() - (since.get(socket) ?? now()) > connectionAgeMs) {
    socket.destroy();
    return true;
  }
  if (destroyedShare === 0 || random() >= destroyedShare) return false;
  setTimeout(() => socket.destroy(), random() * WORK_MS);
  return true;
}
