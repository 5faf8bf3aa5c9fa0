import type { Leeway } from './families/family.ts';
import type { Random } from './random.ts';
import type { Exchange, Scenario } from './scenario.ts';

/** What people give to be read, instead of the whole log. */
export type View =
  | 'only failing lines'
  | 'answered requests sampled'
  | "one node's file missing"
  | 'a short slice';

export const VIEWS: readonly View[] = [
  'only failing lines',
  'answered requests sampled',
  "one node's file missing",
  'a short slice',
];

const isFailure = ({ cause }: Exchange): boolean => cause !== null;

/** The lines that a view leaves. */
export function seenThrough(
  view: View,
  { nodes, durationSeconds }: Scenario,
  exchanges: readonly Exchange[],
  random: Random,
): Exchange[] {
  switch (view) {
    case 'only failing lines':
      return exchanges.filter(isFailure);
    case 'answered requests sampled': {
      const oneIn = 5 + random.whole(16);
      return exchanges.filter((exchange) => isFailure(exchange) || random.chance(1 / oneIn));
    }
    case "one node's file missing": {
      const missing = random.whole(nodes);
      return exchanges.filter(({ node }) => nodes === 1 || node !== missing);
    }
    case 'a short slice': {
      const length = durationSeconds * random.between(0.1, 0.4);
      const from = random.between(0, durationSeconds - length);
      return exchanges.filter(({ end }) => end >= from && end < from + length);
    }
  }
}

/** Where answered requests are missing, nothing need be named. */
export const leewayOf = (view: View): Leeway => (view === "one node's file missing" ? {} : { open: true });
