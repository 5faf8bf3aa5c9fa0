import { recurrenceText } from '../alert/render/recurrence-text.ts';
import { cut } from '../alert/render/text-format.ts';
import { lasts } from '../alert/silence.ts';
import type { FleetEntry } from '../model/alert.ts';
import type { RecurringSilence } from '../model/record.ts';
import type { RecurringlySilenced, Silenced } from '../store/monitor-store.ts';
import { type Html, html } from './html.ts';
import { timeText } from './time.ts';
import type { WidgetFrame } from './widget-event.ts';

/** Why nothing is announced of a load balancer now. */
export interface SilenceShown {
  /** ISO time. */
  readonly until: string;
  /** In words; null: it does not recur. */
  readonly recurrence: string | null;
}

/**
 * What is in force, by ARN: of several silences of a load balancer the one that ends last.
 *
 * @param now - ISO time
 */
export async function silencesInForce(
  asked: readonly Silenced[],
  recurring: readonly RecurringlySilenced[],
  now: string,
): Promise<ReadonlyMap<string, SilenceShown>> {
  const once = asked
    .filter(({ silence }) => lasts(silence, now))
    .map(({ loadBalancerArn, silence }) => ({ loadBalancerArn, until: silence.until, recurrence: null }));
  const shown = [...once, ...(await openWindows(recurring, now))].sort(
    (left, right) => Date.parse(left.until) - Date.parse(right.until),
  );
  return new Map(shown.map(({ loadBalancerArn, ...silence }) => [loadBalancerArn, silence]));
}

/** What reads cron expressions is loaded only where there is one. */
async function openWindows(recurring: readonly RecurringlySilenced[], now: string) {
  if (recurring.length === 0) return [];
  const { windowAt } = await import('../alert/recurring-silence.ts');
  return recurring.flatMap(({ loadBalancerArn, silence }) => {
    const window = windowAt(silence, now);
    if (window === null) return [];
    return [{ loadBalancerArn, until: window.until, recurrence: recurrenceText(silence.recurrence) }];
  });
}

/** Until when nothing is announced: `silenced until 14:00`; null where nothing holds it back. */
export function silenceBadge(
  { loadBalancerArn, ignored }: FleetEntry,
  silences: ReadonlyMap<string, SilenceShown>,
  frame: WidgetFrame,
): Html | null {
  const asked = silences.get(loadBalancerArn);
  const until = asked?.until ?? ignored?.until;
  if (until === undefined) return null;
  const badge = html`<span class="s quiet">${until === null ? 'silenced by tag' : `silenced until ${timeText(until, frame)}`}</span>`;
  return asked?.recurrence ? html`${badge} <small>${asked.recurrence}</small>` : badge;
}

/** The recurring silences of a load balancer that are not over, whether a window is open or not. */
export function recurringPart(
  silences: readonly RecurringSilence[],
  frame: WidgetFrame,
  now: string,
): Html | null {
  const lines = silences
    .filter((silence) => lasts(silence, now))
    .map(({ recurrence, until, by, reason }) => {
      const author = by === null ? '' : `, by ${cut(by, 100)}`;
      const why = reason === null ? '' : ` (${cut(reason, 300)})`;
      const text = `Silenced ${recurrenceText(recurrence)}, until ${timeText(until, frame)}${author}${why}`;
      return html`<small>${text}</small>`;
    });
  return lines.length === 0 ? null : html`${lines}`;
}
