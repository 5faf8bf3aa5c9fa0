import type { Notification } from '../../model/alert.ts';
import { accountOfArn } from '../../model/arn.ts';
import { thousands } from '../../model/thousands.ts';
import { type CauseText, causeText } from './cause-text.ts';
import { briefChange } from './changes.ts';
import { cut, durationText, oneLine, placeOf, share } from './text-format.ts';

/** Names of load balancers have at most 32 characters, those of aliases and regions can be long. */
const SHORT_NAME = 24;

/** `prod`, or the account's number where it has no alias that can be read. */
export function accountOf({ monitor, alert }: Notification): string {
  return monitor?.accountAlias ?? accountOfArn(alert.diagnosis.loadBalancerArn);
}

/** `shop, prod eu-central-1`. */
function placeText(notification: Notification, nameLength: number): string {
  const where = [cut(accountOf(notification), nameLength), notification.alert.diagnosis.region].filter(
    (part) => part !== '',
  );
  return [cut(placeOf(notification), nameLength), where.join(' ')].filter((part) => part !== '').join(', ');
}

/** `502s 0.033 % (30)`, as far as they could be counted. */
function amountText({ alert, group }: Notification): string {
  const { count, ratio, known, requestsKnown } = alert.diagnosis.symptom;
  // Of many load balancers, the figures of one say nothing.
  if (group !== null || count === 0) return '502s';
  if (known === false) return `502s (at least ${thousands(count)})`;
  return requestsKnown === false
    ? `502s (${thousands(count)})`
    : `502s ${share(ratio)} (${thousands(count)})`;
}

/** `RESOLVED after 1 h 10 min`. */
function resolvedText({ failing }: Notification): string {
  if (failing === null) return 'RESOLVED';
  return `RESOLVED after ${durationText(Date.parse(failing.to) - Date.parse(failing.from) + 60_000)}`;
}

const POSTURE = {
  unknown: '502s not known',
  seen: '502s can return',
  none: 'no 502 yet',
} as const;

function postureText({ alert: { diagnosis, severity } }: Notification): string {
  const { count, known } = diagnosis.symptom;
  // What is only a default of the server is there to be checked.
  const head = severity === 'info' ? 'CHECK' : 'WARNING';
  return `${head}, ${count > 0 ? POSTURE.seen : known === false ? POSTURE.unknown : POSTURE.none}`;
}

const INCIDENT_OF_CONFIGURATION = /^(?:drift|posture):/;

/** What happens, before where. */
function headOf(notification: Notification): string {
  const { alert } = notification;
  const severity = alert.severity === 'critical' ? 'CRITICAL ' : '';
  switch (alert.event) {
    case 'firing':
      return `${severity}${amountText(notification)} on`;
    case 'updated':
      return `${severity === '' ? 'STILL' : 'STILL CRITICAL'} ${amountText(notification)} on`;
    case 'resolved':
      return INCIDENT_OF_CONFIGURATION.test(alert.incidentId)
        ? 'RESOLVED:'
        : `${resolvedText(notification)}: 502s on`;
    case 'posture':
      return `${postureText(notification)}:`;
    case 'drift':
      return 'CHANGED:';
    case 'heartbeat-lost':
      return 'MONITOR SILENT:';
  }
}

/** Why, after where. */
function whyOf({ alert, cause, reason }: Notification): CauseText {
  const { event, diagnosis, incidentId } = alert;
  const same = (text: string): CauseText => ({ long: text, short: text });
  if (event === 'heartbeat-lost' || (event === 'resolved' && INCIDENT_OF_CONFIGURATION.test(incidentId)))
    return same(reason);
  if (event !== 'drift') return causeText(cause, diagnosis);
  const [first] = diagnosis.drift;
  if (first === undefined) return same(reason);
  const more = diagnosis.drift.length === 1 ? '' : ` and ${diagnosis.drift.length - 1} more`;
  return { long: `${briefChange(first)}${more}`, short: `${cut(first.key, 40)}${more}` };
}

/**
 * The one line of a lock screen: what, how much, where, and the cause in words. The longest of its forms that fits.
 *
 * @param length - characters that there is room for
 */
export function titleOf(notification: Notification, length = 250): string {
  const head = headOf(notification);
  const { long, short } = whyOf(notification);
  const forms = [
    [250, long],
    [250, short],
    [SHORT_NAME, short],
  ] as const;
  const lines = forms.map(([nameLength, why]) =>
    oneLine(`${head} ${placeText(notification, nameLength)}: ${why}`),
  );
  return lines.find((line) => line.length <= length) ?? cut(lines.at(-1) ?? head, length);
}
