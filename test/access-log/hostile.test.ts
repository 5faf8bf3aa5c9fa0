import { expect, test } from 'vitest';
import { attackLogs } from '../../bench/hostile/logs.ts';

test('in damaged logs every 502 is counted or its line rejected, and all is read that can be', async () => {
  const { tried, wrong } = await attackLogs(12, 502);
  expect(tried).toBeGreaterThanOrEqual(100);
  expect(wrong).toEqual([]);
});
