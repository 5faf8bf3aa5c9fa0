import { share } from '../alert/render/text-format.ts';
import { inTextOrder } from '../model/text-order.ts';
import type { VerifyMeasurement, VerifyRecord, VerifyReport } from './record.ts';

/** Failures that the text names one by one. */
const SHOWN_FAILURES = 20;

const shareOf = (part: number, whole: number): string => (whole === 0 ? 'none sent' : share(part / whole));

const statuses = ({ byStatus, unanswered }: VerifyMeasurement): string =>
  [
    ...Object.entries(byStatus).map(([status, count]) => `${count} x ${status}`),
    ...(unanswered > 0 ? [`${unanswered} without an answer`] : []),
  ].join(', ');

/** Seconds without the noise of binary fractions. */
const secondsText = (seconds: number): string => String(Math.round(seconds * 1000) / 1000);

/** What a run came to, as `verify` prints it. */
export function verifyText({ measurement }: VerifyRecord): string {
  const { requests, failed502, failures, gaps, leftOutSeconds, unanswered, unansweredBecause } = measurement;
  const lines = [
    failed502 === 0
      ? `No 502 in ${requests} requests.`
      : `${failed502} of ${requests} requests got 502 (${shareOf(failed502, requests)}).`,
    `Answers: ${statuses(measurement)}.`,
    '',
    ...gaps.map(
      (gap) =>
        `  idle for ${secondsText(gap.seconds).padStart(7)} s  ${String(gap.requests).padStart(5)} requests  ${String(gap.failures).padStart(4)} got 502`,
    ),
    ...(leftOutSeconds.length > 0
      ? [
          `  not tried: ${leftOutSeconds.map(secondsText).join(', ')} s; raise --max-seconds or --max-requests`,
        ]
      : []),
    ...failures.slice(0, SHOWN_FAILURES).map(failureLine),
    ...(failures.length > SHOWN_FAILURES ? [`  ... and ${failed502 - SHOWN_FAILURES} more`] : []),
  ];
  if (unanswered > 0)
    lines.push(
      '',
      `${unanswered} requests got no answer (${unansweredBecause ?? 'unknown'}); they prove nothing.`,
    );
  return `${lines.join('\n')}\n`;
}

function failureLine({
  at,
  traceId,
  byLoadBalancer,
  idleSeconds,
}: VerifyMeasurement['failures'][number]): string {
  const idle = idleSeconds === null ? 'before the first pause' : `idle for ${idleSeconds.toFixed(3)} s`;
  return `  502 ${at} ${traceId} ${idle}${byLoadBalancer ? '' : ', answered by the target itself'}`;
}

/** Names and values come from outside: nothing of them may become format. */
const cell = (text: string): string => text.replace(/[\r\n]+/g, ' ').replace(/[\\`*_[\]<>#|]/g, '\\$&');

const code = (text: string): string => `    ${text.replace(/\n/g, '\n    ').trimEnd()}`;

/** The record before and after, for a runbook or a ticket. */
export function verifyMarkdown(report: VerifyReport): string {
  const { before, ...after } = report;
  const runs = before ? [before, after] : [after];
  const sections = [
    `# 502s before and after: ${cell(after.url)}`,
    [
      `- account: ${cell(after.account ?? 'not known')}`,
      `- region: ${cell(after.region ?? 'not known')}`,
      `- verified: ${after.measurement.startedAt} to ${after.measurement.endedAt}`,
      `- result: ${resultOf(before, after)}`,
    ].join('\n'),
    `## Measured\n\n${measuredTable(before, after)}`,
    `## Configuration\n\n${configurationTable(before, after)}`,
    ...runs.map((run, index) => {
      const title = before && index === 0 ? 'Before' : 'After';
      return `## ${title}: command and output\n\n${code(`$ ${run.command}\n${verifyText(run)}`)}`;
    }),
  ];
  return `${sections.join('\n\n')}\n`;
}

function resultOf(before: VerifyRecord | null, { measurement: after }: VerifyRecord): string {
  const now = `${after.failed502} of ${after.requests} requests got 502`;
  return before === null
    ? now
    : `before ${before.measurement.failed502} of ${before.measurement.requests}, now ${now}`;
}

function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(header), line(header.map(() => '---')), ...rows.map(line)].join('\n');
}

function measuredTable(before: VerifyRecord | null, after: VerifyRecord): string {
  const gaps = [...(before?.measurement.gaps ?? []), ...after.measurement.gaps].map(({ seconds }) => seconds);
  const of = (record: VerifyRecord | null, seconds: number): string => {
    const gap = record?.measurement.gaps.find((candidate) => candidate.seconds === seconds);
    return gap ? `${gap.failures} of ${gap.requests}` : 'not tried';
  };
  const all = (record: VerifyRecord | null): string =>
    record ? `${record.measurement.failed502} of ${record.measurement.requests}` : 'no record';
  return table(
    ['connections idle for', '502s before', '502s after'],
    [
      ...[...new Set(gaps)]
        .sort((a, b) => a - b)
        .map((seconds) => [`${secondsText(seconds)} s`, of(before, seconds), of(after, seconds)]),
      ['all requests', all(before), all(after)],
    ],
  );
}

function configurationTable(before: VerifyRecord | null, after: VerifyRecord): string {
  const settings = new Map<string, { readonly owner: string; readonly name: string }>();
  for (const record of [before, after])
    for (const [owner, values] of Object.entries(record?.configuration ?? {}))
      for (const name of Object.keys(values)) settings.set(`${owner}\n${name}`, { owner, name });
  if (settings.size === 0) return 'Not given; `--bundle` and `--setting` put it here.';
  const rows = [...settings]
    .sort(([a], [b]) => inTextOrder(a, b))
    .map(([, { owner, name }]) => {
      const value = (record: VerifyRecord | null): string =>
        cell(record?.configuration[owner]?.[name] ?? '-');
      return [cell(owner), cell(name), value(before), value(after)];
    });
  return table(['of', 'setting', 'before', 'after'], rows);
}
