import { CreateAccountAliasCommand, DeleteAccountAliasCommand, IAMClient } from '@aws-sdk/client-iam';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { askedAlias, rememberedAlias } from '../../lambda/investigate/account-alias.ts';
import { readAccountAlias } from '../../lambda/observe/account-alias.reader.ts';
import { accountAliasStore } from '../../lambda/store/account-alias.store.ts';
import { type FaultProxy, startFaultProxy } from '../aws-faults.ts';
import { type Moto, startMoto } from '../moto.ts';
import { createStateTable } from '../store/table.ts';

const at = (minutes: number): string => new Date(Date.UTC(2026, 10, 29) + minutes * 60_000).toISOString();
const DAY = 24 * 60;
const TABLE = 'state';

let moto: Moto;
let proxy: FaultProxy;
let table: Awaited<ReturnType<typeof createStateTable>>;
beforeAll(async () => {
  moto = await startMoto();
  proxy = await startFaultProxy(moto.endpoint);
  table = await createStateTable(moto, TABLE);
  for (const [name, value] of Object.entries({ ...moto.environment, ...proxy.environment }))
    vi.stubEnv(name, value);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await proxy?.stop();
  await moto?.stop();
});
beforeEach(() => proxy.reset());

const store = () => accountAliasStore(table, TABLE);
const asked = () => askedAlias(store(), () => readAccountAlias('eu-central-1'));
const asks = () => proxy.calls.filter(({ action }) => action === 'ListAccountAliases').length;
const name = (AccountAlias: string) =>
  new IAMClient(moto.client).send(new CreateAccountAliasCommand({ AccountAlias }));

test('the alias is asked for once a day, by whatever process, and the others read what was remembered', async () => {
  const other = rememberedAlias(store());
  expect(await other(at(0))).toBeNull();
  await name('prod');
  const first = asked();
  expect(await first(at(0))).toBe('prod');
  expect(await first(at(DAY - 1))).toBe('prod');
  expect(await asked()(at(DAY - 1))).toBe('prod');
  expect(await other(at(1))).toBe('prod');
  expect(asks()).toBe(1);
  await name('production');
  expect(await first(at(DAY))).toBe('production');
  expect(asks()).toBe(2);
  expect(await other(at(60))).toBe('prod');
  expect(await other(at(61))).toBe('production');
});

test('a denial is asked again a day later only, and what was known stays', async () => {
  const reads = asked();
  const before = await reads(at(DAY));
  proxy.reset([{ action: 'ListAccountAliases', fault: 'denied' }]);
  expect(before).toBe('production');
  expect(await reads(at(2 * DAY))).toBe('production');
  expect(await reads(at(2 * DAY + 1))).toBe('production');
  expect(await asked()(at(2 * DAY + 1))).toBe('production');
  expect(asks()).toBe(1);
});

test('an account without an alias has none', async () => {
  await new IAMClient(moto.client).send(new DeleteAccountAliasCommand({ AccountAlias: 'production' }));
  expect(await asked()(at(3 * DAY))).toBeNull();
  expect(await rememberedAlias(store())(at(3 * DAY))).toBeNull();
});

test('a table that cannot be read costs the alias only', async () => {
  await table.send(
    new PutCommand({ TableName: TABLE, Item: { pk: 'ACCOUNT', sk: 'ALIAS', data: 'no JSON' } }),
  );
  expect(await asked()(at(4 * DAY))).toBeNull();
  expect(await rememberedAlias(store())(at(4 * DAY))).toBeNull();
});
