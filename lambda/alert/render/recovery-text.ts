import type { Notification } from '../../model/alert.ts';
import { thousands } from '../../model/thousands.ts';
import { scanCommand } from './monitor-command.ts';
import { capital } from './sections.ts';
import { clock, share } from './text-format.ts';

const chance = (probability: number): string => (probability < 0.001 ? 'below 0.1 %' : share(probability));

const rateText = ({ failures, requests }: { readonly failures: number; readonly requests: number }): string =>
  `${thousands(failures)} of ${thousands(requests)} requests got 502${failures === 0 ? '' : ` (${share(failures / requests)})`}`;

/** What shows that it is over: how long it was there, the rate before and after, and what can bring it back. */
export function recoveryLines(notification: Notification): string[] {
  const { proof, failing, reason } = notification;
  const lines = [`${capital(reason)}.`];
  if (failing !== null)
    lines.push(
      `502s from ${clock(failing.from, notification.at)} to ${clock(failing.to, notification.at)} UTC.`,
    );
  if (proof === null) return lines;
  const { before, after, chanceByPauses, chanceByRequests } = proof;
  const chances = [
    ...(chanceByPauses === null ? [] : [`${chance(chanceByPauses)} by its usual pauses`]),
    ...(chanceByRequests === null ? [] : [`${chance(chanceByRequests)} by its rate`]),
  ];
  return [
    ...lines,
    `Before: ${rateText(before)}.`,
    `Since then: ${rateText(after)}.`,
    ...(chances.length === 0
      ? []
      : [`If it were still failing, a silence this long would have a chance of ${chances.join(', ')}.`]),
    ...againLines(notification),
  ];
}

function againLines(notification: Notification): string[] {
  const {
    cause,
    alert: { diagnosis },
  } = notification;
  return cause === 'keepalive-mismatch' && diagnosis.mismatches.length > 0
    ? [
        'If nothing was changed, it can come back with the traffic. Whether the mismatch is still there:',
        `   ${scanCommand(notification)}`,
      ]
    : [];
}
