import { NAMED_CAUSES, type NamedCause } from '../model/cause.ts';
import type { OutcomeId } from './catalogue.ts';
import type { Observed } from './observations/observation.ts';
import { totalWeight } from './weighing.ts';

type Seen = readonly Observed<OutcomeId>[];

/** How much more likely than the seen evidence says rivals of a verdict may be, in nats. */
export interface HiddenEvidenceGain {
  readonly causes: ReadonlyMap<NamedCause, number>;
  readonly others: number;
}

/** More hidden outcomes are tried one by one, none, and all: every choice of them would be too many. */
const MOST_CHOSEN = 5;

function choicesOf(hidden: Seen): readonly Seen[] {
  if (hidden.length > MOST_CHOSEN) return [[], hidden, ...hidden.map((one) => [one])];
  let choices: Seen[] = [[]];
  for (const one of hidden) choices = choices.concat(choices.map((list) => [...list, one]));
  return choices;
}

/**
 * What could not be read may be for or against a verdict; each rival gets the better of it. So a gap never makes a
 * verdict surer.
 *
 * @param hidden - outcomes that may be true or not
 */
export function hiddenEvidenceGain(seen: Seen, hidden: Seen, verdict: NamedCause): HiddenEvidenceGain {
  const choices = choicesOf(hidden).map((chosen) => [...seen, ...chosen]);
  const own = choices.map((list) => totalWeight(list, verdict));
  const lead = (weights: readonly number[]): number =>
    Math.max(...weights.map((weight, place) => weight - (own[place] ?? 0))) -
    ((weights[0] ?? 0) - (own[0] ?? 0));
  const causes = NAMED_CAUSES.filter((cause) => cause !== verdict).map((cause) => {
    const weights = choices.map((list) => totalWeight(list, cause));
    return [cause, lead(weights)] as const;
  });
  return { causes: new Map(causes), others: lead(choices.map(() => 0)) };
}
