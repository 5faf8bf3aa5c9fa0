/** How many of some requests failed, or did something else. */
export interface Trials {
  readonly hits: number;
  readonly of: number;
}

/** Both together. */
export const together = (one: Trials, other: Trials): Trials => ({
  hits: one.hits + other.hits,
  of: one.of + other.of,
});

/** Log-likelihood of so many hits at the rate that fits them best. */
function natsOf({ hits, of }: Trials): number {
  const part = (count: number) => (count <= 0 ? 0 : count * Math.log(count / of));
  return part(hits) + part(of - hits);
}

/** How much better two rates fit than one, in nats. */
export const gainOfTwoRates = (one: Trials, other: Trials): number =>
  natsOf(one) + natsOf(other) - natsOf(together(one, other));
