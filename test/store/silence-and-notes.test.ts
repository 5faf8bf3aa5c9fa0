import {
  BatchWriteCommand,
  type DynamoDBDocumentClient,
  PutCommand,
  ScanCommand,
} from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import type { RecurringSilence, Silence } from '../../lambda/model/record.ts';
import { dynamoStore } from '../../lambda/store/dynamo.store.ts';
import { memoryStore } from '../../lambda/store/memory.store.ts';
import type { MonitorStore } from '../../lambda/store/monitor-store.ts';
import { noteStore } from '../../lambda/store/note.store.ts';
import { minute, SHOP } from '../alert/looks.ts';
import { type Moto, startMoto } from '../moto.ts';
import { arnOf } from './entries.ts';
import { createStateTable } from './table.ts';

const TABLE = 'state';
const SILENCE: Silence = { at: minute(0), until: minute(60), by: 'dana', reason: 'the database moves' };
let moto: Moto;
let client: DynamoDBDocumentClient;

beforeAll(async () => {
  moto = await startMoto();
  client = await createStateTable(moto, TABLE);
});
afterAll(() => moto.stop());

const STORES: readonly (readonly [string, () => MonitorStore])[] = [
  ['in memory', memoryStore],
  ['in DynamoDB', () => dynamoStore(client, TABLE)],
];

describe.each(STORES)('silences %s', (_, open) => {
  test('are given back with their load balancer and all together; a new one takes the place of the last', async () => {
    const store = open();
    await store.silence(SHOP, { ...SILENCE, until: minute(10) });
    await store.silence(SHOP, SILENCE);
    await store.silence(arnOf('api'), { ...SILENCE, by: null, reason: null });
    expect((await store.load(SHOP)).silence).toEqual(SILENCE);
    const all = await store.silences();
    expect(all.find(({ loadBalancerArn }) => loadBalancerArn === SHOP)?.silence).toEqual(SILENCE);
    expect(all).toHaveLength(2);
  });
});

describe.each(STORES)('recurring silences %s', (_, open) => {
  const recurring = (cron: string, timeZone = 'UTC'): RecurringSilence => ({
    ...{ ...SILENCE, until: minute(60 * 24 * 90) },
    recurrence: { cron, timeZone, durationMinutes: 60 },
  });

  test('stand beside each other and beside the one that does not recur; an equal one is replaced', async () => {
    const store = open();
    const arn = arnOf('weekly');
    await store.silenceRecurringly(arn, { ...recurring('0 2 * * 6'), reason: 'first' });
    await store.silenceRecurringly(arn, recurring('0 2 * * 6'));
    await store.silenceRecurringly(arn, recurring('0 2 * * 6', 'Europe/Berlin'));
    await store.silenceRecurringly(arnOf('nightly'), recurring('0 3 * * *'));
    expect((await store.load(arn)).silence).toBeNull();
    await store.silence(arn, SILENCE);
    const { silence, recurringSilences } = await store.load(arn);
    expect(silence).toEqual(SILENCE);
    expect(recurringSilences).toHaveLength(2);
    expect(recurringSilences).toEqual(
      expect.arrayContaining([recurring('0 2 * * 6'), recurring('0 2 * * 6', 'Europe/Berlin')]),
    );
    const all = await store.recurringSilences();
    expect(all).toHaveLength(3);
    expect(all).toContainEqual({ loadBalancerArn: arnOf('nightly'), silence: recurring('0 3 * * *') });
    expect((await store.silences()).map(({ loadBalancerArn }) => loadBalancerArn)).toContain(arn);
  });
});

test('recurring silences are read beside more facts than a look takes', async () => {
  const store = dynamoStore(client, TABLE);
  const arn = arnOf('crowded');
  const silence = { ...SILENCE, recurrence: { cron: '0 2 * * 6', timeZone: 'UTC', durationMinutes: 60 } };
  await store.silenceRecurringly(arn, silence);
  await store.silence(arn, SILENCE);
  const items = Array.from({ length: 1001 }, (_, index) => ({
    PutRequest: { Item: { pk: `LB#${arn}`, sk: `FACT#${String(index).padStart(4, '0')}`, data: '{}' } },
  }));
  for (let start = 0; start < items.length; start += 25)
    await client.send(new BatchWriteCommand({ RequestItems: { [TABLE]: items.slice(start, start + 25) } }));
  expect(await store.load(arn)).toMatchObject({ silence: SILENCE, recurringSilences: [silence] });
});

test('a silence that an older version wrote is one, and one that cannot be read holds nothing back', async () => {
  const warnings: string[] = [];
  const store = dynamoStore(client, TABLE, (sentence) => warnings.push(sentence));
  const write = (name: string, data: string) =>
    client.send(new PutCommand({ TableName: TABLE, Item: { pk: `LB#${arnOf(name)}`, sk: 'SILENCE', data } }));
  await write('old', JSON.stringify({ until: minute(60) }));
  await write('broken', '{"until":"soon"}');
  expect((await store.load(arnOf('old'))).silence).toEqual({
    ...{ at: null, until: minute(60), by: null, reason: null },
  });
  expect((await store.load(arnOf('broken'))).silence).toBeNull();
  expect(warnings).toHaveLength(1);
});

describe('what people put into a record', () => {
  const attachment = { at: minute(5), by: 'dana', command: 'alb502 probe', output: 'closed after 5 s' };

  test('is there once, however often the call is repeated', async () => {
    const notes = noteStore(client, TABLE);
    expect(await notes.attach('one', attachment)).toBe(true);
    expect(await notes.attach('one', { ...attachment, at: minute(9), by: 'kim' })).toBe(false);
    expect(await notes.attach('one', { ...attachment, at: minute(1), output: 'other' })).toBe(true);
    expect((await notes.attachmentsOf('one')).map(({ at, by }) => [at, by])).toEqual([
      [minute(1), 'dana'],
      [minute(5), 'dana'],
    ]);
    expect(await notes.attachmentsOf('two')).toEqual([]);
  });

  test('loses no note to another of the same instant', async () => {
    const notes = noteStore(client, TABLE);
    const note = (at: number, text: string) => ({ at: minute(at), by: null, text });
    for (const one of [note(2, 'late'), note(1, 'a'), note(1, 'b'), note(1, 'a')])
      await notes.add('one', one);
    const texts = (await notes.of('one')).map(({ text }) => text);
    expect(texts.slice(0, 2).sort()).toEqual(['a', 'b']);
    expect(texts.slice(2)).toEqual(['late']);
  });

  test('outlives the record, but not for ever', async () => {
    const { Items = [] } = await client.send(new ScanCommand({ TableName: TABLE }));
    const items = z
      .array(z.object({ pk: z.string(), expiresAt: z.number() }))
      .parse(Items.filter(({ pk }) => /^(NOTE|ATTACHMENT)#/.test(String(pk))));
    expect(items).toHaveLength(5);
    for (const { expiresAt } of items) {
      const years = (expiresAt - Date.parse(minute(0)) / 1000) / (365 * 86_400);
      expect(years).toBeGreaterThan(1);
      expect(years).toBeLessThan(3);
    }
  });
});
