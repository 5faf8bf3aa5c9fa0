import { describe, expect, test } from 'vitest';
import type { EmbeddedMonitor } from '../../lab/embedded/monitor.ts';
import { LateLooks } from '../../lab/late-looks.ts';
import { complaintsOf } from '../../lab/tour-record.ts';
import { diagnose } from '../../lambda/diagnose/diagnose.ts';
import type { Cause } from '../../lambda/model/cause.ts';
import { memoryStore } from '../../lambda/store/memory.store.ts';
import { bundleWith } from '../diagnose/bundle.ts';

/** A machine whose lateness, and a monitor whose findings, are said; a span lasts a second. */
function looksOf(spans: readonly { readonly lateMs: number; readonly finds: Cause | null }[]) {
  const diagnosis = diagnose(bundleWith());
  let [span] = spans;
  let totalMs = 0;
  let anew = 0;
  const monitor: EmbeddedMonitor = {
    store: memoryStore(),
    beat: async () => [],
    peek: () => ({ ...diagnosis, verdict: span?.finds ?? null }),
    measureAnew: () => {
      anew += 1;
    },
  };
  const looks = new LateLooks(monitor, { totalMs: () => totalMs }, 0);
  const putOff = spans.map((one, index) => {
    span = one;
    totalMs += one.lateMs;
    return looks.putOff((index + 1) * 1_000) !== null;
  });
  return { putOff, count: looks.count, anew };
}

describe('a look that is due', () => {
  test('is taken where the machine had time, whatever is found', () => {
    const spans = [
      { lateMs: 0, finds: null },
      { lateMs: 150, finds: 'target-crash' },
      { lateMs: 200, finds: 'deployment' },
    ] as const;
    expect(looksOf(spans)).toEqual({ putOff: [false, false, false], count: 0, anew: 0 });
  });

  test('waits where it had none, and what was measured is left out', () => {
    const spans = [
      { lateMs: 700, finds: 'target-crash' },
      { lateMs: 900, finds: 'deployment' },
      { lateMs: 10, finds: 'keepalive-mismatch' },
    ] as const;
    expect(looksOf(spans)).toEqual({ putOff: [true, true, false], count: 2, anew: 2 });
  });

  test('is taken on a busy machine once three separate measurements name the same cause', () => {
    const busy = (finds: Cause | null) => ({ lateMs: 500, finds });
    expect(looksOf([busy('tls-failure'), busy('tls-failure'), busy('tls-failure')]).putOff).toEqual([
      true,
      true,
      false,
    ]);
    const changing = [busy('tls-failure'), busy('tls-failure'), busy('target-crash'), busy('tls-failure')];
    expect(looksOf(changing).putOff).toEqual([true, true, true, true]);
    expect(looksOf(Array.from({ length: 5 }, () => busy('undetermined'))).count).toBe(5);
    expect(looksOf(Array.from({ length: 5 }, () => busy(null))).count).toBe(5);
  });
});

test('a tour that could announce nothing on a busy machine says so, and not that its verdict is missing', () => {
  const outcome = {
    failures: 9,
    announcements: 0,
    verdict: null,
    fixed: true,
    failuresAfterFix: 0,
    resolved: false,
  };
  const scenario = { truth: 'keepalive-mismatch' } as const;
  expect(complaintsOf(scenario, { ...outcome, late: true })).toEqual([
    expect.stringMatching(/^this machine was too busy to measure on/),
  ]);
  expect(complaintsOf(scenario, { ...outcome, late: false })).toEqual([
    'the verdict is missing, the truth is keepalive-mismatch',
  ]);
});
