import { describe, expect, test } from 'vitest';
import {
  coincidence,
  coincidenceWithin,
  isWithin,
  shareWithin,
} from '../../lambda/diagnose/changes/coincidence.ts';
import { at } from './bundle.ts';

const MINUTE_MS = 60_000;
const ms = (minute: number): number => Date.parse(at(minute));
const counts = (...minutes: readonly (readonly [minute: number, count: number])[]) =>
  new Map(minutes.map(([minute, count]) => [at(minute), count]));
const WINDOW = { start: at(0), end: at(100) };
const NONE = new Map<string, number>();
const traffic = new Map(Array.from({ length: 100 }, (_, minute) => [at(minute), 10]));
const span = { fromMs: ms(40), toMs: ms(49) };

describe('failures around a stretch of time', () => {
  const nats = (failures: ReadonlyMap<string, number>, requests: ReadonlyMap<string, number> = traffic) =>
    coincidenceWithin({ failures, requests }, WINDOW, [span]);

  test('speak for it where they lie in it, by as much as that is unlikely', () => {
    // One minute in ten has the traffic of the stretch; 85 % of failures are expected in it.
    expect(nats(counts([45, 3]))).toBeCloseTo(Math.log(0.85 / 0.1), 9);
    expect(nats(counts([45, 3], [46, 3]))).toBeCloseTo(2 * Math.log(0.85 / 0.1), 9);
  });

  test('speak against it where they lie elsewhere', () => {
    expect(nats(counts([80, 3]))).toBeCloseTo(Math.log(0.15 / 0.9), 9);
  });

  test('weigh by their number among the minutes, so that a stray one hardly counts', () => {
    const expected = 2 * (0.9 * Math.log(0.85 / 0.1) + 0.1 * Math.log(0.15 / 0.9));
    expect(nats(counts([45, 9], [80, 1]))).toBeCloseTo(expected, 9);
  });

  test('say nothing where nearly all traffic lies in it, and where there are none', () => {
    expect(nats(counts([45, 3]), counts([45, 85], [80, 15]))).toBe(0);
    expect(nats(counts([45, 3]), counts([45, 84], [80, 16]))).toBeGreaterThan(0);
    expect(nats(NONE)).toBe(0);
    expect(coincidenceWithin({ failures: counts([45, 3]), requests: traffic }, WINDOW, [])).toBe(0);
  });

  test('are compared with the time where the traffic is not known', () => {
    expect(nats(counts([45, 3]), NONE)).toBeCloseTo(Math.log(0.85 / 0.09), 9);
    // A moment is never shorter than one minute of the window.
    const moment = { fromMs: ms(45), toMs: ms(45) };
    expect(coincidenceWithin({ failures: counts([45, 3]), requests: NONE }, WINDOW, [moment])).toBeCloseTo(
      Math.log(0.85 / 0.01),
      9,
    );
  });
});

test('an event reaches from before it to after it', () => {
  const around = (minute: number) =>
    coincidence({ failures: counts([minute, 1]), requests: NONE }, WINDOW, [ms(50)], {
      fromMs: -2 * MINUTE_MS,
      toMs: 5 * MINUTE_MS,
    });
  expect([47, 48, 50, 55, 56].map((minute) => around(minute) > 0)).toEqual([false, true, true, true, false]);
});

test('the ends of a stretch are in it', () => {
  expect([39, 40, 49, 50].map((minute) => isWithin([span], at(minute)))).toEqual([false, true, true, false]);
  expect(shareWithin(counts([40, 3], [50, 1]), [span])).toBe(0.75);
  expect(shareWithin(NONE, [span])).toBe(0);
});
