import { describe, expect, test } from 'vitest';
import { emptySummary } from '../../lambda/access-log/summarize.ts';
import { incidentMarkdown } from '../../lambda/alert/render/incident.ts';
import type { EvidenceBundle } from '../../lambda/model/evidence.ts';
import type { RecurringSilence, Silence } from '../../lambda/model/record.ts';
import { failingRequestAt } from '../alert/failing-request.ts';
import { minute, SHOP } from '../alert/looks.ts';
import { FAILING, shopBundle } from '../alert/shop.ts';
import { monitorUnderTest } from './monitor-under-test.ts';

const SILENCE: Silence = { at: minute(170), until: minute(190), by: 'dana', reason: 'the database moves' };
const stillFailing = [...FAILING, 179, 184, 189, 194];

/** The targets are taken out one after the other, as by a rollout that is to mend it. */
function draining(bundle: EvidenceBundle): EvidenceBundle {
  const drain = { state: 'draining', reason: 'Target.DeregistrationInProgress' };
  const targetGroups = bundle.targetGroups.map((group) => ({
    ...group,
    targets: group.targets.map((target) => ({ ...target, ...drain })),
  }));
  return { ...bundle, targetGroups };
}

describe('an incident under a silence', () => {
  test('is watched, recorded with who silenced it and why, and told when the silence ends', async () => {
    const monitor = monitorUnderTest();
    await monitor.store.silence(SHOP, SILENCE);
    for (let at = 176; at < 190; at++)
      await monitor.investigateAt(at, shopBundle({ at, failing: stillFailing }));
    expect(monitor.told()).toEqual([]);
    const [silenced] = await monitor.store.incidents();
    expect(silenced?.silences).toEqual([
      { from: minute(176), until: minute(190), by: 'dana', reason: 'the database moves' },
    ]);
    expect(silenced?.timeline[0]?.reason).toContain(
      `not announced: silenced by dana until ${minute(190)} (the database moves)`,
    );
    await monitor.investigateAt(190, shopBundle({ at: 190, failing: stillFailing }));
    expect(monitor.told()).toEqual(['firing shop']);
    expect((await monitor.store.incidents())[0]?.silences).toEqual(silenced?.silences);
  });

  test('that is taken back is told at the next look, and the record says when', async () => {
    const monitor = monitorUnderTest();
    await monitor.store.silence(SHOP, SILENCE);
    await monitor.investigateAt(180, shopBundle({ at: 180, failing: stillFailing }));
    await monitor.store.silence(SHOP, { ...SILENCE, until: minute(181) });
    await monitor.investigateAt(182, shopBundle({ at: 182, failing: stillFailing }));
    expect(monitor.told()).toEqual(['firing shop']);
    const [incident] = await monitor.store.incidents();
    expect(incident?.silences).toMatchObject([{ from: minute(180), until: minute(182), by: 'dana' }]);
  });
});

describe('an incident in a window of a recurring silence', () => {
  const recurring: RecurringSilence = {
    ...{ at: minute(0), until: minute(60 * 24 * 30), by: 'dana', reason: 'weekly restart' },
    // The looks are in the night to Monday, 23 November 2026, from 00:00 UTC on.
    recurrence: { cron: '50 3 * * 1', timeZone: 'Europe/Berlin', durationMinutes: 20 },
  };

  test('is watched, recorded with the window, and told when the window ends', async () => {
    const monitor = monitorUnderTest();
    await monitor.store.silenceRecurringly(SHOP, recurring);
    for (const at of [176, 180, 182, 184, 186, 188])
      await monitor.investigateAt(at, shopBundle({ at, failing: stillFailing }));
    expect(monitor.told()).toEqual([]);
    const [silenced] = await monitor.store.incidents();
    const window = {
      until: minute(190),
      by: 'dana',
      reason: 'weekly restart',
      recurrence: recurring.recurrence,
    };
    expect(silenced?.silences).toEqual([{ from: minute(176), ...window }]);
    expect(silenced?.timeline[0]?.reason).toContain(
      `not announced: silenced by dana until ${minute(190)}, every Monday 03:50 for 20 min Europe/Berlin (weekly restart)`,
    );
    expect(silenced && incidentMarkdown(silenced)).toContain('every Monday 03:50 for 20 min Europe/Berlin');
    await monitor.investigateAt(190, shopBundle({ at: 190, failing: stillFailing }));
    expect(monitor.told()).toEqual(['firing shop']);
    expect((await monitor.store.incidents())[0]?.silences).toEqual(silenced?.silences);
  });

  test('is told at once where the window is another day', async () => {
    const monitor = monitorUnderTest();
    const tuesday = { ...recurring, recurrence: { ...recurring.recurrence, cron: '50 3 * * 2' } };
    await monitor.store.silenceRecurringly(SHOP, tuesday);
    for (const at of [176, 180]) await monitor.investigateAt(at, shopBundle({ at, failing: stillFailing }));
    expect(monitor.told()).toEqual(['firing shop']);
  });
});

describe('the record of an incident', () => {
  test('names the failed requests of the log, also those that left the window', async () => {
    let seconds = [105 * 60, 175 * 60];
    const monitor = monitorUnderTest({
      accessLog: () => ({
        ...emptySummary('app/shop/0123456789abcdef'),
        ...{ elb502: 30, failingRequests: seconds.map(failingRequestAt) },
      }),
    });
    await monitor.investigateAt(176, shopBundle({ at: 176, failing: FAILING }));
    seconds = [179 * 60];
    await monitor.investigateAt(180, shopBundle({ at: 180, failing: stillFailing }));
    const [incident] = await monitor.store.incidents();
    expect(incident?.failingRequests).toEqual({
      requests: [105 * 60, 175 * 60, 179 * 60].map(failingRequestAt),
      atLeast: 30,
    });
  });

  test('is about the cause that was announced, not about what the fix left in the last looks', async () => {
    const monitor = monitorUnderTest();
    await monitor.investigateAt(176, shopBundle({ at: 176, failing: FAILING }));
    const announced = monitor.delivered[0]?.alert.diagnosis;
    for (let at = 178; at < 230; at += 2)
      await monitor.investigateAt(at, draining(shopBundle({ at, failing: FAILING })));
    const [incident] = await monitor.store.incidents();
    expect(incident?.resolvedAt).not.toBeNull();
    expect(incident?.diagnosis).toEqual(announced);
    expect(monitor.delivered[1]?.alert).toMatchObject({ event: 'resolved', diagnosis: announced });
    const later = incident?.timeline.flatMap(({ probability }) => probability ?? []) ?? [];
    expect(Math.min(...later)).toBeLessThan(announced?.probability ?? 0);
  });
});
