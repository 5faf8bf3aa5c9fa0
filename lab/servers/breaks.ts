import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Random } from '../random.ts';

/** By what a server ends connections that are in use. */
export interface Breaking {
  readonly connectionAgeMs: number | null;
  readonly destroyedShare: number;
  readonly random: Random;
  /** Real milliseconds. */
  readonly now: () => number;
}

/** From a request that is to be broken off to the end of its connection: no longer than ordinary work. */
const WORK_MS = 12;

/** Since when connections are there. */
const since = new WeakMap<Socket, number>();

export const accepted = (socket: Socket, now: number): void => void since.set(socket, now);

/** @returns whether the request is dealt with: its connection ends, and no other answer must be given */
export function breaksOff({ socket }: IncomingMessage, breaking: Breaking): boolean {
  const { connectionAgeMs, destroyedShare, random, now } = breaking;
  if (connectionAgeMs !== null && now() - (since.get(socket) ?? now()) > connectionAgeMs) {
    socket.destroy();
    return true;
  }
  if (destroyedShare === 0 || random() >= destroyedShare) return false;
  setTimeout(() => socket.destroy(), random() * WORK_MS);
  return true;
}
