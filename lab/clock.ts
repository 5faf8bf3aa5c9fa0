import { performance } from 'node:perf_hooks';

/**
 * The time of the lab. Everything the stand-in does, logs and measures is in lab time, so that one number makes
 * a whole run faster: at scale 5 a minute lasts 12 real seconds and an idle timeout of 60 s lasts 12.
 */
export interface LabClock {
  /** Lab seconds per real second. */
  readonly scale: number;
  /** Lab time as epoch milliseconds with a fraction, never going back. */
  now(): number;
  /** Real milliseconds that so many lab seconds last. */
  realMs(labSeconds: number): number;
  /** Lab seconds that so many real milliseconds are. */
  labSeconds(realMs: number): number;
}

/**
 * @param scale - lab seconds per real second, 1 or more
 * @param originMs - lab time at the start; default the present
 */
export function labClock(scale: number, originMs: number = Date.now()): LabClock {
  const start = performance.now();
  return {
    scale,
    now: () => originMs + (performance.now() - start) * scale,
    realMs: (labSeconds) => (labSeconds * 1000) / scale,
    labSeconds: (realMs) => (realMs * scale) / 1000,
  };
}
