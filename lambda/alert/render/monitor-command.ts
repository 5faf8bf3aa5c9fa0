import { argument } from '../../diagnose/remedies/command.ts';
import type { Notification } from '../../model/alert.ts';
import { plainName } from '../fingerprint.ts';

/** Options of a command against the deployed monitor; none where the message does not say which one it is. */
const ofMonitor = ({ monitor }: Notification): string =>
  monitor === null
    ? ''
    : ` --region ${argument('REGION', monitor.region)} --table ${argument('TABLE', monitor.table)}`;

/** The load balancer as the monitor's commands take it. */
const nameOf = ({ alert }: Notification): string =>
  argument('LOAD_BALANCER', plainName(alert.diagnosis.loadBalancerArn));

/** Looks at the load balancer again, with the reader's own rights. */
export const scanCommand = ({ alert }: Notification): string =>
  `alb502 scan --region ${argument('REGION', alert.diagnosis.region)} --load-balancer ${argument('LOAD_BALANCER', plainName(alert.diagnosis.loadBalancerArn))}`;

/** What is to be found where, or what to do if a change is meant: words and the command. */
export function recordCommand(notification: Notification): {
  readonly what: string;
  readonly command: string;
} {
  const { alert, group } = notification;
  const options = ofMonitor(notification);
  if (group !== null) return { what: 'The records', command: `alb502 incident list --open${options}` };
  if (alert.incidentId.startsWith('drift:') && alert.event !== 'resolved')
    return {
      what: 'If this was intended',
      command: `alb502 baseline accept ${nameOf(notification)}${options}`,
    };
  if (/^(?:drift|posture):/.test(alert.incidentId))
    return { what: 'The configuration', command: `alb502 baseline show ${nameOf(notification)}${options}` };
  const id = argument('INCIDENT', alert.incidentId);
  const what = alert.event === 'resolved' ? 'The record' : 'Evidence, verification and rollback';
  return { what, command: `alb502 incident show ${id}${options}` };
}

/** The dashboard, where a viewer of it may silence a load balancer and there is something to silence. */
export function silenceLink({ alert, monitor }: Notification): string | null {
  return monitor?.widgetActions === true && alert.event !== 'resolved' ? alert.links.dashboard : null;
}
