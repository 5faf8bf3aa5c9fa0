import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { monotonicMs } from '../../lambda/probe/monotonic.ts';
import { StallWatch } from '../../lambda/probe/stall-watch.ts';

test('a process that was held up knows for how long, and so does what it reads right after', async () => {
  const stalls = new StallWatch();
  onTestFinished(() => stalls.stop());
  await sleep(30);
  const until = monotonicMs() + 120;
  while (monotonicMs() < until);
  expect(stalls.lateByMs(monotonicMs())).toBeGreaterThan(90);
  // The overdue timer of the watch runs first; the socket that waited is read after it.
  const afterTimers = await new Promise<number>((resolve) => {
    setTimeout(() => resolve(stalls.lateByMs(monotonicMs())), 0);
  });
  expect(afterTimers).toBeGreaterThan(0);
});
