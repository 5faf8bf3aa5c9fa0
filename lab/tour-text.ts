import { type ChatCard, chatOf } from '../lambda/alert/render/chat.ts';
import { percent } from '../lambda/alert/render/text-format.ts';
import type { KeepAliveFact } from '../lambda/model/evidence.ts';
import type { Delivered } from './embedded/monitor.ts';
import type { Scenario } from './scenario.ts';
import { titledPicture } from './timeline/picture.ts';
import type { WireTimeline } from './timeline/timeline.ts';
import type { TourReport } from './tour-record.ts';

/** A part of the story: what it is, and what there is to say. */
export interface Paragraph {
  /** One word in capitals, or `502`. */
  readonly head: string;
  readonly text: string;
}

/** Lines of a mail that are shown where the whole is not: the first ones decide. */
const SHOWN_LINES = { firing: 9, other: 3 } as const;

/** What is set up, what of it is real and what is not, and how its clock runs. */
export function sceneText(
  { title, scale }: Pick<Scenario, 'title' | 'scale'>,
  scene: readonly string[],
  nodes: number,
): string {
  const clock =
    scale === 1
      ? 'Its clock is yours.'
      : `Its clock runs ${scale} times as fast as yours, and every time below is by its clock.`;
  return [
    `${title}.`,
    ...scene.map((line) => `- ${line}`),
    `Real: the servers, the connections, the failures, and alb502 itself with its diagnosis and alerts. Simulated: the load balancer, a stand-in with ${nodes} nodes, and AWS. ${clock}`,
  ].join('\n');
}

/** A notification as the mail would show it; its first lines where the whole was not asked for. */
export function mailText({ text, event }: Pick<Delivered, 'text' | 'event'>, whole: boolean): string {
  const lines = text.trimEnd().split('\n');
  const most = event === 'firing' ? SHOWN_LINES.firing : SHOWN_LINES.other;
  if (whole || lines.length <= most) return lines.join('\n');
  const shown = lines.slice(0, most).join('\n').trimEnd();
  return `${shown}\n... and ${lines.length - most} more lines; --full prints them, the chat card and the record`;
}

/** The same notification as a card in a chat channel; the Markdown is left as it is sent. */
export const chatText = ({ notification }: Delivered): string => cardLines(chatOf(notification)).join('\n');

function cardLines({ content, metadata }: ChatCard): readonly string[] {
  return [
    content.title,
    content.description,
    ...content.nextSteps.map((step, index) => `${index + 1}. ${step}`),
    `Thread: ${metadata.threadId}`,
  ];
}

/** Why nothing is announced yet. */
export const lateText = (share: number): string =>
  `this machine was busy with other things for ${percent(share)} of the time, and what waits for it looks like a slow server; nothing is announced, what was measured is left out, and measuring goes on`;

/** What a probe measured, in one line. */
export const probeLine = ({ target, seconds, detail }: KeepAliveFact): string =>
  `${target ?? ''} keeps an idle connection for ${seconds.toFixed(1)} s (${detail}).`;

/** The pictures of what was seen on the wire. */
export const timelinesText = (timelines: readonly WireTimeline[]): string =>
  timelines.length === 0
    ? 'no request failed'
    : [
        'of the first failed request of each kind, with the one before on its connection.',
        ...timelines.map(titledPicture),
      ].join('\n\n');

/** How the tour went, as its last paragraph. */
export function summaryOf(report: TourReport): string {
  const { seconds, truth } = report;
  const at = (value: number | null) => (value === null ? 'never' : `after ${Math.round(value)} s`);
  const found = `Diagnosed: ${report.verdict ?? 'nothing'}${report.verdict === null ? '' : ` (${percent(report.probability)})`}. True: ${truth ?? 'nothing is wrong'}.`;
  const lines = [
    ...(report.asTold ? [] : [`Not as described: ${report.because.join('; ')}.`]),
    `${report.failures.length} of ${report.requests} requests got 502. ${found}`,
    `By your clock: first failure ${at(seconds.firstFailure)}, first alert ${at(seconds.firstAlert)}, fixed ${at(seconds.fixed)}, resolved ${at(seconds.resolved)}, ${Math.round(seconds.total)} s in all.`,
  ];
  if (seconds.fixed !== null)
    lines.push(
      `After the fix: ${report.requestsAfterFix} requests with the same pauses, ${report.failuresAfterFix} failed.`,
    );
  return lines.join('\n');
}
