import type { Alert, Notification } from '../../model/alert.ts';
import { accountOfArn } from '../../model/arn.ts';
import { silenceLink } from './monitor-command.ts';
import { textOf } from './text.ts';
import { cut } from './text-format.ts';
import { titleOf } from './title.ts';

/** Characters of the summary: an e-mail's preview, a ticket's first lines. */
const SUMMARY_LENGTH = 600;

/** The machine form with what its readers would have to put together otherwise: account, title and summary. */
export function machineOf(notification: Notification): Alert {
  const { alert, monitor } = notification;
  const [, ...rest] = textOf(notification).split('\n\n', 2).join('\n').split('\n');
  return {
    ...alert,
    links: { ...alert.links, silence: silenceLink(notification) },
    account: cut(accountOfArn(alert.diagnosis.loadBalancerArn), 32),
    accountAlias: monitor?.accountAlias ?? null,
    title: titleOf(notification),
    summary: cut(rest.join('\n'), SUMMARY_LENGTH),
  };
}
