import { asLogged } from '../claimed-probability.ts';
import type { Diagnosed } from './diagnosed.ts';
import type { Judged, Judgement } from './judged.ts';
import type { Drawn, Expectation, Kind } from './kind.ts';
import type { Truth } from './simulation/request.ts';

export function judge(
  kind: Kind,
  seed: number,
  drawn: Drawn,
  truths: ReadonlyMap<Truth, number>,
  lines: number,
  diagnosed: Diagnosed,
): Judged {
  const { verdict, probability, keepAliveSeconds: estimates } = diagnosed;
  const races = truths.get('keepalive-mismatch') ?? 0;
  return {
    kind: kind.name,
    seed,
    lines,
    truths: Object.fromEntries(truths),
    verdict,
    probability,
    claimed: diagnosed.claimed,
    judgement: judgementOf(kind.expected, verdict, probability, diagnosed.elb502),
    falseKeepAlive: races === 0 && (estimates.length > 0 || verdict === 'keepalive-mismatch'),
    keepAlive: keepAliveOf(kind.expected, drawn, races, estimates),
    shareError: kind.name.startsWith('two-') ? shareError(truths, diagnosed) : null,
    explanations: diagnosed.explanations.map(
      ({ kind: by, cause, share, fact }) => `${by}/${cause ?? 'open'} ${share.toFixed(2)}: ${fact}`,
    ),
  };
}

function judgementOf(
  { right, defensible, namedFrom }: Expectation,
  verdict: string,
  probability: number,
  failures: number,
): Judgement {
  const sure = probability >= 0.8;
  if (right.some((cause) => cause === verdict)) return 'right';
  if (verdict === 'undetermined') {
    return namedFrom !== null && failures >= namedFrom
      ? 'undetermined, where an expert would name it'
      : 'undetermined, and defensible';
  }
  if (defensible.some((cause) => cause === verdict)) {
    return sure
      ? 'another cause, given with 0.8 or more, though defensible below'
      : 'another cause, and defensible';
  }
  return sure ? 'wrong, given with 0.8 or more' : 'wrong';
}

function keepAliveOf(
  { namedFrom }: Expectation,
  { keepAlives = [] }: Drawn,
  races: number,
  estimates: readonly number[],
): Judged['keepAlive'] {
  if (keepAlives.length === 0 || races === 0) return null;
  const isTrue = (estimate: number) =>
    keepAlives.some(({ seconds, within }) => Math.abs(estimate - seconds) <= within);
  if (estimates.some((estimate) => !isTrue(estimate))) return 'wrong';
  if (estimates.length > 0) return 'found';
  return namedFrom !== null && races >= namedFrom ? 'missed' : null;
}

function shareError(
  truths: ReadonlyMap<Truth, number>,
  { explanations, unexplainedShare, elb502 }: Diagnosed,
): number {
  const said = new Map<string, number>([['none', unexplainedShare]]);
  for (const { cause, share } of explanations) {
    const as = cause === null || cause === 'undetermined' ? 'none' : asLogged(cause);
    said.set(as, (said.get(as) ?? 0) + share);
  }
  const errors = [...truths].map(([truth, failures]) =>
    Math.abs(failures / elb502 - (said.get(asLogged(truth)) ?? 0)),
  );
  return errors.reduce((sum, error) => sum + error, 0) / errors.length;
}
