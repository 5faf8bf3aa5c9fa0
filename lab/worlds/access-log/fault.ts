import type { Arrival } from './arrival.ts';
import type { Random } from './random.ts';
import type { Cycle } from './traffic.ts';
import type { Cause, ExplanationKind } from './truth.ts';

/** A rule by which requests fail. */
export interface Fault {
  readonly cause: Cause;
  /** What the failures keep to; null: to nothing. */
  readonly kind: ExplanationKind | null;
  /** Of the requests that it fits, so many fail. */
  readonly share: number;
  readonly where: Where;
  readonly breaks: Breaks;
  /** The share swings with the hours. */
  readonly cycle?: Cycle;
}

/** Which requests a rule fits; all where a condition is absent. */
export interface Where {
  readonly method?: string;
  /** Exactly, without query string. */
  readonly path?: string;
  readonly pathPrefix?: string;
  readonly pathSuffix?: string;
  readonly clients?: ReadonlySet<string>;
  /** Only requests that follow from an earlier one. */
  readonly followUp?: true;
  readonly largerThanBytes?: number;
  readonly targets?: readonly number[];
  readonly nodes?: readonly number[];
  readonly fromSeconds?: number;
  readonly toSeconds?: number;
}

/** When the connection breaks off, after the request was sent. */
export type Breaks =
  /** At once: after a round trip. */
  | { readonly when: 'at once' }
  /** When an ordinary answer would have been ready. */
  | { readonly when: 'after work' }
  | { readonly when: 'after'; readonly seconds: number; readonly slackSeconds: number }
  | { readonly when: 'exponential'; readonly meanSeconds: number }
  | { readonly when: 'lognormal'; readonly medianSeconds: number; readonly sigma: number }
  /** No connection comes about: -1 in all times. */
  | { readonly when: 'before it was sent' };

export interface Place {
  readonly at: number;
  readonly target: number;
  readonly node: number;
}

export const swing = ({ periodSeconds, depth, phase }: Cycle, at: number): number =>
  1 + depth * Math.sin(2 * Math.PI * (at / periodSeconds + phase));

function fits(where: Where, arrival: Arrival, place: Place): boolean {
  const { method = 'GET', path, client, bodyBytes = 0, plan } = arrival;
  return (
    (where.method === undefined || where.method === method) &&
    (where.path === undefined || where.path === path) &&
    (where.pathPrefix === undefined || path.startsWith(where.pathPrefix)) &&
    (where.pathSuffix === undefined || path.endsWith(where.pathSuffix)) &&
    (where.clients === undefined || where.clients.has(client)) &&
    (where.followUp === undefined || (plan !== undefined && plan.step + plan.time > 1)) &&
    (where.largerThanBytes === undefined || bodyBytes > where.largerThanBytes) &&
    (where.targets === undefined || where.targets.includes(place.target)) &&
    (where.nodes === undefined || where.nodes.includes(place.node)) &&
    place.at >= (where.fromSeconds ?? 0) &&
    place.at < (where.toSeconds ?? Number.POSITIVE_INFINITY)
  );
}

/** The first fault that strikes this request. */
export function strikes(
  faults: readonly Fault[],
  arrival: Arrival,
  place: Place,
  random: Random,
): Fault | null {
  for (const fault of faults) {
    if (!fits(fault.where, arrival, place)) continue;
    const share = fault.cycle ? fault.share * swing(fault.cycle, place.at) : fault.share;
    if (share >= 1 || random.chance(share)) return fault;
  }
  return null;
}

/** Seconds from sending the request to the break; -1 where it was not sent. */
export function breakSeconds(
  breaks: Breaks,
  usual: { readonly roundTripSeconds: number; readonly workSeconds: number },
  random: Random,
): number {
  const { roundTripSeconds, workSeconds } = usual;
  switch (breaks.when) {
    case 'at once':
      return roundTripSeconds + random.between(0, 0.0005);
    case 'after work':
      return workSeconds;
    case 'after':
      return breaks.seconds + random.between(0, breaks.slackSeconds);
    case 'exponential':
      return roundTripSeconds + random.exponential(breaks.meanSeconds);
    case 'lognormal':
      return roundTripSeconds + breaks.medianSeconds * Math.exp(random.normal(0, breaks.sigma));
    case 'before it was sent':
      return -1;
  }
}
