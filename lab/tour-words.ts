import { type ChatCard, chatOf } from '../lambda/alert/render/chat.ts';
import type { KeepAliveFact } from '../lambda/model/evidence.ts';
import type { Delivered } from './embedded/monitor.ts';
import { titledPicture } from './timeline/picture.ts';
import type { WireTimeline } from './timeline/timeline.ts';
import type { TourReport } from './tour-record.ts';

const RULE = '-'.repeat(72);

const boxed = (title: string, text: string): string =>
  `${`--- ${title} `.padEnd(RULE.length, '-')}\n${text.trimEnd()}\n${RULE}`;

/** A notification as the mail would show it. */
export const mailText = ({ text }: Delivered): string => boxed('MAIL', text);

/** The same notification as a card in a chat channel; the Markdown is left as it is sent. */
export const chatText = ({ notification }: Delivered): string =>
  boxed('CHAT CARD', cardLines(chatOf(notification)).join('\n'));

function cardLines({ content, metadata }: ChatCard): readonly string[] {
  return [
    content.title,
    content.description,
    ...content.nextSteps.map((step, index) => `${index + 1}. ${step}`),
    `Thread: ${metadata.threadId}`,
  ];
}

/** What a probe measured, in one line. */
export const probeLine = ({ target, seconds, detail }: KeepAliveFact): string =>
  `PROBE ${target ?? ''}: keeps an idle connection for ${seconds.toFixed(1)} s (${detail}).`;

/** The pictures of what was seen on the wire. */
export const timelinesText = (timelines: readonly WireTimeline[]): string =>
  timelines.length === 0
    ? 'TIMELINE: no request failed.'
    : [
        'TIMELINE of the first failed request of each kind, with the one before on its connection.',
        ...timelines.map(titledPicture),
      ].join('\n\n');

/** How the tour went, as its last paragraph. */
export function summaryOf(report: TourReport): string {
  const { seconds, truth } = report;
  const at = (value: number | null) => (value === null ? 'never' : `after ${value.toFixed(1)} s`);
  const found = `Verdict ${report.verdict ?? 'none'} (${Math.round(100 * report.probability)} %), truth ${truth ?? 'nothing wrong'}.`;
  const lines = [
    report.asTold ? 'SUMMARY' : `NOT AS TOLD: ${report.because.join('; ')}.`,
    `${report.failures.length} of ${report.requests} requests got 502. ${found}`,
    `First failure ${at(seconds.firstFailure)}, first alert ${at(seconds.firstAlert)}, fixed ${at(seconds.fixed)}, resolved ${at(seconds.resolved)}; ${seconds.total.toFixed(1)} s in all.`,
  ];
  if (seconds.fixed !== null)
    lines.push(
      `After the fix: ${report.requestsAfterFix} requests with the same pauses, ${report.failuresAfterFix} failed.`,
    );
  return lines.join('\n');
}
