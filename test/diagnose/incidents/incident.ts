import type { NamedCause } from '../../../lambda/model/cause.ts';
import { counts, type Edit, edits, failures, MINUTES, type Minutes, requests, ZONES } from '../bundle.ts';

/** An incident as it can be met: what metrics and settings show of it, and what people knew of it in the end. */
export interface Incident {
  readonly name: string;
  readonly truth: NamedCause;
  /** Metrics, health, settings and changes: what is there where nobody tagged anything and no log is read. */
  readonly metrics: Edit;
  /** What was found out beside them. */
  readonly foundOut: Edit;
}

/** Traffic that swings around a rate once in the window, in requests a minute. */
export const traffic = (rate: number, swing = 0): Minutes =>
  Array.from({ length: MINUTES }, (_, minute) =>
    Math.max(1, Math.round(rate * (1 + swing * Math.sin((minute / MINUTES) * 2 * Math.PI)))),
  );

/** Failures at minutes that no clock explains: `count` of them, about every `every` minutes, the first at `first`. */
export const sprinkled = (every: number, count: number, first = 2): Minutes => {
  const values: (number | null)[] = Array.from({ length: MINUTES }, () => null);
  for (let minute = first, turn = 1; minute < MINUTES; turn += 1) {
    values[minute] = 1 + ((count * turn) % (2 * count - 1 || 1));
    minute += Math.max(1, every + ((turn * 7) % 5) - 2);
  }
  return values;
};

/** 502s with the traffic around them, also by zone as the load balancer counts them. */
export const failing = (failed: Minutes, sent: Minutes): Edit =>
  edits(
    requests(sent),
    failures(failed),
    ...ZONES.map((zone, place) =>
      counts(
        'HTTPCode_ELB_502_Count',
        failed.map((value, minute) => (value !== null && minute % ZONES.length === place ? value : null)),
        { zone },
      ),
    ),
  );
