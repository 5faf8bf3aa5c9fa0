import { setMaxListeners } from 'node:events';
import type { LabClock } from '../clock.ts';
import type { Front } from '../load-balancer/load-balancer.ts';
import { randomFrom } from '../random.ts';
import type { ClientResult } from './client.ts';
import { type Habits, visit } from './visitor.ts';

/** Visitors at work, one to a node. */
export interface Crowd {
  /** Ends the visits; requests in flight are given up. */
  stop(): Promise<void>;
}

export interface CrowdOptions {
  readonly fronts: readonly Front[];
  readonly clock: LabClock;
  readonly seed: number;
  /** What the visitor with this number does. */
  readonly habits: (visitor: number) => Habits;
  readonly onResult: (result: ClientResult) => void;
}

/** Starts one visitor at every node, so that the pauses of one do not fill the connections of another. */
export function startCrowd({ fronts, clock, seed, habits, onResult }: CrowdOptions): Crowd {
  const ending = new AbortController();
  const { signal } = ending;
  setMaxListeners(0, signal);
  const visits = fronts.map((front, index) =>
    visit({ front, clock, random: randomFrom(seed * 1000 + index), habits: habits(index), onResult, signal }),
  );
  return {
    stop: async () => {
      ending.abort();
      await Promise.all(visits);
    },
  };
}
