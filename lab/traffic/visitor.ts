import { setTimeout as sleep } from 'node:timers/promises';
import type { LabClock } from '../clock.ts';
import type { Front } from '../load-balancer/load-balancer.ts';
import { newTraceId } from '../load-balancer/trace-id.ts';
import type { Random } from '../random.ts';
import { type ClientRequest, type ClientResult, send } from './client.ts';

/** One request of a page: a path to get, or whatever else is asked. */
export type Asked = string | Pick<ClientRequest, 'path' | 'method' | 'bodyBytes'>;

/** What a visitor does: load a page, which is several requests at once, then read for a while. */
export interface Habits {
  /** Requested together. */
  readonly page: (random: Random) => readonly Asked[];
  /** Lab seconds from the last response of a page to the next page. */
  readonly pauseSeconds: (random: Random) => number;
}

export interface Visit {
  readonly front: Front;
  readonly clock: LabClock;
  readonly random: Random;
  readonly habits: Habits;
  readonly onResult: (result: ClientResult) => void;
  readonly signal: AbortSignal;
}

/** Visits pages with pauses until the signal, from one node: the one whose address the visitor's DNS answer had. */
export async function visit({ front, clock, random, habits, onResult, signal }: Visit): Promise<void> {
  const pause = (share: number) =>
    sleep(clock.realMs(share * habits.pauseSeconds(random)), undefined, { signal }).catch(() => undefined);
  // Visitors do not all come at once.
  await pause(random());
  while (!signal.aborted) {
    const page = habits.page(random);
    const results = await Promise.all(
      page.map((asked) =>
        send(front, {
          ...(typeof asked === 'string' ? { path: asked } : asked),
          traceId: newTraceId(clock.now(), random),
          signal,
        }),
      ),
    );
    if (signal.aborted) return;
    results.forEach(onResult);
    await pause(1);
  }
}
