import { expect, test } from 'vitest';
import { targetStopsOf } from '../../lambda/diagnose/workload/target-stops.ts';
import { bundleWith } from './bundle.ts';
import { deployed, stopped } from './workload.ts';

test.each([
  ['15 minutes after its deployment began is of a rollout that fails', 145, 'rollout'],
  ['16 minutes after it had stayed up, and ended by itself', 146, 'exit'],
] as const)('a new task that exits with an error %s', (_, minute, reason) => {
  const bundle = bundleWith(deployed(130, 170), stopped(minute, { exitCode: 1 }));
  expect(targetStopsOf(bundle).map((stop) => stop.reason)).toEqual([reason]);
});
