import { type DynamoDBDocumentClient, PutCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { initialState } from '../../lambda/alert/decide.ts';
import { deliverWritten, sweepOutbox } from '../../lambda/deliver/outbox.ts';
import type { Notification } from '../../lambda/model/alert.ts';
import type { Baseline, KeepAliveFact, ResponseFact } from '../../lambda/model/evidence.ts';
import { countsOfScreening } from '../../lambda/own-metrics.ts';
import { dynamoStore } from '../../lambda/store/dynamo.store.ts';
import { memoryStore } from '../../lambda/store/memory.store.ts';
import { CHANNELS, ConcurrentUpdateError, type MonitorStore } from '../../lambda/store/monitor-store.ts';
import { minute, SHOP, WEB } from '../alert/looks.ts';
import { type Moto, startMoto } from '../moto.ts';
import { arnOf, notificationAt, recordAt } from './entries.ts';
import { createStateTable } from './table.ts';

let moto: Moto;
let tables = 0;
beforeAll(async () => {
  moto = await startMoto();
});
afterAll(() => moto.stop());

async function newTable(): Promise<{ client: DynamoDBDocumentClient; name: string }> {
  const name = `state-${++tables}`;
  return { client: await createStateTable(moto, name), name };
}

const STORES: readonly (readonly [string, () => Promise<MonitorStore>])[] = [
  ['in memory', async () => memoryStore()],
  [
    'in DynamoDB',
    async () => {
      const { client, name } = await newTable();
      return dynamoStore(client, name);
    },
  ],
];

const BASELINE: Baseline = { acceptedAt: minute(0), origin: 'learned', resources: { [SHOP]: { a: '1' } } };
const FACT: KeepAliveFact = {
  ...{ targetGroupArn: WEB, target: null, seconds: 5, lowSeconds: null, highSeconds: null },
  ...{ source: 'probe', at: minute(0), detail: 'measured' },
};

describe.each(STORES)('the memory %s', (_, open) => {
  test('knows nothing of a load balancer that was never looked at', async () => {
    const store = await open();
    expect(await store.load(SHOP)).toEqual({
      ...{
        state: null,
        baseline: null,
        keepAliveFacts: [],
        responseFacts: [],
        silence: null,
        recurringSilences: [],
        incident: null,
        revision: 0,
      },
    });
    expect(await store.screenProgress('eu-central-1')).toEqual({
      ...{ lastBackstopAt: null, passStartedAt: null, passAfterArn: null, posturePending: [] },
    });
    expect(await store.incident('none')).toBeNull();
  });

  test('gives back what an investigation recorded, whole', async () => {
    const store = await open();
    const record = recordAt(10, { newBaseline: BASELINE });
    await store.record(record);
    const memory = await store.load(SHOP);
    expect(memory).toEqual({
      ...{
        state: record.state,
        baseline: BASELINE,
        keepAliveFacts: [],
        responseFacts: [],
        silence: null,
        recurringSilences: [],
        incident: record.incident,
        revision: 1,
      },
    });
    expect(await store.fleet()).toEqual([record.fleetEntry]);
    expect(await store.active()).toEqual([
      { loadBalancerArn: SHOP, region: 'eu-central-1', nextLookAt: minute(11) },
    ]);
    expect(await store.incidents()).toEqual([record.incident]);
    for (const channel of CHANNELS) {
      const { entries } = await store.outbox({ channel, limit: 10 });
      expect(entries.map(({ notification }) => notification)).toEqual(record.notifications);
    }
  });

  test('takes one of two investigations that read the same revision, and nothing of the other', async () => {
    const store = await open();
    await store.record(recordAt(10));
    await store.record(recordAt(20, { readRevision: 1 }));
    await expect(store.record(recordAt(21, { readRevision: 1 }))).rejects.toThrow(ConcurrentUpdateError);
    expect((await store.load(SHOP)).revision).toBe(2);
    expect((await store.load(SHOP)).state?.since).toBe(minute(20));
    expect((await store.outbox({ channel: 'topic', limit: 10 })).entries).toHaveLength(2);
  });

  test('refuses a first record where another one was first', async () => {
    const store = await open();
    await store.record(recordAt(10));
    await expect(store.record(recordAt(11))).rejects.toThrow(ConcurrentUpdateError);
  });

  test('keeps the outbox in the order of decisions, one for each channel', async () => {
    const store = await open();
    await store.record(recordAt(30, {}, 'api'));
    await store.record(
      recordAt(10, { notifications: [notificationAt(10), notificationAt(10, 'shop', 'resolved')] }),
    );
    const read = async () =>
      (await store.outbox({ channel: 'topic', limit: 10 })).entries.map(({ notification: { at, alert } }) => [
        at,
        alert.event,
      ]);
    expect(await read()).toEqual([
      [minute(10), 'firing'],
      [minute(10), 'resolved'],
      [minute(30), 'firing'],
    ]);
    const [first] = (await store.outbox({ channel: 'topic', limit: 1 })).entries;
    if (!first) throw new Error('the outbox is empty');
    await store.removeFromOutbox(first);
    expect(await read()).toHaveLength(2);
    expect((await store.outbox({ channel: 'bus', limit: 10 })).entries).toHaveLength(3);
  });

  test('forgets an alert that is over, keeps its incident, and gives it back with the next look', async () => {
    const store = await open();
    const first = recordAt(10);
    await store.record(first);
    const { incident } = first.state;
    if (!incident) throw new Error('no incident');
    const ended = { ...incident, endedAt: minute(60), verdict: null };
    const state = { ...initialState(minute(60)), ended: { ...ended } };
    await store.record(recordAt(60, { readRevision: 1, state, notifications: [] }));
    expect(await store.active()).toEqual([]);
    expect((await store.load(SHOP)).incident?.id).toBe(incident.id);
  });

  test('lets a deleted load balancer leave the overview', async () => {
    const store = await open();
    await store.record(recordAt(10));
    await store.record(
      recordAt(20, {
        readRevision: 1,
        state: initialState(minute(20)),
        fleetEntry: null,
        incident: null,
        notifications: [],
      }),
    );
    expect(await store.fleet()).toEqual([]);
    expect(await store.active()).toEqual([]);
  });

  test('keeps the newest answer of each path of a target', async () => {
    const store = await open();
    const answer: ResponseFact = {
      ...{ targetGroupArn: WEB, target: '10.0.0.7:8080', path: '/report', at: minute(0) },
      ...{ fault: 'response-header-too-large', detail: '40000 bytes' },
    };
    const mended: ResponseFact = { ...answer, fault: null, detail: 'status 200', at: minute(60) };
    const other = { ...answer, path: '/login' };
    for (const fact of [answer, mended, other]) await store.saveResponseFact(SHOP, fact);
    await store.record(recordAt(10));
    const { responseFacts, keepAliveFacts } = await store.load(SHOP);
    const byPath = responseFacts.toSorted((left, right) => left.path.localeCompare(right.path));
    expect(byPath).toEqual([other, mended]);
    expect(keepAliveFacts).toEqual([]);
    expect((await store.load(arnOf('other'))).responseFacts).toEqual([]);
  });

  test('keeps accepted baselines, facts and progress', async () => {
    const store = await open();
    await store.acceptBaseline(SHOP, { ...BASELINE, origin: 'accepted' });
    await store.saveKeepAliveFact(SHOP, FACT);
    await store.saveKeepAliveFact(SHOP, { ...FACT, seconds: 6 });
    await store.saveKeepAliveFact(SHOP, { ...FACT, source: 'header' });
    const { baseline, keepAliveFacts } = await store.load(SHOP);
    expect(baseline?.origin).toBe('accepted');
    expect(keepAliveFacts.map(({ source, seconds }) => [source, seconds]).sort()).toEqual([
      ['header', 5],
      ['probe', 6],
    ]);
    const progress = {
      lastBackstopAt: minute(1),
      passStartedAt: null,
      passAfterArn: SHOP,
      posturePending: [SHOP],
      firstPassDone: true,
      deniedAt: minute(2),
      trail: { checkedAt: minute(3), state: 'none' as const },
    };
    await store.saveScreenProgress('eu-central-1', progress);
    expect(await store.screenProgress('eu-central-1')).toEqual(progress);
    await store.saveScreenProgress('eu-west-1', progress);
    const regions = async () => (await store.screenedRegions()).map(({ region }) => region).sort();
    expect(await regions()).toEqual(['eu-central-1', 'eu-west-1']);
    await store.forgetRegion('eu-west-1');
    expect(await regions()).toEqual(['eu-central-1']);
  });

  test('knows who was announced since a time in a region', async () => {
    const store = await open();
    const announced = (at: number, name: string) => ({
      ...{ at: minute(at), loadBalancerArn: arnOf(name), incidentId: name, grouped: false },
      ...{ verdict: 'keepalive-mismatch' as const, severity: 'warning' as const },
    });
    await store.record(recordAt(10, { announced: announced(10, 'shop') }));
    await store.record(recordAt(20, { announced: announced(20, 'api') }, 'api'));
    expect(await store.announcedSince('eu-central-1', minute(15))).toEqual([announced(20, 'api')]);
    expect(await store.announcedSince('eu-central-1', minute(10))).toHaveLength(2);
    expect(await store.announcedSince('eu-west-1', minute(0))).toEqual([]);
  });

  test('finds the load balancers last announced with a verdict, and no more than are wanted', async () => {
    const store = await open();
    const announced = (at: number, name: string, verdict: 'keepalive-mismatch' | 'deployment') => ({
      ...{
        at: minute(at),
        loadBalancerArn: arnOf(name),
        incidentId: `${name}${at}`,
        grouped: false,
        verdict,
      },
      severity: 'warning' as const,
    });
    // More than a page of another verdict lies between them.
    const all = [
      announced(1, 'old', 'keepalive-mismatch'),
      announced(10, 'first', 'keepalive-mismatch'),
      announced(11, 'twice', 'keepalive-mismatch'),
      ...Array.from({ length: 52 }, (_, index) => announced(12 + index / 10, `other${index}`, 'deployment')),
      announced(20, 'twice', 'keepalive-mismatch'),
    ];
    for (const [index, one] of all.entries())
      await store.record(recordAt(index, { announced: one }, `n${index}`));
    const alike = async (most: number, region = 'eu-central-1') =>
      (await store.announcedAlike({ region, since: minute(10), verdict: 'keepalive-mismatch', most })).map(
        ({ incidentId }) => incidentId,
      );
    expect(await alike(11)).toEqual(['twice20', 'first10']);
    expect(await alike(1)).toEqual(['twice20']);
    expect(await alike(11, 'eu-west-1')).toEqual([]);
  });

  test('writes a fleet-wide event together with its summary', async () => {
    const store = await open();
    const event = {
      ...{ id: 'fleet/eu-central-1/x', region: 'eu-central-1', verdict: 'keepalive-mismatch' as const },
      ...{
        openedAt: minute(1),
        toldAt: minute(3),
        toldCount: 12,
        severity: 'warning' as const,
        incidentId: 'one',
      },
    };
    await store.saveFleetEvent(event, false, notificationAt(3));
    expect(await store.fleetEvents('eu-central-1')).toEqual([event]);
    await store.saveFleetEvent(event, true, notificationAt(9, 'shop', 'resolved'));
    expect(await store.fleetEvents('eu-central-1')).toEqual([]);
    expect((await store.outbox({ channel: 'topic', limit: 9 })).entries).toHaveLength(2);
  });

  test('holds more than one page of answers', async () => {
    const store = await open();
    const long = 'x'.repeat(40_000);
    for (let index = 0; index < 40; index++) {
      const name = `n${String(index).padStart(3, '0')}`;
      const record = recordAt(10, {}, name);
      const incident = record.incident && { ...record.incident, id: `${name}`, owner: long };
      await store.record({ ...record, incident });
    }
    expect(await store.incidents()).toHaveLength(40);
    expect((await store.outbox({ channel: 'topic', limit: 25 })).entries).toHaveLength(25);
    expect((await store.outbox({ channel: 'topic', limit: 100 })).entries).toHaveLength(40);
  });
});

describe('items that cannot be read', () => {
  const spoil = async (client: DynamoDBDocumentClient, name: string, pk: string, sk: string, data: string) =>
    client.send(new PutCommand({ TableName: name, Item: { pk, sk, data } }));

  test.each([
    ['ACTIVE', async (store: MonitorStore) => store.active()],
    ['FLEET', async (store: MonitorStore) => store.fleet()],
    ['INCIDENT', async (store: MonitorStore) => store.incidents()],
    [
      'OUTBOX#topic',
      async (store: MonitorStore) => (await store.outbox({ channel: 'topic', limit: 10 })).entries,
    ],
  ] as const)('of the list %s are left out and named, and hide nothing else', async (pk, read) => {
    const { client, name } = await newTable();
    const warnings: string[] = [];
    const store = dynamoStore(client, name, (sentence) => warnings.push(sentence));
    await store.record(recordAt(10));
    await spoil(client, name, pk, '0-broken', '{');
    await spoil(client, name, pk, '1-strange', '{"version":99}');
    expect(await read(store)).toHaveLength(1);
    expect(warnings).toHaveLength(2);
    expect(warnings[0]).toMatch(new RegExp(`the item ${pk} 0-broken of the state table cannot be read`));
  });

  test('of progress begin the beat anew', async () => {
    const { client, name } = await newTable();
    await spoil(client, name, 'SCREEN', 'eu-central-1', 'null');
    const progress = await dynamoStore(client, name).screenProgress('eu-central-1');
    expect(progress.lastBackstopAt).toBeNull();
  });

  test('of a state are an error that says what to do: an open alert must not be forgotten', async () => {
    const { client, name } = await newTable();
    await spoil(client, name, `LB#${SHOP}`, 'STATE', '{}');
    await expect(dynamoStore(client, name).load(SHOP)).rejects.toThrow(
      /STATE of the state table cannot be read.*delete it/,
    );
  });

  test('is not what a state of an older version is: missing keys have defaults, unknown ones are dropped', async () => {
    const { client, name } = await newTable();
    const state = { phase: 'inactive', since: minute(0), decidedAt: minute(0), incident: null, future: 1 };
    await spoil(client, name, `LB#${SHOP}`, 'STATE', JSON.stringify(state));
    expect((await dynamoStore(client, name).load(SHOP)).state).toEqual(initialState(minute(0)));
  });

  test('is not what version 0.1.0 announced without an incident: an upgrade does not announce it again', async () => {
    const { client, name } = await newTable();
    const state = { phase: 'inactive', since: minute(0), decidedAt: minute(0), incident: null };
    const stored = { ...state, toldPosture: ['web 60 -55'], toldDrift: ['shop idle 60 120'] };
    await spoil(client, name, `LB#${SHOP}`, 'STATE', JSON.stringify(stored));
    expect((await dynamoStore(client, name).load(SHOP)).state).toEqual({
      ...initialState(minute(0)),
      announcedPosture: ['web 60 -55'],
      announcedDrift: ['shop idle 60 120'],
    });
  });
});

test('an incident, an announcement and an answer carry a time to live, the state does not', async () => {
  const { client, name } = await newTable();
  const announced = {
    ...{ at: minute(10), loadBalancerArn: SHOP, incidentId: 'one', grouped: false },
    ...{ verdict: 'keepalive-mismatch' as const, severity: 'warning' as const },
  };
  await dynamoStore(client, name).record(recordAt(10, { announced }));
  await dynamoStore(client, name).saveResponseFact(arnOf('other'), {
    ...{ targetGroupArn: WEB, target: '10.0.0.7:8080', path: '/report', at: minute(20) },
    ...{ fault: null, detail: 'status 200' },
  });
  const { Items = [] } = await client.send(new ScanCommand({ TableName: name }));
  const lives = new Map(Items.map((item) => [`${item['pk']}`.split('#')[0], item['expiresAt']]));
  expect(lives.get('INCIDENT')).toBe(Date.parse(minute(10)) / 1000 + 365 * 86_400);
  expect(lives.get('ANNOUNCED')).toBe(Date.parse(minute(10)) / 1000 + 2 * 86_400);
  const livesOf = (start: string) => Items.find(({ sk }) => `${sk}`.startsWith(start))?.['expiresAt'];
  expect(livesOf('ANSWER#')).toBe(Date.parse(minute(20)) / 1000 + 2 * 86_400);
  expect(livesOf('STATE')).toBeUndefined();
});

describe('an outbox in which another version wrote', () => {
  const put = (client: DynamoDBDocumentClient, TableName: string, at: number, data: string) =>
    client.send(new PutCommand({ TableName, Item: { pk: 'OUTBOX#topic', sk: `${minute(at)}#${at}`, data } }));
  const sent: string[] = [];
  const channels = {
    topic: async ({ alert }: Notification) => void sent.push(alert.id),
    bus: async () => {},
  };

  test('hides nothing that is behind it: what cannot be read goes aside, is counted, and comes back', async () => {
    const { client, name } = await newTable();
    const store = dynamoStore(client, name);
    await Promise.all(
      Array.from({ length: 120 }, (_, at) => put(client, name, at / 10, '{"version":"another"}')),
    );
    await put(client, name, 12.5, JSON.stringify(notificationAt(9, 'api')));
    await store.record(recordAt(20));
    const page = await store.outbox({ channel: 'topic', limit: 50 });
    expect(page.entries).toHaveLength(2);
    expect(page.unreadable).toHaveLength(120);
    const written = { loadBalancerArn: SHOP, notifications: [notificationAt(20)] };
    expect(await deliverWritten(store, channels, written)).toMatchObject({ delivered: 2 });
    const report = await sweepOutbox(store, channels, minute(60));
    expect(report.aside).toEqual({ count: 120, oldestAt: minute(0) });
    expect(sent).toHaveLength(2);
    expect(await store.outbox({ channel: 'topic', limit: 50 })).toEqual({ entries: [], unreadable: [] });
    expect(countsOfScreening({ delivery: report, openAlerts: 0 }, minute(60)).oldestUndelivered).toBe(3600);
    // The version that can read it is deployed again.
    const [first] = await store.aside();
    if (!first) throw new Error('nothing lies aside');
    const data = JSON.stringify(notificationAt(0, 'back'));
    await client.send(
      new PutCommand({
        TableName: name,
        Item: { pk: 'OUTBOX-ASIDE', sk: `${first.key}#topic#unreadable`, data },
      }),
    );
    expect((await sweepOutbox(store, channels, minute(61))).aside?.count).toBe(119);
    await sweepOutbox(store, channels, minute(62));
    expect(sent).toHaveLength(3);
  });

  test('keeps what its channel refuses aside as it was', async () => {
    const { client, name } = await newTable();
    const store = dynamoStore(client, name);
    await store.record(recordAt(20));
    const [entry] = (await store.outbox({ channel: 'bus', limit: 1 })).entries;
    if (!entry) throw new Error('the outbox is empty');
    await store.setAside(entry, 'refused', JSON.stringify(entry.notification));
    expect((await store.outbox({ channel: 'bus', limit: 1 })).entries).toEqual([]);
    const [aside] = await store.aside();
    expect(aside).toMatchObject({ key: entry.key, channel: 'bus', at: minute(20), because: 'refused' });
    expect(JSON.parse(aside?.data ?? '')).toEqual(entry.notification);
  });
});

describe('facts of targets that come and go', () => {
  test('end with the time to live of the table, and very many cost one bounded read', async () => {
    const { client, name } = await newTable();
    const warnings: string[] = [];
    const store = dynamoStore(client, name, (sentence) => warnings.push(sentence));
    await store.record(recordAt(10));
    await store.acceptBaseline(SHOP, BASELINE);
    await store.saveKeepAliveFact(SHOP, FACT);
    const { Items = [] } = await client.send(new ScanCommand({ TableName: name }));
    const saved = Items.find(({ sk }) => String(sk).startsWith('FACT#'));
    expect(saved?.['expiresAt']).toBe(Date.parse(minute(0)) / 1000 + 3 * 86_400);
    for (let from = 0; from < 1100; from += 100)
      await Promise.all(
        Array.from({ length: 100 }, (_, index) =>
          store.saveKeepAliveFact(SHOP, { ...FACT, target: `10.0.${from}.${index}:80` }),
        ),
      );
    const memory = await store.load(SHOP);
    expect(memory.keepAliveFacts.length).toBeLessThanOrEqual(1000);
    expect(memory.state?.phase).toBe('firing');
    expect(memory.baseline).toEqual(BASELINE);
    expect(warnings).toEqual([expect.stringContaining('1000 or more items')]);
  });
});
