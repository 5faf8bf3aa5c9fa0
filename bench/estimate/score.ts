import type { Judged } from './judge.ts';

/** A verdict given with this probability or more is called sure. */
export const SURE = 0.8;

export interface Score {
  readonly logs: number;
  readonly right: number;
  readonly defensible: number;
  readonly undetermined: number;
  readonly sureAndWrong: number;
  /** Logs whose races can be told, those of them whose keep-alive was not told within 1 %, and false ones. */
  readonly tellable: number;
  readonly missed: number;
  readonly falseEstimates: number;
}

export const isSureAndWrong = ({ verdict, probability, isDefensible }: Judged): boolean =>
  verdict !== 'undetermined' && probability >= SURE && !isDefensible;

export const isMissed = ({ keepAliveTellable, isEstimateGood }: Judged): boolean =>
  keepAliveTellable && !isEstimateGood;

export function scoreOf(results: readonly Judged[]): Score {
  const count = (is: (result: Judged) => boolean): number => results.filter(is).length;
  return {
    logs: results.length,
    right: count(({ isRight }) => isRight),
    defensible: count(({ isDefensible }) => isDefensible),
    undetermined: count(({ verdict }) => verdict === 'undetermined'),
    sureAndWrong: count(isSureAndWrong),
    tellable: count(({ keepAliveTellable }) => keepAliveTellable),
    missed: count(isMissed),
    falseEstimates: count(({ falseEstimates }) => falseEstimates.length > 0),
  };
}

/** Causes that were named with a probability in a band, and how many of them were true. */
export interface Band {
  readonly low: number;
  readonly high: number;
  readonly logs: number;
  readonly meanProbability: number;
  readonly rightShare: number;
  /** One standard error of the share. */
  readonly error: number;
}

const BAND_EDGES = [0, 0.5, 0.7, 0.8, 0.9, 1] as const;

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);

/** Reliability over all worlds, those without a known cause included. */
export function bandsOf(results: readonly Judged[]): Band[] {
  const named = results.flatMap(({ verdict, claimed, isRight }) =>
    verdict === 'undetermined' || claimed === null ? [] : [{ claimed, isRight }],
  );
  return BAND_EDGES.slice(1).map((high, at) => {
    const low = BAND_EDGES[at] ?? 0;
    const inside = named.filter(({ claimed }) => claimed >= low && (claimed < high || high === 1));
    const rightShare = mean(inside.map(({ isRight }) => (isRight ? 1 : 0)));
    const spread = Math.max(rightShare * (1 - rightShare), 0.01);
    return {
      low,
      high,
      logs: inside.length,
      meanProbability: mean(inside.map(({ claimed }) => claimed)),
      rightShare,
      error: Math.sqrt(spread / Math.max(1, inside.length)),
    };
  });
}

/** How far the shares of a cause were off in logs that have two: mean of the absolute errors. */
export interface ShareError {
  readonly cause: string;
  readonly logs: number;
  readonly meanError: number;
}

export function shareErrorsOf(results: readonly Judged[]): ShareError[] {
  const errors = new Map<string, number[]>();
  for (const { area, shares } of results)
    if (area === 'two causes')
      for (const { cause, truth, given } of shares)
        errors.set(cause, [...(errors.get(cause) ?? []), Math.abs(truth - given)]);
  const rows = [...errors].map(([cause, own]) => ({ cause, logs: own.length, meanError: mean(own) }));
  rows.sort((a, b) => a.cause.localeCompare(b.cause));
  return [
    ...rows,
    {
      cause: 'all',
      logs: rows.reduce((sum, { logs }) => sum + logs, 0),
      meanError: mean([...errors.values()].flat()),
    },
  ];
}
