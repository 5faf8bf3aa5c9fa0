import type { NamedCause } from '../model/cause.ts';
import { CATALOGUE, type OutcomeId, weightOf } from './catalogue.ts';
import { type CorrelationGroup, MOST_NATS_OF_GROUP } from './observations/correlation.ts';
import type { Observed } from './observations/observation.ts';

type Seen = Observed<OutcomeId>;

/** How far one outcome moves a cause, scaled by how strongly it was seen. */
function alone({ id, strength = 1 }: Seen, cause: NamedCause): number {
  // Counts in a bundle from outside may contradict each other: a share of 0 of 0 is NaN and must not carry weight.
  return weightOf(id, cause) * (Number.isNaN(strength) ? 0 : Math.min(1, Math.max(0, strength)));
}

/**
 * How far each outcome moves a cause, in nats, in the order given. Outcomes of one group are views of the same thing:
 * where their sum goes beyond the group's bound, each counts for less.
 */
export function weightsFor(seen: readonly Seen[], cause: NamedCause): readonly number[] {
  const weights = seen.map((one) => alone(one, cause));
  const groups = seen.map(({ id }) => CATALOGUE.get(id)?.observation.group);
  const sums = new Map<CorrelationGroup | undefined, number>();
  groups.forEach((group, place) => {
    sums.set(group, (sums.get(group) ?? 0) + (weights[place] ?? 0));
  });
  return weights.map((weight, place) => {
    const group = groups[place];
    const sum = Math.abs(sums.get(group) ?? 0);
    const most = group === undefined ? sum : MOST_NATS_OF_GROUP[group];
    return sum > most ? (weight * most) / sum : weight;
  });
}

/** How far all outcomes together move a cause, in nats. */
export const totalWeight = (seen: readonly Seen[], cause: NamedCause): number =>
  weightsFor(seen, cause).reduce((total, weight) => total + weight, 0);
