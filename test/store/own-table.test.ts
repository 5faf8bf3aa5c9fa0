import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { dynamoStore } from '../../lambda/store/dynamo.store.ts';
import { openTable } from '../../lambda/store/table.ts';
import { type Moto, startMoto } from '../moto.ts';
import { createStateTable } from './table.ts';

const REGION = 'eu-central-1';
const tableOf = (hash: string): string => `Alb502-MonitorState1A2B3C4D-${hash}`;
const [KEPT, USED, ALSO_USED] = [tableOf('KEPT'), tableOf('USED'), tableOf('ALSO')];

let moto: Moto;
beforeAll(async () => {
  moto = await startMoto(REGION);
});
afterAll(() => moto?.stop());
afterEach(() => vi.unstubAllEnvs());

async function deployed(name: string, minutesAgo: number): Promise<void> {
  const lastBackstopAt = new Date(Date.now() - minutesAgo * 60_000).toISOString();
  const progress = { lastBackstopAt, passStartedAt: null, passAfterArn: null, posturePending: [] };
  await dynamoStore(await createStateTable(moto, name), name).saveScreenProgress(REGION, progress);
}

test('of a table that a deleted stack left behind and one that is written to, the latter is taken', async () => {
  for (const [name, value] of Object.entries(moto.environment)) vi.stubEnv(name, value);
  const warnings: string[] = [];
  const location = { region: REGION, endpoint: moto.endpoint, tableName: null };
  const open = () => openTable(location, (sentence) => warnings.push(sentence));
  await deployed(KEPT, 3 * 24 * 60);
  expect((await open()).tableName, 'the only one').toBe(KEPT);
  expect(warnings).toEqual([]);
  await deployed(USED, 20);
  expect((await open()).tableName).toBe(USED);
  expect(warnings).toEqual([`using ${USED}; no monitor writes to ${KEPT} any more`]);
  await deployed(ALSO_USED, 20);
  await expect(open()).rejects.toThrow(`--table NAME`);
});
