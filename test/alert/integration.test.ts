import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { sentBy } from '../../lambda/alert/notification.ts';
import { busFormOf, notificationFromBus } from '../../lambda/alert/render/bus.ts';
import { opsgenieOf } from '../../lambda/alert/render/opsgenie.ts';
import { pagerDutyOf } from '../../lambda/alert/render/pager-duty.ts';
import { notificationAt } from '../store/entries.ts';
import { hostileNotification } from './fc-notification.ts';
import { opsgenieClose, opsgenieCreate, pagerDutyEvent } from './integration.schema.ts';

/** What the connection adds to the body. */
const ROUTING_KEY = { routing_key: '0'.repeat(32) };

describe('every notification, whatever AWS put into its names', () => {
  test('is an event that PagerDuty takes', () => {
    fc.assert(
      fc.property(hostileNotification, (notification) => {
        const event = { ...pagerDutyOf(notification), ...ROUTING_KEY };
        expect(pagerDutyEvent.safeParse(event).error?.issues ?? []).toEqual([]);
      }),
    );
  });

  test('is a request that Opsgenie takes, with an alias that an address may hold', () => {
    fc.assert(
      fc.property(hostileNotification, (notification) => {
        const { alias, create, close } = opsgenieOf(notification);
        expect(opsgenieCreate.safeParse(create).error?.issues ?? []).toEqual([]);
        expect(opsgenieClose.safeParse(close).error?.issues ?? []).toEqual([]);
        expect(encodeURIComponent(alias)).toBe(alias);
        expect(create.alias).toBe(alias);
      }),
    );
  });

  test('fits into an event of the bus and comes out of it whole', () => {
    fc.assert(
      fc.property(hostileNotification, (notification) => {
        const detail: unknown = JSON.parse(busFormOf(notification));
        expect(Buffer.byteLength(JSON.stringify(detail))).toBeLessThan(256_000);
        const { alert, ...rest } = notification;
        const out = notificationFromBus(detail);
        expect(out?.alert).toMatchObject({ id: alert.id, dedupKey: alert.dedupKey, event: alert.event });
        expect({ ...out, alert: null }).toEqual({ ...rest, alert: null });
      }),
    );
  });
});

describe('what opened an alert', () => {
  const firing = notificationAt(10);
  const resolved = { ...firing, alert: { ...firing.alert, event: 'resolved' as const } };

  test('is closed by the resolve of the same incident, at PagerDuty', () => {
    const [opens, closes] = [pagerDutyOf(firing), pagerDutyOf(resolved)];
    expect([opens.event_action, closes.event_action]).toEqual(['trigger', 'resolve']);
    expect(closes.dedup_key).toBe(opens.dedup_key);
  });

  test('and at Opsgenie', () => {
    expect(opsgenieOf(resolved).alias).toBe(opsgenieOf(firing).alias);
  });

  const links = { dashboard: 'https://dash', console: 'https://console', runbook: 'https://run' };
  const linked = { ...firing, owner: 'team shop', alert: { ...firing.alert, links } };
  const bare = {
    ...firing,
    owner: null,
    alert: { ...firing.alert, links: { ...links, runbook: null, dashboard: null } },
  };
  const incident = firing.alert.incidentId;

  test('says at PagerDuty what, where, and where to look', () => {
    expect(pagerDutyOf(linked)).toMatchObject({
      client: 'alb502',
      links: [
        { href: 'https://run', text: 'runbook' },
        { href: 'https://dash', text: 'dashboard' },
        { href: 'https://console', text: 'load balancer' },
      ],
      payload: {
        ...{ source: 'app/shop/0123456789abcdef', severity: 'warning', timestamp: firing.at },
        ...{ group: 'eu-central-1', class: 'keepalive-mismatch' },
        custom_details: { reason: '3 requests got 502', owner: 'team shop', incident },
      },
    });
    expect(pagerDutyOf(bare).links).toEqual([{ href: 'https://console', text: 'load balancer' }]);
    expect(pagerDutyOf(bare).payload.custom_details).not.toHaveProperty('owner');
  });

  test.each([
    ['critical', 'critical', 'P1'],
    ['warning', 'warning', 'P3'],
    ['info', 'info', 'P5'],
    ['none', 'info', 'P5'],
  ] as const)('with severity %s is %s at PagerDuty and %s at Opsgenie', (severity, event, priority) => {
    const one = { ...firing, alert: { ...firing.alert, severity } };
    expect(pagerDutyOf(one).payload.severity).toBe(event);
    expect(opsgenieOf(one).create.priority).toBe(priority);
  });

  test('says at Opsgenie what, where, and where to look', () => {
    const { alias, create, close } = opsgenieOf(linked);
    expect(alias).toBe('alb502-app-shop-0123456789abcdef-2026-11-23T00-00-00.000Z');
    expect(create).toMatchObject({ source: 'alb502', entity: 'app/shop/0123456789abcdef' });
    expect(create.tags).toEqual(['alb502', 'firing', 'keepalive-mismatch']);
    const details = { account: '123456789012', region: 'eu-central-1', console: 'https://console', incident };
    const { dashboard, runbook } = links;
    expect(create.details).toEqual({ ...details, owner: 'team shop', dashboard, runbook });
    expect(opsgenieOf(bare).create.details).toEqual(details);
    expect(close).toEqual({ source: 'alb502', note: create.description });
    const runs = { ...firing, alert: { ...firing.alert, dedupKey: 'a//::b' } };
    expect(opsgenieOf(runs).alias).toBe('alb502-a-b');
  });

  test('is told apart from that of another incident', () => {
    const other = { ...firing, alert: { ...firing.alert, dedupKey: `${firing.alert.dedupKey}2` } };
    expect(pagerDutyOf(other).dedup_key).not.toBe(pagerDutyOf(firing).dedup_key);
    expect(opsgenieOf(other).alias).not.toBe(opsgenieOf(firing).alias);
  });
});

test('an event that is no whole alert is told apart from one that is', () => {
  const detail = z.looseObject({}).parse(JSON.parse(busFormOf(notificationAt(10))));
  expect(notificationFromBus(detail)).not.toBeNull();
  for (const other of [null, {}, 'text', { ...detail, notification: undefined }, { ...detail, version: 2 }])
    expect(notificationFromBus(other)).toBeNull();
});

test('a notification gets the monitor that sends it, and keeps one that it has', () => {
  const monitor = { table: 'T', region: 'eu-west-1', accountAlias: null, widgetActions: true };
  const own = sentBy(notificationAt(10), monitor);
  expect(own).toEqual({ ...notificationAt(10), monitor });
  expect(sentBy(own, { ...monitor, table: 'hub' })).toBe(own);
  expect(sentBy(notificationAt(10), null)).toEqual(notificationAt(10));
});
