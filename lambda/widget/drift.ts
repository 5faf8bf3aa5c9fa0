import { plainName } from '../alert/fingerprint.ts';
import { cut } from '../alert/render/text-format.ts';
import type { Drift } from '../model/diagnosis.ts';
import { type Html, html } from './html.ts';
import { timeText } from './time.ts';
import type { WidgetFrame } from './widget-event.ts';

/** What differs from the baseline, when it changed and by whom, a line each: a table would not fit a phone. */
export function driftPart(drift: readonly Drift[], frame: WidgetFrame): Html | null {
  if (drift.length === 0) return null;
  const lines = drift.map(({ resourceArn, key, baseline, current, changedAt, changedBy }) => {
    const when = changedAt === null ? 'when is not known' : timeText(changedAt, frame);
    const by = changedBy === null ? 'by whom is not known' : `by ${cut(changedBy, 200)}`;
    return html`<li>${plainName(resourceArn)}: ${key} ${cut(baseline ?? 'none', 100)} → <b>${cut(current ?? 'none', 100)}</b><small>${when}, ${by}</small></li>`;
  });
  return html`<h3>Changed since the baseline</h3><ul>${lines}</ul>`;
}
