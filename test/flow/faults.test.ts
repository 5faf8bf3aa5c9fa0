import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Moto, startMoto } from '../moto.ts';
import { crashTable } from './faults/crash.ts';
import { clockTable, disorderTable } from './faults/disorder.ts';
import { buildFaultFleet, type FaultFleet } from './faults/fleet.ts';
import { outageTable } from './faults/outage.ts';
import { readTable } from './faults/reads.ts';

let moto: Moto;
let fleet: FaultFleet;
beforeAll(async () => {
  moto = await startMoto();
  fleet = await buildFaultFleet(moto);
});
afterAll(() => moto.stop());

describe('a process that dies at any of its calls', () => {
  test('leaves the same state once its message is redelivered, and every notification is sent', async () => {
    for (const row of await crashTable(moto, fleet, 5, ['failing'])) {
      expect(row).toMatchObject({
        notifications: 1,
        statesThatDiffer: 0,
        notificationsLost: 0,
        wrongDuplicates: 0,
      });
      expect(row.runs).toBeGreaterThan(5);
    }
  });
});

describe('reads that fail', () => {
  test('resolve nothing that goes on, invent nothing, and are named', async () => {
    const reads = ['DescribeTags', 'GetMetricData'] as const;
    const rows = await readTable(moto, fleet, { kinds: ['denied', 'empty'], reads, randomLooks: 2 });
    for (const row of rows)
      expect(row).toMatchObject({ wrongResolves: 0, wrongAlerts: 0, crashes: 0, unnamed: 0 });
  });
});

describe('an hour without SNS', () => {
  test('loses nothing, keeps the order, and ends without a storm', async () => {
    const row = await outageTable(moto, 12);
    expect(row).toMatchObject({ notifications: 24, lost: 0, outOfOrder: 0 });
    expect(row.attemptsAMinute).toBeLessThanOrEqual(3);
    expect(row.storm).toBeLessThanOrEqual(100);
  });
});

describe('messages and clocks in disorder', () => {
  test('messages that come twice, late, in any order and several at once leave one state and one alert', async () => {
    expect(await disorderTable(4)).toMatchObject({ wrong: 0, crashes: 0 });
  });

  test('a clock that steps closes nothing that goes on and opens nothing twice', async () => {
    expect(await clockTable(4)).toMatchObject({ wrong: 0, crashes: 0 });
  });
});
