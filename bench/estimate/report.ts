import Table from 'cli-table3';
import { AREAS } from '../../lab/worlds/access-log/world.ts';
import type { Judged } from './judge.ts';
import { bandsOf, isMissed, isSureAndWrong, scoreOf, shareErrorsOf } from './score.ts';

const HEAD = [
  'family',
  'logs',
  'right',
  'defensible',
  'undetermined',
  'sure and wrong',
  'keep-alive told',
  'false',
];

const percent = (part: number): string => `${(part * 100).toFixed(1)} %`;

function rowOf(name: string, results: readonly Judged[]): (string | number)[] {
  const { logs, right, defensible, undetermined, sureAndWrong, tellable, missed, falseEstimates } =
    scoreOf(results);
  return [
    name,
    logs,
    right,
    defensible,
    undetermined,
    sureAndWrong || '',
    tellable > 0 ? `${tellable - missed} of ${tellable}` : '',
    falseEstimates || '',
  ];
}

/** One line a family, and one for all of each area. */
export function familyTable(results: readonly Judged[]): string {
  const table = new Table({ head: HEAD, style: { head: [] } });
  for (const area of AREAS) {
    const own = results.filter((result) => result.area === area);
    for (const family of new Set(own.map((result) => result.family)))
      table.push(
        rowOf(
          family,
          own.filter((result) => result.family === family),
        ),
      );
    if (own.length > 0) table.push(rowOf(`ALL ${area.toUpperCase()}`, own));
  }
  return table.toString();
}

/** How far probabilities can be believed. */
export function bandLines(results: readonly Judged[]): string[] {
  return bandsOf(results)
    .filter(({ logs }) => logs > 0)
    .map(
      ({ low, high, logs, meanProbability, rightShare }) =>
        `given with ${low.toFixed(1)} to ${high.toFixed(1)}: ${String(logs).padStart(5)} logs, ${percent(meanProbability)} on average, ${percent(rightShare)} right`,
    );
}

export function shareTable(results: readonly Judged[]): string {
  const table = new Table({ head: ['two causes', 'logs', 'mean error of the share'], style: { head: [] } });
  for (const { cause, logs, meanError } of shareErrorsOf(results))
    table.push([cause, logs, meanError.toFixed(3)]);
  return table.toString();
}

/** Every log that went wrong, so that it can be looked at by its seed. */
export function missLines(results: readonly Judged[]): string[] {
  return results
    .filter((result) => !result.isDefensible || isMissed(result) || result.falseEstimates.length > 0)
    .map((result) => {
      const { family, seed, verdict, probability, truth, falseEstimates } = result;
      const notes = [
        isSureAndWrong(result) ? 'SURE AND WRONG' : '',
        isMissed(result) ? 'keep-alive missed' : '',
        falseEstimates.length > 0 ? `false keep-alive ${falseEstimates.join(', ')} s` : '',
      ].filter((note) => note !== '');
      return `  ${family} ${seed}: ${verdict} ${probability.toFixed(2)}, truth ${truth}${notes.length > 0 ? `; ${notes.join('; ')}` : ''}`;
    });
}
