import { nothingFound } from '../../diagnose/diagnose.ts';
import { leftOut } from '../../diagnose/remedies/command.ts';
import type { Alert, Notification } from '../../model/alert.ts';
import { shortName } from '../fingerprint.ts';
import { boundedAlert, bytesOf } from '../size-limits.ts';
import { chatOf } from './chat.ts';
import { machineOf } from './machine.ts';
import { recordCommand } from './monitor-command.ts';
import { textOf } from './text.ts';
import { cut, oneLine } from './text-format.ts';
import { titleOf } from './title.ts';

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

/** ASCII of a length; what is cut off leaves a tilde, for an ellipsis would take three. */
const asciiWithin = (line: string, length: number): string => cut(ascii(line), length).replaceAll('…', '~');

/** The title on a phone's lock screen. */
export const subjectOf = (notification: Notification): string =>
  asciiWithin(titleOf(notification, SUBJECT_LENGTH), SUBJECT_LENGTH);

/** The title in 140 characters, and the first step where there is room for it. */
export function smsOf(notification: Notification): string {
  const { diagnosis, event } = notification.alert;
  const title = ascii(titleOf(notification, SMS_LENGTH));
  const step = event === 'resolved' ? '' : ascii(diagnosis.actions[0]?.title ?? '');
  // Half a sentence of advice would be worse than none.
  const whole = step === '' ? title : `${title}. ${step}`;
  return whole.length <= SMS_LENGTH ? whole : asciiWithin(title, SMS_LENGTH);
}

function formats(notification: Notification, pointer: string): string {
  const machine = JSON.stringify(machineOf(notification));
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
  const pointer = `\nShortened: ${pointerCommand(notification)}\n`;
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

function pointerCommand(notification: Notification): string {
  const { alert } = notification;
  const name = alert.incidentId.length > LONGEST_SHOWN_ID ? leftOut('INCIDENT') : alert.incidentId;
  return recordCommand({ ...notification, alert: { ...alert, incidentId: name } }).command;
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
  const machine = JSON.stringify({ ...bare, title: smsOf({ ...rest, alert }) });
  const card = JSON.stringify(chatOf({ ...rest, alert: bare }));
  const all = { default: line, email: line, sms: smsOf({ alert, ...rest }), https: card };
  return JSON.stringify({ ...all, lambda: machine, sqs: machine });
}
