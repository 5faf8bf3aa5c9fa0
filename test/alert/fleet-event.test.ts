import { describe, expect, test } from 'vitest';
import { initialState } from '../../lambda/alert/decide.ts';
import {
  type FleetView,
  isFleetWide,
  leftToSummary,
  nextSummary,
  openingOf,
} from '../../lambda/alert/fleet-event.ts';
import type { Decision } from '../../lambda/alert/look.ts';
import type { AnnouncedIncident, FleetEvent, OpenIncident } from '../../lambda/model/alert.ts';
import { minute, SHOP } from './looks.ts';

const arnOf = (number: number): string => SHOP.replace('/shop/', `/shop-${number}/`);

const announced = (number: number, patch: Partial<AnnouncedIncident> = {}): AnnouncedIncident => ({
  at: minute(number),
  loadBalancerArn: arnOf(number),
  incidentId: `shop-${number}`,
  verdict: 'keepalive-mismatch',
  severity: 'warning',
  grouped: true,
  ...patch,
});
const many = (count: number, patch: Partial<AnnouncedIncident> = {}): AnnouncedIncident[] =>
  Array.from({ length: count }, (_, number) => announced(number, patch));

describe('an incident is one of many', () => {
  const own = announced(99);

  test.each([
    ['nine others: announced by itself', many(9), false],
    ['ten others: in the summary', many(10), true],
    ['ten others of another cause', many(10, { verdict: 'tls-failure' }), false],
    ['the same one ten times', many(10, { loadBalancerArn: arnOf(1) }), false],
    ['nine others and itself, announced before', [...many(9), own], false],
  ])('%s', (_, recent, expected) => {
    expect(isFleetWide(recent, own)).toBe(expected);
  });
});

describe('the summary of an event', () => {
  const event = (patch: Partial<FleetEvent> = {}): FleetEvent => ({
    id: 'fleet/eu-central-1/keepalive-mismatch@0',
    region: 'eu-central-1',
    verdict: 'keepalive-mismatch',
    openedAt: minute(0),
    toldAt: minute(100),
    toldCount: 3,
    severity: 'warning',
    incidentId: 'shop-0',
    ...patch,
  });
  const summary = (view: Partial<FleetView>, now: number) => {
    const members = view.members ?? [];
    const openArns = view.openArns ?? new Set(members.map(({ loadBalancerArn }) => loadBalancerArn));
    return nextSummary(
      { region: 'eu-central-1', event: null, repeatHours: 4, ...view, members, openArns },
      minute(now),
    );
  };

  test('is none without a member, and none before the first has waited for two minutes', () => {
    expect(summary({}, 60)).toBeNull();
    expect(summary({ members: many(3) }, 1.9)).toBeNull();
    expect(summary({ members: many(3), openArns: new Set() }, 60)).toBeNull();
  });

  test('opens with the worst severity and names each load balancer once', () => {
    const worst = announced(7, { severity: 'critical', at: minute(1) });
    const members = [...many(3), worst, announced(0, { incidentId: 'again' })];
    expect(summary({ members }, 2)).toEqual({
      event: {
        id: `fleet/eu-central-1/keepalive-mismatch@${minute(0)}`,
        region: 'eu-central-1',
        verdict: 'keepalive-mismatch',
        openedAt: minute(0),
        toldAt: minute(2),
        toldCount: 4,
        severity: 'critical',
        incidentId: 'shop-7',
      },
      ended: false,
      names: [0, 1, 2, 7].map(arnOf),
      members: [0, 1, 2, 7].map(arnOf),
      announcement: {
        event: 'firing',
        incidentId: `fleet/eu-central-1/keepalive-mismatch@${minute(0)}`,
        dedupKey: `fleet/eu-central-1/keepalive-mismatch@${minute(0)}`,
        reason: 'they began within minutes of 10 others, which were announced one by one',
        cause: 'keepalive-mismatch',
        severity: 'critical',
        grouped: false,
      },
    });
  });

  test('leaves out members whose alert is closed by now', () => {
    const openArns = new Set([arnOf(1), arnOf(2)]);
    expect(summary({ members: many(3), openArns }, 10)?.names).toEqual([1, 2].map(arnOf));
  });

  test('names twenty and is addressed to a thousand', () => {
    const found = summary({ members: many(1_200, { at: minute(0) }) }, 10);
    expect(found?.names).toHaveLength(20);
    expect(found?.members).toHaveLength(1_000);
    expect(found?.event.toldCount).toBe(1_200);
  });

  test.each([
    ['nothing joined', 3, 115, null],
    ['one joined, nine minutes after the last message', 4, 109, null],
    ['one joined, ten minutes after', 4, 110, '1 more load balancers joined'],
    ['four hours less a minute', 3, 339, null],
    ['four hours', 3, 340, 'still failing 4 hours after the last message'],
  ])('is updated or not: %s', (_, count, now, reason) => {
    const found = summary({ event: event(), members: many(count) }, now);
    expect(found?.announcement.reason ?? null).toBe(reason);
    if (found === null) return;
    expect(found).toMatchObject({ ended: false, announcement: { event: 'updated', incidentId: event().id } });
    expect(found.event).toEqual(event({ toldAt: minute(now), toldCount: Math.max(3, count) }));
  });

  test('counts only members since the event opened, and never fewer than it said before', () => {
    const late = event({ openedAt: minute(2) });
    expect(summary({ event: late, members: many(5) }, 115)).toBeNull();
    expect(summary({ event: event({ toldCount: 9 }), members: many(5) }, 340)?.event.toldCount).toBe(9);
  });

  test('is closed once no member fails any more, with the names of all', () => {
    expect(summary({ event: event(), members: many(3), openArns: new Set() }, 101)).toMatchObject({
      ended: true,
      names: [0, 1, 2].map(arnOf),
      announcement: { event: 'resolved', reason: 'all of them are over', dedupKey: event().id },
    });
  });
});

describe('a decision that is left to the summary', () => {
  const incident: OpenIncident = {
    id: 'shop-1',
    openedAt: minute(0),
    failingMinutes: [minute(0)],
    watchedFrom: minute(0),
    watchedUntil: minute(1),
    returns: 0,
    announced: {
      at: minute(1),
      verdict: 'keepalive-mismatch',
      severity: 'warning',
      probability: 0.9,
      changes: 0,
      grouped: false,
    },
  };
  const announcement = (incidentId: string, event: 'firing' | 'drift') => ({
    ...{ event, incidentId, dedupKey: incidentId, reason: 'found' },
    ...{ cause: 'keepalive-mismatch' as const, severity: 'warning' as const, grouped: false },
  });
  const decision: Decision = {
    state: { ...initialState(minute(1)), phase: 'firing', incident },
    announcements: [announcement('shop-1', 'firing'), announcement('drift:shop', 'drift')],
    reason: 'found',
  };

  test('marks the incident and its own announcement, and nothing else', () => {
    const left = leftToSummary(decision);
    expect(left.state.incident?.announced?.grouped).toBe(true);
    expect(left.announcements.map(({ grouped }) => grouped)).toEqual([true, false]);
    expect(left.reason).toBe('found; announced in the summary of a fleet-wide event');
  });

  test('is as it was where nothing was announced', () => {
    const silent = { ...decision, state: { ...decision.state, incident: { ...incident, announced: null } } };
    expect(leftToSummary(silent)).toBe(silent);
  });

  test.each<readonly [string, Decision, string | null]>([
    ['opens its incident', decision, 'shop-1'],
    ['opens another', { ...decision, announcements: [announcement('shop-2', 'firing')] }, null],
    ['updates it', { ...decision, announcements: [announcement('shop-1', 'drift')] }, null],
  ])('has an opening where it %s', (_, each, id) => {
    expect(openingOf(each)?.incidentId ?? null).toBe(id);
  });
});
