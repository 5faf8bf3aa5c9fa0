import type { Notification } from '../../model/alert.ts';
import { shortName } from '../fingerprint.ts';
import { textOf } from './text.ts';
import { cut, oneLine, placeOf } from './text-format.ts';
import { titleOf } from './title.ts';

/** PagerDuty's limits: https://developer.pagerduty.com/docs/events-api-v2/trigger-events/ */
const SUMMARY_LENGTH = 1024;
const DEDUP_KEY_LENGTH = 255;
/** An event takes 512 KB; the bus, which carries it beside the other forms, 256. */
const TEXT_LENGTH = 15_000;

/**
 * An event of PagerDuty's Events API v2, but for `routing_key`, which the connection adds.
 * https://github.com/PagerDuty/api-schema/blob/main/reference/events-v2/openapiv3.json
 */
export interface PagerDutyEvent {
  readonly event_action: 'trigger' | 'resolve';
  readonly dedup_key: string;
  readonly client: string;
  readonly links: readonly { readonly href: string; readonly text: string }[];
  readonly payload: {
    readonly summary: string;
    readonly source: string;
    readonly severity: 'critical' | 'warning' | 'info';
    readonly timestamp: string;
    readonly component: string;
    readonly group: string;
    readonly class: string;
    readonly custom_details: Readonly<Record<string, string>>;
  };
}

/** What PagerDuty opens, updates and resolves its alert with; all of one incident have one `dedup_key`. */
export function pagerDutyOf(notification: Notification): PagerDutyEvent {
  const { alert, at, cause, owner, reason } = notification;
  const { diagnosis, links } = alert;
  const linked = [
    [links.runbook, 'runbook'],
    [links.dashboard, 'dashboard'],
    [links.console, 'load balancer'],
  ] as const;
  return {
    event_action: alert.event === 'resolved' ? 'resolve' : 'trigger',
    dedup_key: alert.dedupKey.slice(0, DEDUP_KEY_LENGTH) || 'alb502',
    client: 'alb502',
    links: linked.flatMap(([href, text]) => (href?.startsWith('https://') ? [{ href, text }] : [])),
    payload: {
      summary: titleOf(notification, SUMMARY_LENGTH),
      source: cut(oneLine(shortName(diagnosis.loadBalancerArn)), 255) || 'alb502',
      severity: alert.severity === 'none' ? 'info' : alert.severity,
      timestamp: at,
      component: cut(oneLine(placeOf(notification)), 255),
      group: cut(oneLine(diagnosis.region), 100),
      class: cause,
      custom_details: {
        reason: cut(oneLine(reason), 500),
        ...(owner === null ? {} : { owner: cut(oneLine(owner), 200) }),
        incident: cut(oneLine(alert.incidentId), 500),
        text: cut(textOf(notification), TEXT_LENGTH),
      },
    },
  };
}
