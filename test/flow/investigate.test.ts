import { describe, expect, test } from 'vitest';
import { textOf } from '../../lambda/alert/render/text.ts';
import { ConcurrentUpdateError } from '../../lambda/store/monitor-store.ts';
import { minute, SHOP } from '../alert/looks.ts';
import { FAILING, shopBundle } from '../alert/shop.ts';
import { monitorUnderTest } from './monitor-under-test.ts';

const failing = (at: number) => shopBundle({ at, failing: FAILING });

describe('an investigation', () => {
  test('announces once what it recorded, and nothing when it looks again', async () => {
    const monitor = monitorUnderTest();
    const first = await monitor.investigateAt(180, failing(180));
    expect(first.decision.reason).toBe('30 requests got 502');
    expect(first.delivery).toEqual({ delivered: 2, failures: [], oldestWaitingAt: null });
    await monitor.investigateAt(181, failing(181));
    await monitor.investigateAt(181, failing(181));
    expect(monitor.told()).toEqual(['firing shop']);
    const [row] = await monitor.store.fleet();
    expect(row).toMatchObject({
      phase: 'resolving',
      verdict: 'keepalive-mismatch',
      count: 30,
      owner: 'team shop',
    });
  });

  test('waits, speaks and closes by the thresholds that the load balancer carries as tags', async () => {
    const patient = { 'alb502:pending-minutes': '20', 'alb502:resolve-after-minutes': '90' };
    const monitor = monitorUnderTest();
    const look = (at: number, tags: Readonly<Record<string, string>>) =>
      monitor.investigateAt(at, shopBundle({ at, failing: FAILING, tags }));
    expect((await look(116, patient)).decision.reason).toBe('the 502s lasted for 11 of 20 minutes');
    expect(monitor.told()).toEqual([]);
    for (let at = 126; at < 262; at += 2) await look(at, patient);
    // Without the tag it is over after half an hour; the last failure is in minute 175.
    expect(monitor.told()).toEqual(['firing shop']);
    for (let at = 262; at < 276; at += 2) await look(at, patient);
    expect(monitor.told()).toEqual(['firing shop', 'resolved shop', 'posture shop']);
  });

  test('goes by the settings where a tag cannot be used, and names it', async () => {
    const monitor = monitorUnderTest();
    const tags = { 'alb502:minimum-502-count': 'a thousand' };
    await monitor.investigateAt(180, shopBundle({ at: 180, failing: FAILING, tags }));
    expect(monitor.told()).toEqual(['firing shop']);
    expect(monitor.delivered.map(textOf).join()).toContain(
      'Correct the tag alb502:minimum-502-count: "a thousand" is not a whole number from 1',
    );
  });

  test('keeps a record from the first failing minute to the proof that it is over', async () => {
    const monitor = monitorUnderTest();
    for (let at = 176; at < 260; at += 2)
      await monitor.investigateAt(at, shopBundle({ at, failing: FAILING }));
    expect(monitor.told()).toEqual(['firing shop', 'resolved shop', 'posture shop']);
    const [incident] = await monitor.store.incidents();
    expect(incident).toMatchObject({
      ...{ account: '123456789012', region: 'eu-central-1', owner: 'team shop' },
      ...{ openedAt: minute(176), firstFailure: minute(105), lastFailure: minute(175), returns: 0 },
      configuration: { opened: { [SHOP]: { 'idle_timeout.timeout_seconds': '120' } } },
    });
    expect(incident?.resolvedAt).toBe(minute(206));
    expect(incident?.timeline.map(({ phase, event }) => [phase, event])).toEqual([
      ['firing', 'firing'],
      ['firing', null],
      ['firing', null],
      ['resolving', null],
      ['resolving', null],
      ['inactive', 'resolved'],
    ]);
    expect(incident?.proof).toMatchObject({ after: { failures: 0, requests: 15_000 } });
    expect(incident?.proof?.chanceByPauses).toBeLessThan(0.01);
    expect(incident?.diagnosis.symptom.count).toBe(30);
    expect(monitor.delivered[1]?.alert.diagnosis.symptom.count).toBe(30);
    expect(monitor.delivered[1]?.proof).toEqual(incident?.proof);
  });

  test('leaves a resolved record as it ended, whatever comes later', async () => {
    const monitor = monitorUnderTest();
    for (let at = 176; at < 260; at += 2)
      await monitor.investigateAt(at, shopBundle({ at, failing: FAILING }));
    const before = await monitor.store.incidents();
    await monitor.investigateAt(300, shopBundle({ at: 300 }));
    expect(await monitor.store.incidents()).toEqual(before);
  });

  test('reopens the record of a failure that comes back, and keeps its history', async () => {
    const monitor = monitorUnderTest();
    for (let at = 106; at < 160; at += 2) await monitor.investigateAt(at, shopBundle({ at, failing: [105] }));
    await monitor.investigateAt(202, shopBundle({ at: 202, failing: [105, 200] }));
    expect(monitor.told()).toEqual(['firing shop', 'resolved shop', 'posture shop', 'firing shop']);
    const incidents = await monitor.store.incidents();
    expect(incidents).toHaveLength(1);
    expect(incidents[0]).toMatchObject({
      openedAt: minute(106),
      resolvedAt: null,
      returns: 1,
      lastFailure: minute(200),
    });
    expect(incidents[0]?.timeline.map(({ event }) => event).filter(Boolean)).toEqual([
      'firing',
      'resolved',
      'firing',
    ]);
  });

  test('learns the baseline at the first look and does not learn away a drift', async () => {
    const monitor = monitorUnderTest();
    await monitor.investigateAt(10, shopBundle({ at: 10, idleTimeoutSeconds: 60 }));
    await monitor.investigateAt(20, shopBundle({ at: 20, idleTimeoutSeconds: 65, keepAliveSeconds: 900 }));
    expect(monitor.told()).toEqual(['drift shop']);
    const { baseline } = await monitor.store.load(SHOP);
    expect(baseline).toMatchObject({
      origin: 'learned',
      resources: { [SHOP]: { 'idle_timeout.timeout_seconds': '60' } },
    });
  });

  test('of a deleted load balancer closes its incident and its row', async () => {
    const monitor = monitorUnderTest();
    await monitor.investigateAt(180, failing(180));
    await monitor.investigateAt(182, 'gone');
    expect(monitor.told()).toEqual(['firing shop', 'resolved shop']);
    expect(await monitor.store.fleet()).toEqual([]);
    expect((await monitor.store.incidents())[0]).toMatchObject({ resolvedAt: minute(182) });
    expect((await monitor.store.incidents())[0]?.timeline.at(-1)?.reason).toBe(
      'the load balancer was deleted',
    );
    await monitor.investigateAt(184, 'gone');
    expect(monitor.delivered).toHaveLength(2);
  });

  test('of two at once one wins, and the other changes and tells nothing', async () => {
    const monitor = monitorUnderTest();
    let release = (): void => {};
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const slow = monitor.investigateAt(180, async () => {
      await gate;
      return { state: 'observed', bundle: failing(180) };
    });
    await monitor.investigateAt(180, failing(180));
    release();
    await expect(slow).rejects.toThrow(ConcurrentUpdateError);
    expect(monitor.told()).toEqual(['firing shop']);
  });

  test('tells nothing while it is silenced, and says so; the end of the silence lets it out', async () => {
    const monitor = monitorUnderTest();
    const tags = { 'alb502:ignore': '2026-11-23T03:10:00Z' };
    const silenced = await monitor.investigateAt(180, shopBundle({ at: 180, failing: FAILING, tags }));
    expect(silenced.decision.reason).toContain(
      'silenced by the tag alb502:ignore until 2026-11-23T03:10:00.000Z',
    );
    expect(monitor.told()).toEqual([]);
    const still = [...FAILING, 188];
    await monitor.investigateAt(191, shopBundle({ at: 191, failing: still, tags }));
    expect(monitor.told()).toEqual(['firing shop']);
  });

  test.each([
    'attributes',
    'tags',
    'metrics',
    'target-health',
    'listeners',
    'target-groups',
    'changes',
  ] as const)('that could not read the %s resolves nothing it could not see', async (subject) => {
    const monitor = monitorUnderTest();
    await monitor.investigateAt(180, failing(180));
    const gap = {
      what: subject,
      metrics: [],
      action: null,
      resource: SHOP,
      kind: 'denied' as const,
      reason: 'denied',
    };
    for (let at = 181; at < 250; at += 3) {
      const bundle = shopBundle({ at, failing: FAILING });
      const metrics = subject === 'metrics' ? [] : bundle.metrics;
      await monitor.investigateAt(at, { ...bundle, metrics, gaps: [{ ...gap, subject }] });
    }
    // The 502s can still be counted unless it is the metrics that are missing.
    expect(monitor.told().filter((line) => line.startsWith('resolved'))).toHaveLength(
      subject === 'metrics' ? 0 : 1,
    );
  });

  test('that only reads the configuration leaves the incident and its row as they are', async () => {
    const monitor = monitorUnderTest();
    await monitor.investigateAt(180, failing(180));
    const gap = {
      ...{ subject: 'metrics' as const, what: 'metrics', metrics: [], action: null, resource: null },
      ...{ kind: 'switched-off' as const, reason: 'this look reads the configuration only' },
    };
    const before = await monitor.store.load(SHOP);
    await monitor.investigateAt(181, { ...failing(181), metrics: [], gaps: [gap] });
    const [row] = await monitor.store.fleet();
    expect(row).toMatchObject({ phase: 'firing', verdict: 'keepalive-mismatch', count: 30 });
    expect((await monitor.store.load(SHOP)).state?.incident).toEqual(before.state?.incident);
  });

  test('that got empty metrics does not take them for silence', async () => {
    const monitor = monitorUnderTest();
    await monitor.investigateAt(180, failing(180));
    for (let at = 181; at < 300; at += 3) await monitor.investigateAt(at, { ...failing(at), metrics: [] });
    expect(monitor.told()).toEqual(['firing shop']);
  });
});
