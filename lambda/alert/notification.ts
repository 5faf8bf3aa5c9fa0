import { anyTag, parseRunbook, TAGS } from '../diagnose/bundle/tags.ts';
import type { Monitor, Notification, Proof } from '../model/alert.ts';
import type { Diagnosis } from '../model/diagnosis.ts';
import type { EvidenceBundle } from '../model/evidence.ts';
import { CONSOLE_HOSTS } from '../model/partition.ts';
import type { Announcement } from './look.ts';
import { cut, wellFormed } from './render/text-format.ts';
import { boundedDiagnosis } from './size-limits.ts';

/** The load balancer in the AWS console; empty where the console of the partition has no known address. */
export function consoleLink(loadBalancerArn: string): string {
  const [, partition = '', , region = ''] = loadBalancerArn.split(':');
  const host = new Map<string, string>(Object.entries(CONSOLE_HOSTS)).get(partition);
  if (host === undefined) return '';
  // In the others the console has one address for all regions.
  const page = partition === 'aws' ? `${region}.${host}` : host;
  return `https://${page}/ec2/home?region=${region}#LoadBalancer:loadBalancerArn=${encodeURIComponent(wellFormed(loadBalancerArn))}`;
}

/** Who owns the load balancer, from the tag `alb502:owner`. */
export function ownerOf(bundle: EvidenceBundle): string | null {
  return anyTag(bundle, TAGS.owner);
}

/** What an announcement needs to become a notification. */
export interface NotificationInput {
  readonly announcement: Announcement;
  readonly diagnosis: Diagnosis;
  readonly owner: string | null;
  readonly runbook: string | null;
  readonly dashboardUrl: string | null;
  readonly now: string;
  /** What shows that the incident is over; only for its resolve. */
  readonly proof?: Proof | null;
  /** The first and the last minute with a 502; ISO. */
  readonly failing?: Notification['failing'];
}

/** The notification of one announcement; its id is the same whenever the same decision is made again. */
export function notificationOf(input: NotificationInput): Notification {
  const { announcement, diagnosis, owner, runbook, dashboardUrl, now } = input;
  const { event, incidentId, dedupKey, reason, cause, severity } = announcement;
  return {
    at: now,
    reason: cut(reason, 500),
    cause,
    owner: owner && cut(owner, 200),
    group: null,
    proof: announcement.event === 'resolved' ? (input.proof ?? null) : null,
    failing: input.failing ?? null,
    monitor: null,
    alert: {
      version: 1,
      id: `${incidentId}#${event}@${now}`,
      dedupKey,
      event,
      severity,
      incidentId,
      diagnosis: boundedDiagnosis(diagnosis),
      links: {
        dashboard: dashboardUrl,
        console: cut(consoleLink(diagnosis.loadBalancerArn), 2000),
        runbook: runbook && cut(runbook, 2000),
      },
    },
  };
}

/** The notification with what its commands and links need; one that came from another account keeps its own. */
export const sentBy = (notification: Notification, monitor: Monitor | null): Notification =>
  notification.monitor === null && monitor !== null ? { ...notification, monitor } : notification;

/** The runbook from the tag `alb502:runbook`; null where it is absent or no address. */
export function runbookOf(bundle: EvidenceBundle): string | null {
  const value = anyTag(bundle, TAGS.runbook);
  return value === null ? null : parseRunbook(value);
}
