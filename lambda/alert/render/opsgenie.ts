import type { Notification } from '../../model/alert.ts';
import { shortName } from '../fingerprint.ts';
import { textOf } from './text.ts';
import { cut, oneLine } from './text-format.ts';
import { accountOf, titleOf } from './title.ts';

/** Limits of the fields: https://docs.opsgenie.com/docs/alert-api */
const MESSAGE_LENGTH = 130;
const ALIAS_LENGTH = 512;
const DESCRIPTION_LENGTH = 15_000;
const NOTE_LENGTH = 25_000;

/**
 * Two requests of the Alert API, of which the rules on the bus make one: create while it goes on, close when it is
 * over. Jira Service Management takes the same.
 */
export interface OpsgenieRequests {
  /** Names the alert in the address of the request that closes it, so it has no character that an address may not. */
  readonly alias: string;
  readonly create: {
    readonly message: string;
    readonly alias: string;
    readonly description: string;
    readonly priority: 'P1' | 'P3' | 'P5';
    readonly source: string;
    readonly entity: string;
    readonly tags: readonly string[];
    readonly details: Readonly<Record<string, string>>;
  };
  readonly close: { readonly source: string; readonly note: string };
}

const PRIORITIES = { critical: 'P1', warning: 'P3', info: 'P5', none: 'P5' } as const;

/** What Opsgenie opens and closes its alert with; all of one incident have one alias. */
export function opsgenieOf(notification: Notification): OpsgenieRequests {
  const { alert, cause, owner } = notification;
  const alias = `alb502-${alert.dedupKey.replace(/[^\w.-]+/g, '-')}`.slice(0, ALIAS_LENGTH);
  const text = textOf(notification);
  return {
    alias,
    create: {
      message: titleOf(notification, MESSAGE_LENGTH),
      alias,
      description: cut(text, DESCRIPTION_LENGTH),
      priority: PRIORITIES[alert.severity],
      source: 'alb502',
      entity: cut(oneLine(shortName(alert.diagnosis.loadBalancerArn)), 512),
      tags: ['alb502', alert.event, cause].map((tag) => cut(tag, 50)),
      details: {
        account: cut(oneLine(accountOf(notification)), 100),
        region: cut(oneLine(alert.diagnosis.region), 100),
        ...(owner === null ? {} : { owner: cut(oneLine(owner), 200) }),
        console: cut(alert.links.console, 1000),
        ...(alert.links.dashboard === null ? {} : { dashboard: cut(alert.links.dashboard, 1000) }),
        incident: cut(oneLine(alert.incidentId), 500),
        ...(alert.links.runbook === null ? {} : { runbook: cut(alert.links.runbook, 1000) }),
      },
    },
    close: { source: 'alb502', note: cut(text, NOTE_LENGTH) },
  };
}
