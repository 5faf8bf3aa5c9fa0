import { type Area, FAMILIES } from '../../lab/worlds/access-log/world.ts';

/** Seeds of the report; development uses those below 100000. */
export const FIRST_SEED = 1_400_000;
/** Logs of each family of an area. */
const LOGS_OF_FAMILY: Readonly<Record<Area, number>> = {
  race: 24,
  known: 20,
  rhythm: 16,
  unknown: 26,
  'two causes': 9,
  damaged: 40,
  classic: 50,
};
/** Many of its draws have too few races and are not looked at. */
const MORE_LOGS: Readonly<Record<string, number>> = { 'classic: race': 150 };

/** Worlds of one family, by their seeds. */
export interface Job {
  readonly family: string;
  readonly first: number;
  readonly count: number;
}

const usual = (family: string, area: Area): number => MORE_LOGS[family] ?? LOGS_OF_FAMILY[area];

/** How many logs are drawn where nobody says. */
export const USUAL_LOGS = [...FAMILIES].reduce((sum, [family, area]) => sum + usual(family, area), 0);

/** Which worlds are drawn: so many of each family that they are as many as was asked for, one at least. */
export function planOf(
  firstSeed: number,
  logs: number,
  isWanted: (family: string, area: Area) => boolean,
): Job[] {
  const wanted = [...FAMILIES].filter(([family, area]) => isWanted(family, area));
  return wanted.map(([family, area], at) => ({
    family,
    // Families have seeds of their own, so that more logs of one change no other.
    first: firstSeed + at * 10_000,
    count: Math.max(1, Math.round((usual(family, area) * logs) / USUAL_LOGS)),
  }));
}
