import type { Alert, Notification } from '../../model/alert.ts';
import { plainName, shortName } from '../fingerprint.ts';
import { chatOf } from './chat.ts';
import { textOf } from './text.ts';
import { cut, headword, oneLine } from './words.ts';

/** SNS takes 256 KB for all formats of a message together (SNS quotas); the rest is for its own envelope. */
const MESSAGE_LIMIT_BYTES = 240_000;

/** One part of an SMS with characters outside ASCII replaced (SNS: 140 bytes). */
const SMS_LENGTH = 140;

/** Subjects are ASCII, at most 100 characters and without line breaks (SNS Publish). */
const SUBJECT_LENGTH = 100;

/** One Publish call: `MessageStructure: json` with a text for every protocol. */
export interface SnsMessage {
  readonly subject: string;
  readonly message: string;
  /** For filter policies: `severity`, `event`, `cause`, `loadBalancer`. */
  readonly attributes: Readonly<Record<'severity' | 'event' | 'cause' | 'loadBalancer', string>>;
}

const ascii = (text: string): string =>
  oneLine(text)
    .replaceAll('…', '...')
    .replace(/[^\x20-\x7e]/g, '?');

/** `FIRING critical: shop: keepalive-mismatch` for a phone's lock screen. */
export function subjectOf(notification: Notification): string {
  const { alert } = notification;
  const line = `${headword(notification)}: ${plainName(alert.diagnosis.loadBalancerArn)}: ${notification.cause}`;
  return cut(ascii(line), SUBJECT_LENGTH).replaceAll('…', '~');
}

/** The most important words of an alert in 140 characters. */
export function smsOf(notification: Notification): string {
  const { diagnosis, event } = notification.alert;
  const step = event === 'resolved' ? notification.reason : (diagnosis.actions[0]?.title ?? '');
  const name = cut(plainName(diagnosis.loadBalancerArn), 32);
  const head = `${headword(notification)} ${name}: ${notification.cause}. `;
  return ascii(cut(`${head}${step}`, SMS_LENGTH)).slice(0, SMS_LENGTH);
}

/** The alert with less of what fills space, for when a message would not fit. */
function shortened(alert: Alert): Alert {
  const { diagnosis } = alert;
  const briefly = (text: string): string => cut(text, 300);
  return {
    ...alert,
    diagnosis: {
      ...diagnosis,
      hypotheses: diagnosis.hypotheses.slice(0, 3).map((hypothesis) => ({
        ...hypothesis,
        evidence: hypothesis.evidence
          .slice(0, 4)
          .map((item) => ({ ...item, fact: briefly(item.fact), source: briefly(item.source) })),
      })),
      mismatches: diagnosis.mismatches.slice(0, 10),
      drift: diagnosis.drift.slice(0, 10).map((entry) => ({
        ...entry,
        baseline: entry.baseline && briefly(entry.baseline),
        current: entry.current && briefly(entry.current),
      })),
      missingEvidence: diagnosis.missingEvidence
        .slice(0, 3)
        .map((entry) => ({ ...entry, what: briefly(entry.what), how: briefly(entry.how) })),
      actions: diagnosis.actions.slice(0, 4).map((action) => ({
        title: briefly(action.title),
        why: briefly(action.why),
        commands: action.commands.slice(0, 5).map(briefly),
        rollback: action.rollback.slice(0, 5).map(briefly),
      })),
    },
  };
}

function formats(notification: Notification, pointer: string): string {
  const machine = JSON.stringify(notification.alert);
  const text = `${textOf(notification)}${pointer}`;
  return JSON.stringify({
    default: text,
    email: text,
    sms: smsOf(notification),
    https: JSON.stringify(chatOf(notification)),
    lambda: machine,
    sqs: machine,
  });
}

/** EventBridge takes 256 KB an event, so the machine form alone is shortened by the same measure. */
export function machineFormOf({ alert }: Notification): string {
  const whole = JSON.stringify(alert);
  return new TextEncoder().encode(whole).length <= MESSAGE_LIMIT_BYTES
    ? whole
    : JSON.stringify(shortened(alert));
}

/** Puts a notification into the words of every protocol; one that would be too long is shortened with a pointer. */
export function snsMessageOf(notification: Notification): SnsMessage {
  const { alert } = notification;
  const whole = formats(notification, '');
  const pointer = `\nShortened: alb502 incident show '${alert.incidentId}' has the whole.\n`;
  const fits = new TextEncoder().encode(whole).length <= MESSAGE_LIMIT_BYTES;
  return {
    subject: subjectOf(notification),
    message: fits ? whole : formats({ ...notification, alert: shortened(alert) }, pointer),
    attributes: {
      severity: alert.severity,
      event: alert.event,
      cause: notification.cause,
      loadBalancer: shortName(alert.diagnosis.loadBalancerArn),
    },
  };
}
