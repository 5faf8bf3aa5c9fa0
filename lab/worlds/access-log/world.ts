import { partsOf, type Truth, truthOf } from './expert.ts';
import { CHOREOGRAPHED } from './families/choreographed.ts';
import { LIMITS } from './families/connections.ts';
import type { Family, Leeway } from './families/family.ts';
import { type PairFamily, TWO_CAUSES } from './families/pairs.ts';
import { RACES } from './families/races.ts';
import { REQUESTS } from './families/requests.ts';
import { type Draft, scenarioOf } from './families/surroundings.ts';
import { TARGETS } from './families/targets.ts';
import { UNKNOWN } from './families/unknown.ts';
import { type Drawn, drawOther, drawRace, drawRaceAndMore } from './families.ts';
import { type Random, randomFrom } from './random.ts';
import type { Exchange, Scenario } from './scenario.ts';
import { simulate } from './simulate.ts';
import { leewayOf, seenThrough, VIEWS, type View } from './views.ts';

/** A log with what is true of it. */
export interface World {
  readonly family: string;
  readonly area: Area;
  readonly seed: number;
  readonly scenario: Scenario;
  /** The lines that the log has, in order of time. */
  readonly exchanges: readonly Exchange[];
  /** null where whoever reads the log does not know it. */
  readonly idleTimeoutSeconds: number | null;
  readonly truth: Truth;
}

export const AREAS = ['race', 'known', 'rhythm', 'unknown', 'two causes', 'damaged', 'classic'] as const;
export type Area = (typeof AREAS)[number];

const MOST_ATTEMPTS = 400;
const FEWEST_FAILURES = 3;
/** Two causes have at least so many of each other's failures. */
const LEAST_RATIO = 1 / 4.5;

const DRAWN: readonly (Family | PairFamily)[] = [
  ...RACES,
  ...LIMITS,
  ...REQUESTS,
  ...TARGETS,
  ...CHOREOGRAPHED,
  ...UNKNOWN,
  ...TWO_CAUSES,
];

const CLASSIC: Readonly<Record<string, { draw: (seed: number) => Drawn; fewestRaces: number }>> = {
  'classic: race': { draw: drawRace, fewestRaces: 5 },
  'classic: race and more': { draw: drawRaceAndMore, fewestRaces: 5 },
  'classic: other': { draw: drawOther, fewestRaces: 0 },
};

/** Bases of damaged views: whatever has enough failures to lose some. */
const WHOLE = [...RACES, ...LIMITS, ...REQUESTS, ...TARGETS, ...UNKNOWN];

const DAMAGED: ReadonlyMap<string, View> = new Map(VIEWS.map((view) => [`damaged: ${view}`, view]));

/** Every family by its name, with the area that it belongs to. */
export const FAMILIES: ReadonlyMap<string, Area> = new Map([
  ...DRAWN.map(({ name, area }) => [name, area] as const),
  ...[...DAMAGED.keys()].map((name) => [name, 'damaged'] as const),
  ...Object.keys(CLASSIC).map((name) => [name, 'classic'] as const),
]);

/** A number that a name has to itself. */
function hashOf(text: string): number {
  let hash = 2_166_136_261;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 16_777_619);
  return hash >>> 0;
}

interface Played {
  readonly scenario: Scenario;
  readonly exchanges: readonly Exchange[];
  readonly draft: Draft;
  readonly leeway: Leeway;
}

function play(drawn: { readonly draft: Draft } & Leeway, seed: number): Played {
  const { draft, ...leeway } = drawn;
  const { scenario, exchanges } = simulate(scenarioOf(draft, seed));
  return { scenario, exchanges, draft, leeway };
}

const isPair = (family: Family | PairFamily): family is PairFamily => 'drawWeighed' in family;

/** Weighs one of two causes until the failures have the ratio that was drawn for them; null where they do not. */
function playPair(family: PairFamily, seed: number): Played | null {
  const wanted = randomFrom(seed ^ 0x5eed).logBetween(1 / 4, 4);
  let weight = 1;
  for (let tries = 0; tries < 5; tries++) {
    const played = play(family.drawWeighed(randomFrom(seed), weight), seed);
    const parts = partsOf(played.exchanges);
    const [first, second] = family.kinds.map(
      (kind) => parts.find((part) => part.kind === kind)?.failures ?? 0,
    );
    if (!first || !second) {
      if (family.weighed === null || (family.weighed === 0 ? !second : !first)) return null;
      weight *= 8;
      continue;
    }
    const ratio = first / second;
    if (Math.abs(Math.log(ratio / wanted)) < 0.4 || family.weighed === null)
      return ratio >= LEAST_RATIO && ratio <= 1 / LEAST_RATIO ? played : null;
    weight *= family.weighed === 0 ? wanted / ratio : ratio / wanted;
  }
  return null;
}

function playUntilItFails(family: Family | PairFamily, seed: number): Played & { readonly seed: number } {
  const fewest = family.fewestFailures ?? FEWEST_FAILURES;
  for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
    const own = hashOf(`${family.name} ${seed} ${attempt}`);
    const played = isPair(family) ? playPair(family, own) : play(family.draw(randomFrom(own)), own);
    if (!played) continue;
    const failures = partsOf(played.exchanges).reduce((sum, part) => sum + part.failures, 0);
    if (failures >= fewest) return { ...played, seed: own };
  }
  throw new Error(`${family.name} ${seed}: no world with ${fewest} failures in ${MOST_ATTEMPTS} draws`);
}

function worldOf(family: string, area: Area, seed: number, played: Played, more: Leeway = {}): World {
  const { scenario, exchanges, draft, leeway } = played;
  const also = [...(leeway.also ?? []), ...(more.also ?? [])];
  const open = leeway.open === true || more.open === true;
  return {
    family,
    area,
    seed,
    scenario,
    exchanges,
    idleTimeoutSeconds: draft.idleTimeoutGiven ? draft.idleTimeoutSeconds : null,
    truth: truthOf(scenario, exchanges, { also, open }),
  };
}

function damaged(name: string, view: View, seed: number): World {
  const random: Random = randomFrom(hashOf(`${name} ${seed}`));
  for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
    const played = playUntilItFails(random.pick(WHOLE), random.whole(2 ** 31));
    const exchanges = seenThrough(view, played.scenario, played.exchanges, random);
    if (!exchanges.some(({ cause }) => cause !== null)) continue;
    return worldOf(name, 'damaged', seed, { ...played, exchanges }, leewayOf(view));
  }
  throw new Error(`${name} ${seed}: nothing fails`);
}

function classic(name: string, seed: number): World | null {
  const kind = CLASSIC[name];
  if (!kind) throw new Error(`no family ${name}`);
  const { scenario } = kind.draw(seed);
  const { exchanges, raceFailures } = simulate(scenario);
  if ((raceFailures[0] ?? 0) < kind.fewestRaces) return null;
  const { idleTimeoutSeconds } = scenario;
  return {
    family: name,
    area: 'classic',
    seed,
    scenario,
    exchanges,
    idleTimeoutSeconds,
    truth: truthOf(scenario, exchanges, {}),
  };
}

/**
 * Draws a world and plays it.
 *
 * @returns null where a classic draw has too few races to be one
 * @throws Error where the family is none, or its draws do not come to the failures they should have
 */
export function drawWorld(name: string, seed: number): World | null {
  const view = DAMAGED.get(name);
  if (view) return damaged(name, view, seed);
  if (name in CLASSIC) return classic(name, seed);
  const family = DRAWN.find((each) => each.name === name);
  if (!family)
    throw new Error(`no family ${JSON.stringify(name)}; there are ${[...FAMILIES.keys()].join(', ')}`);
  return worldOf(name, family.area, seed, playUntilItFails(family, seed));
}
