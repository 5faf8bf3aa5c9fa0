import { argument, leftOut } from '../../diagnose/command.ts';
import { nothingFound } from '../../diagnose/diagnose.ts';
import type { Alert, Notification } from '../../model/alert.ts';
import { boundedAlert, bytesOf } from '../bounded.ts';
import { shortName } from '../fingerprint.ts';
import { chatOf } from './chat.ts';
import { textOf } from './text.ts';
import { cut, headword, oneLine, placeOf } from './words.ts';

/** SNS takes 256 KB for all formats of a message together (SNS quotas); the rest is for its own envelope. */
const MESSAGE_LIMIT_BYTES = 240_000;

/** What the names of a summary's members may take of it: some 1,000 real ones. */
const ADDRESS_LIMIT_BYTES = 60_000;

/** One part of an SMS with characters outside ASCII replaced (SNS: 140 bytes). */
const SMS_LENGTH = 140;

/** Subjects are ASCII, fewer than 100 characters and without line breaks (SNS Publish). */
const SUBJECT_LENGTH = 99;

/** Incidents are named for their load balancer and time; a longer name is a forgery, and would not fit. */
const LONGEST_SHOWN_ID = 250;

/** One Publish call: `MessageStructure: json` with a text for every protocol. */
export interface SnsMessage {
  readonly subject: string;
  readonly message: string;
  /** For filter policies: `severity`, `event`, `cause`, and `loadBalancer`, of which a summary has many. */
  readonly attributes: Readonly<Record<'severity' | 'event' | 'cause', string>> & {
    readonly loadBalancer: string | readonly string[];
  };
}

const ascii = (text: string): string =>
  oneLine(text)
    .replaceAll('…', '...')
    .replace(/[^\x20-\x7e]/g, '?');

/** `FIRING critical: shop: keepalive-mismatch` for a phone's lock screen. */
export function subjectOf(notification: Notification): string {
  const line = `${headword(notification)}: ${placeOf(notification)}: ${notification.cause}`;
  return cut(ascii(line), SUBJECT_LENGTH).replaceAll('…', '~').slice(0, SUBJECT_LENGTH);
}

/** The most important words of an alert in 140 characters. */
export function smsOf(notification: Notification): string {
  const { diagnosis, event } = notification.alert;
  const step = event === 'resolved' ? notification.reason : (diagnosis.actions[0]?.title ?? '');
  const name = cut(placeOf(notification), 32);
  const head = `${headword(notification)} ${name}: ${notification.cause}. `;
  return ascii(cut(`${head}${step}`, SMS_LENGTH)).slice(0, SMS_LENGTH);
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

/** Bytes of diagnosis that each try gives; it appears in most of the formats. */
const TRIES = [undefined, 30_000, 10_000, 2_000] as const;

/** Puts a notification into the words of every protocol; one that would be too long is shortened with a pointer. */
export function snsMessageOf(notification: Notification): SnsMessage {
  const { alert } = notification;
  const { incidentId: id } = alert;
  const incident = id.length > LONGEST_SHOWN_ID ? leftOut('INCIDENT') : argument('INCIDENT', id);
  const pointer = `\nShortened: alb502 incident show ${incident}\n`;
  const tries = TRIES.map((limit) =>
    limit === undefined
      ? formats(notification, '')
      : formats({ ...notification, alert: boundedAlert(alert, limit) }, pointer),
  );
  const loadBalancer = addressOf(notification);
  const room = MESSAGE_LIMIT_BYTES - bytesOf(JSON.stringify(loadBalancer));
  const message = tries.find((text) => bytesOf(text) <= room);
  return {
    subject: subjectOf(notification),
    message: message ?? bareFormats(notification, pointer),
    attributes: {
      severity: alert.severity,
      event: alert.event,
      cause: notification.cause,
      loadBalancer,
    },
  };
}

/** Whom it is about: one load balancer, or all members of a summary, so that whoever filters on theirs hears of it. */
function addressOf({ alert, group }: Notification): string | readonly string[] {
  const nameOf = (arn: string): string => cut(shortName(arn), 256);
  const members = group?.members ?? [];
  if (members.length === 0) return nameOf(alert.diagnosis.loadBalancerArn);
  const addressed: string[] = [];
  let bytes = 0;
  for (const name of members.map(nameOf)) {
    bytes += bytesOf(JSON.stringify(name)) + 1;
    if (bytes > ADDRESS_LIMIT_BYTES) break;
    addressed.push(name);
  }
  return addressed;
}

/** The least that can be said, for what nothing else fits. */
function bareFormats({ alert, ...rest }: Notification, pointer: string): string {
  const line = `${smsOf({ alert, ...rest })}${pointer}`;
  const nothing = nothingFound(
    cut(alert.diagnosis.loadBalancerArn, 512),
    cut(alert.diagnosis.region, 64),
    rest.at,
  );
  const short = (text: string): string => cut(text, 512);
  const bare: Alert = {
    ...alert,
    ...{ id: short(alert.id), dedupKey: short(alert.dedupKey), incidentId: short(alert.incidentId) },
    links: { dashboard: null, console: short(alert.links.console), runbook: null },
    diagnosis: { ...nothing, severity: alert.severity },
  };
  const machine = JSON.stringify(bare);
  const card = JSON.stringify(chatOf({ ...rest, alert: bare }));
  const all = { default: line, email: line, sms: smsOf({ alert, ...rest }), https: card };
  return JSON.stringify({ ...all, lambda: machine, sqs: machine });
}
