/** Which connections are opened side by side to measure one idle timeout. */
export interface IdlePlan {
  /** Connections that are only watched. */
  readonly trials: number;
  /** Further watched connections, begun this long after the first: one asks just before the others close. */
  readonly staggerSeconds: readonly number[];
  /** Whether one more connection is asked just after the others closed. */
  readonly above: boolean;
  /** Connections that are asked after this long, to notice a target that goes mute without closing. */
  readonly ladderSeconds: readonly number[];
  /** Connections that narrow down where it went mute. */
  readonly refinements: number;
}

const CORE_REQUESTS = 9;
const LADDER_FACTOR = 1.5;

/** How far from the measured value the confirming requests are sent: 50 ms, or 1 % where that is more. */
export const confirmationDistanceSeconds = (seconds: number): number => Math.max(0.05, seconds / 100);

/**
 * Spends a number of requests on what tells most: first watching, then asking once at the end, then the
 * confirmation below and above, then the ladder.
 */
export function planIdle(requests: number, watchSeconds: number): IdlePlan {
  const pairs = Math.max(0, Math.floor((requests - CORE_REQUESTS) / 2));
  const wanted = watchSeconds <= 1 ? 0 : 1 + Math.floor(Math.log(watchSeconds) / Math.log(LADDER_FACTOR));
  const steps = Math.min(wanted, Math.ceil(pairs * 0.65));
  const staggers = staggersFor(watchSeconds);
  return {
    trials: requests >= 3 ? 2 : 1,
    staggerSeconds: requests >= CORE_REQUESTS ? staggers : requests >= 5 ? staggers.slice(0, 1) : [],
    above: requests >= 7,
    ladderSeconds: ladder(steps, watchSeconds),
    refinements: Math.min(6, pairs - steps),
  };
}

/** Three delays that suit the distance of a confirmation for short, middling and long timeouts. */
function staggersFor(watchSeconds: number): readonly number[] {
  const longest = Math.max(0.08, confirmationDistanceSeconds(watchSeconds) * 1.05);
  return [...new Set([0.08, Math.sqrt(0.08 * longest), longest])];
}

function ladder(steps: number, watchSeconds: number): readonly number[] {
  const factor = watchSeconds ** (1 / Math.max(1, steps));
  return Array.from({ length: steps }, (_, step) => factor ** step).filter(
    (seconds) => seconds < watchSeconds,
  );
}
