import Table from 'cli-table3';
import type { Judged, Judgement } from './judged.ts';

const SURE_AND_WRONG: readonly Judgement[] = [
  'wrong, given with 0.8 or more',
  'another cause, given with 0.8 or more, though defensible below',
];

const COLUMNS: readonly (readonly [string, readonly Judgement[]])[] = [
  ['right', ['right']],
  ['open, fairly', ['undetermined, and defensible']],
  ['open, nameable', ['undetermined, where an expert would name it']],
  ['other, fairly', ['another cause, and defensible']],
  ['wrong', ['wrong']],
  ['sure and wrong', SURE_AND_WRONG],
];

const count = (logs: readonly Judged[], judgements: readonly Judgement[]): number =>
  logs.filter(({ judgement }) => judgements.includes(judgement)).length;

export function tableOfKinds(logs: readonly Judged[]): string {
  const table = new Table({
    head: ['kind', 'logs', ...COLUMNS.map(([name]) => name)],
    style: { head: [], border: [] },
  });
  for (const kind of new Set(logs.map((log) => log.kind))) {
    const own = logs.filter((log) => log.kind === kind);
    table.push([kind, own.length, ...COLUMNS.map(([, judgements]) => count(own, judgements) || '')]);
  }
  table.push(['all', logs.length, ...COLUMNS.map(([, judgements]) => count(logs, judgements))]);
  return table.toString();
}

/** Of the causes named with each probability, how many are true; of two that look alike either is. */
export function tableOfBands(logs: readonly Judged[]): string {
  const table = new Table({ head: ['given with', 'logs', 'mean', 'true'], style: { head: [], border: [] } });
  const named = logs.filter(({ verdict }) => verdict !== 'undetermined');
  for (let band = 0; band < 10; band++) {
    const low = 0.5 + band / 20;
    const own = named.filter(({ claimed }) => Math.min(9, Math.floor((claimed - 0.5) * 20 + 1e-9)) === band);
    if (own.length === 0) continue;
    const mean = own.reduce((sum, { claimed }) => sum + claimed, 0) / own.length;
    const share = count(own, ['right']) / own.length;
    table.push([
      `${low.toFixed(2)} to ${(low + 0.05).toFixed(2)}`,
      own.length,
      mean.toFixed(3),
      share.toFixed(3),
    ]);
  }
  return table.toString();
}

export interface Summary {
  readonly text: string;
  readonly met: boolean;
}

export function summary(logs: readonly Judged[]): Summary {
  const defended = count(logs, ['right', 'undetermined, and defensible', 'another cause, and defensible']);
  const sureAndWrong = count(logs, SURE_AND_WRONG);
  const shares = logs.flatMap(({ shareError }) => (shareError === null ? [] : [shareError]));
  const offBy = shares.reduce((sum, error) => sum + error, 0) / Math.max(1, shares.length);
  const raceFree = logs.filter(({ truths }) => truths['keepalive-mismatch'] === undefined);
  const falseOnes = raceFree.filter(({ falseKeepAlive }) => falseKeepAlive).length;
  const kept = (is: Judged['keepAlive']) => logs.filter(({ keepAlive }) => keepAlive === is).length;
  const text = [
    `outside: ${logs.length} logs, ${((100 * defended) / logs.length).toFixed(1)} % as an expert would say (goal: 95 %)`,
    `${sureAndWrong} sure and wrong (goal: 0)`,
    `shares of two causes off by ${offBy.toFixed(3)} (goal: 0.1)`,
    `${falseOnes} false keep-alives in ${raceFree.length} logs without a race (goal: 0)`,
    `keep-alives ${kept('found')} found, ${kept('missed')} missed, ${kept('wrong')} wrong`,
  ].join('; ');
  return {
    text,
    met: defended >= 0.95 * logs.length && sureAndWrong === 0 && falseOnes === 0 && offBy <= 0.1,
  };
}

/** Each log that somebody should look at, with what was said of it. */
export function notable(logs: readonly Judged[]): string {
  const fine: readonly Judgement[] = [
    'right',
    'undetermined, and defensible',
    'another cause, and defensible',
  ];
  return logs
    .filter(
      ({ judgement, falseKeepAlive, keepAlive }) =>
        !fine.includes(judgement) || falseKeepAlive || keepAlive === 'missed' || keepAlive === 'wrong',
    )
    .map((log) => {
      const keepAlive = log.falseKeepAlive
        ? ', false keep-alive'
        : log.keepAlive
          ? `, keep-alive ${log.keepAlive}`
          : '';
      const head = `${log.kind} ${log.seed}: ${log.judgement}: ${log.verdict} ${log.probability}${keepAlive}`;
      const truth = Object.entries(log.truths).map(([cause, failures]) => `${failures} ${cause}`);
      return [
        head,
        `  truth: ${truth.join(', ')} in ${log.lines} lines`,
        ...log.explanations.map((line) => `  ${line}`),
      ].join('\n');
    })
    .join('\n');
}
