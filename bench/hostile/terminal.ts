import fc from 'fast-check';
import { printReport } from '../../bin/diagnosis-report.ts';
import { renderLogs } from '../../bin/logs/report.ts';
import { verdictOf } from '../../bin/logs/verdict.ts';
import { printError, printJson, printText, style } from '../../bin/terminal.ts';
import { HealthChecks } from '../../lambda/access-log/health-check/health-checks.ts';
import { LinesOutside } from '../../lambda/access-log/tally/lines-outside.ts';
import { incidentMarkdown, incidentText } from '../../lambda/alert/render/incident.ts';
import { diagnose } from '../../lambda/diagnose/diagnose.ts';
import type { EvidenceBundle } from '../../lambda/model/evidence.ts';
import { verifyText } from '../../lambda/verify/markdown.ts';
import { anyBundle } from '../../test/diagnose/arbitrary.ts';
import { incidentOf } from '../../test/store/entries.ts';
import type { Attack, Effort, Outcome } from './attack.ts';
import { captured } from './captured.ts';

/** What moves a cursor, titles a window, answers as if typed, hides or turns text. */
const SEQUENCES = [
  ...[
    '\u001b[2J',
    '\u001b]0;owned\u0007',
    '\u001b[31mred\u001b[0m',
    '\u001b[6n',
    '\u001bP+q\u001b\\',
    '\u001b[8m',
  ],
  ...[
    '\u009b2J',
    '\u009d0;owned\u009c',
    '\u0085',
    '\r',
    '\u0008\u0008',
    '\u0007',
    '\u000c',
    '\u000e',
    '\u007f',
  ],
  ...[
    '\u202egnp.exe',
    '\u2066x\u2069',
    '\u200f',
    '\u061c',
    '\u2028',
    '\u2029',
    '\ufeff',
    '\u{e0041}',
    '\ud800',
  ],
  ...['a\nalb502: forged', '\t', '\u0000', '\u0001\u0002\u0003\u0004\u0005\u0006\u000e\u000f\u0010'],
] as const;

export const sequences = fc
  .array(fc.oneof(fc.constantFrom(...SEQUENCES), fc.string({ unit: 'binary', maxLength: 8 })), {
    minLength: 1,
    maxLength: 5,
  })
  .map((parts) => parts.join(''));

/** Whether anything in a text would act on a terminal; line feeds and tabs are layout. */
export function acts(text: string): boolean {
  return /(?![\n\t])\p{Cc}|[\u2028-\u202e\u2066-\u2069\u061c\u200e\u200f\ufeff]|\p{Surrogate}|[\u{e0000}-\u{e007f}]/u.test(
    text,
  );
}

/** A value with a text in the place of each of its strings but those that a schema or a date needs. */
function poisoned<T>(value: T, text: string): T {
  const put = (inner: unknown): unknown => {
    if (typeof inner === 'string') return /^\d{4}-\d\d-\d\dT|^[a-z-]{4,30}$/.test(inner) ? inner : text;
    if (Array.isArray(inner)) return inner.map(put);
    if (typeof inner !== 'object' || inner === null) return inner;
    return Object.fromEntries(Object.entries(inner).map(([key, one]) => [key, put(one)]));
  };
  return Object.assign(Object.create(null), put(value));
}

const RECORD_AT = '2026-11-23T07:00:00.000Z';

function verifyReportOf(text: string): string {
  const failure = { at: RECORD_AT, traceId: text, byLoadBalancer: true, idleSeconds: 5 };
  return verifyText({
    ...{ version: 1, url: text, command: text, account: text, region: text },
    configuration: { [text]: { [text]: text } },
    measurement: {
      ...{ startedAt: RECORD_AT, endedAt: RECORD_AT, addresses: [text], requests: 1, byStatus: { 502: 1 } },
      ...{ unanswered: 1, unansweredBecause: text, failed502: 1, failures: [failure] },
      ...{ gaps: [{ seconds: 5, requests: 1, failures: 1 }], leftOutSeconds: [] },
    },
  });
}

function reports(bundle: EvidenceBundle, text: string): readonly (readonly [string, string])[] {
  const diagnosis = diagnose(bundle);
  const spoken = poisoned(diagnosis, text);
  const incident = poisoned(incidentOf('shop', text, RECORD_AT), text);
  const log = bundle.accessLog;
  const rejected = [{ file: text, line: 1, reason: text }];
  const reading = {
    ...{ linesRead: 1, linesRejected: 1, linesOutside: 0, rejected, reasons: new Map([[text, 1]]) },
    loadBalancers: [],
    absentFields: new Map(),
    outside: new LinesOutside(),
    healthChecks: new HealthChecks(),
  };
  const verdicts = log === null ? [] : [verdictOf(poisoned(log, text), 60)];
  const shape = { idleTimeoutSeconds: 60, columns: 60 };
  const skipped = [{ resource: text, reason: text }];
  const unread = [{ what: text, reason: text, loadBalancers: 1 }];
  const context = { where: text, unread, named: false, detailsWith: null } as const;
  return [
    [
      'scan',
      captured(() => printReport({ diagnoses: [diagnosis, spoken], skipped }, { ...context, details: true })),
    ],
    ['table', captured(() => printReport({ diagnoses: [diagnosis, spoken], skipped }, context))],
    ['logs', captured(() => printText(renderLogs(reading, verdicts, shape)))],
    ['verify', captured(() => printText(verifyReportOf(text)))],
    ['incident', captured(() => printText(incidentText(incident) + incidentMarkdown(incident)))],
    ['text', captured(() => printText(style.red(text)))],
    ['error', captured(() => printError(text))],
    ['json', captured(() => printJson({ [text]: [text, spoken] }))],
  ];
}

async function attack({ runs, seed }: Effort): Promise<Outcome> {
  const wrong: string[] = [];
  let tried = 0;
  const bundles = fc.sample(anyBundle, { numRuns: runs, seed });
  fc.sample(sequences, { numRuns: runs, seed }).forEach((text, index) => {
    const bundle = bundles[index];
    if (!bundle) return;
    for (const [where, printed] of reports(bundle, text)) {
      tried++;
      const said = JSON.stringify(text);
      if (acts(printed)) wrong.push(`${where}: ${said} reaches the terminal`);
      if (where === 'error' && printed.split('\n').length !== 2) wrong.push(`error: ${said} makes lines`);
      if (where === 'json' && JSON.parse(printed)[text]?.[0] !== text) wrong.push(`json: ${said} is altered`);
    }
  });
  return { tried, wrong };
}

/** Hostile text in every field of every report, error and JSON document of the command line. */
export const terminalAttack: Attack = { name: 'terminal', attack };
