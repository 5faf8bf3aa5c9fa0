import * as z from 'zod';
import { alertSchema, type Notification, notificationSchema } from '../../model/alert.ts';
import { boundedAlert, bytesOf } from '../size-limits.ts';
import { machineOf } from './machine.ts';
import { opsgenieOf } from './opsgenie.ts';
import { pagerDutyOf } from './pager-duty.ts';

/** EventBridge takes 256 KB an event, its envelope included. */
const LIMIT_BYTES = 240_000;

/** Members of a summary beside the rest of it; who filters on the topic has all of them as an attribute. */
const MEMBERS_ON_BUS = 500;

/**
 * The event's `detail`: the machine form, what the words of every protocol need beside it, and what each integration
 * is sent. Rules pick their part; a hub makes the notification out of it again.
 */
export function busFormOf(notification: Notification): string {
  const { alert, ...rest } = notification;
  const form = (shown: Notification['alert'], members: number): unknown => ({
    ...machineOf({ ...notification, alert: shown }),
    notification: {
      ...rest,
      group: rest.group && { ...rest.group, members: rest.group.members.slice(0, members) },
    },
    pagerDuty: pagerDutyOf({ ...notification, alert: shown }),
    opsgenie: opsgenieOf({ ...notification, alert: shown }),
  });
  const whole = form(boundedAlert(alert), MEMBERS_ON_BUS);
  return JSON.stringify(bytesOf(whole) <= LIMIT_BYTES ? whole : form(boundedAlert(alert, 10_000), 0));
}

const detailSchema = z.looseObject({ notification: notificationSchema.omit({ alert: true }) });

/**
 * The notification that an event carries.
 *
 * @returns null where it is no alert, or one of a version that did not carry the whole
 */
export function notificationFromBus(detail: unknown): Notification | null {
  const parsed = detailSchema.safeParse(detail);
  const alert = alertSchema.strip().safeParse(detail);
  if (!parsed.success || !alert.success) return null;
  return { ...parsed.data.notification, alert: alert.data };
}
