import { lowerBound } from '../keep-alive/pool.ts';

/** Half the width of the windows that are looked at, as shares of the pause. */
const HALF_WIDTHS = [0.002, 0.003, 0.004, 0.006];
const WIDEST = Math.max(...HALF_WIDTHS);
/** So many widths of a window on either side, and no more than this part of the pause, show what is usual. */
const MOST_WIDTHS = 3;
const BESIDE_SHARE = 0.1;
/** How much better failures must agree with pauses that would have been there anyway: one in 20. */
const LEAST_NATS = 3;
/** Where there are fewer pauses than this part of what is usual, neither is what happened. */
const LEAST_OF_USUAL = 0.5;
/** A client with fewer failures may be looked at for nothing else than that it failed. */
const FEWEST_FAILED = 3;
const MOST_OF_FAILED = 0.5;
/** The pauses of failures spread over as much time as so many of them do at least: the rest fell there by luck. */
const WITHIN_OWN = 0.8;

/** When requests of one client were sent, and when answers to it were complete, both sorted. */
export interface Pauses {
  readonly sent: Float64Array;
  readonly ends: Float64Array;
}

/** How many answers to a client lie so many seconds before its requests. */
function pausesIn({ sent, ends }: Pauses, low: number, high: number): number {
  let [count, from, to] = [0, 0, 0];
  for (const at of sent) {
    while ((ends[from] ?? Number.POSITIVE_INFINITY) < at - high) from++;
    while ((ends[to] ?? Number.POSITIVE_INFINITY) < at - low) to++;
    count += to - from;
  }
  return count;
}

/**
 * How much better, in nats, failures agree with "they are some of the pauses that come anyway, and the rest of those is
 * answered" than with "they come besides those". Both are Poisson; the share that fails, and how many come besides, are
 * what fits best.
 */
function natsOf(answered: number, failed: number, usual: number): number {
  const all = answered + failed;
  if (usual === 0 || all < LEAST_OF_USUAL * usual) return Number.NEGATIVE_INFINITY;
  return failed * (1 + Math.log(usual / all)) + (answered === 0 ? 0 : answered * Math.log(answered / all));
}

/** What a client was answered, and what failed. */
export interface PausesOfClient {
  readonly answered: Pauses;
  readonly failed: Pauses;
}

/**
 * How much better failures within a part of a pause agree with clients that pause for any such time, so that some of what
 * would have been answered fails, than with a rhythm: then more pauses are that long, answered or not, than a little
 * shorter and longer ones. null where no few clients have most of the failures.
 *
 * @param failedOfEach - how many failed requests each of them stands for
 */
export function evenPausesNats(
  all: readonly PausesOfClient[],
  aroundSeconds: number,
  share: number,
  failedOfEach: number,
): number | null {
  const [low, high] = [aroundSeconds * (1 - share), aroundSeconds * (1 + share)];
  const clients = all.filter(({ failed }) => pausesIn(failed, low, high) >= FEWEST_FAILED);
  const inAll = (
    of: keyof PausesOfClient,
    from: number,
    to: number,
    own: readonly PausesOfClient[] = clients,
  ) => own.reduce((sum, client) => sum + pausesIn(client[of], from, to), 0);
  const failed = inAll('failed', low, high);
  if (failed === 0 || failed < MOST_OF_FAILED * inAll('failed', low, high, all)) return null;
  const widths = Math.max(1, Math.min(MOST_WIDTHS, Math.floor(BESIDE_SHARE / (2 * share))));
  const beside = widths * (high - low);
  // Where pauses get rarer on one side, the rarer ones count.
  const shorter = inAll('answered', low - beside, low);
  const longer = inAll('answered', high, high + beside);
  const usual = Math.min(shorter, longer) / widths;
  return natsOf(inAll('answered', low, high), failed * failedOfEach, usual);
}

/** The answers before requests that lie so many seconds before them, by that distance. */
const pausesBetween = ({ sent, ends }: Pauses, low: number, high: number): number[] =>
  [...sent].flatMap((at) => {
    const [from, to] = [lowerBound(ends, at - high), lowerBound(ends, at - low)];
    return Array.from(ends.subarray(from, to), (end) => at - end);
  });

interface Around {
  readonly middleSeconds: number;
  /** Half the width of a window, as a share of the pause. */
  readonly share: number;
}

/**
 * The narrowest window around most of what failed after about such a pause: a race may be far narrower than the spread
 * of a client's pauses, and then a wider window holds mostly what was answered.
 */
function ownWindow(all: readonly PausesOfClient[], aroundSeconds: number): Around | null {
  const [low, high] = [aroundSeconds * (1 - WIDEST), aroundSeconds * (1 + WIDEST)];
  const pauses = all.flatMap(({ failed }) => pausesBetween(failed, low, high)).sort((a, b) => a - b);
  const inside = Math.ceil(WITHIN_OWN * pauses.length);
  let own: Around | null = null;
  for (let first = 0; first + inside <= pauses.length; first++) {
    const [from, to] = [pauses[first] ?? 0, pauses[first + inside - 1] ?? 0];
    const middleSeconds = (from + to) / 2;
    const share = (to - from) / 2 / middleSeconds;
    if (share > 0 && share < (own?.share ?? Number.POSITIVE_INFINITY)) own = { middleSeconds, share };
  }
  return own;
}

/** Whether no rhythm of the clients can be what failures share: they are surely pauses as any other. */
export function failEvenPauses(
  all: readonly PausesOfClient[],
  aroundSeconds: number,
  failedOfEach: number,
): boolean {
  const own = ownWindow(all, aroundSeconds);
  const windows = HALF_WIDTHS.map((share): Around => ({ middleSeconds: aroundSeconds, share }));
  return [...(own === null ? [] : [own]), ...windows].some(
    ({ middleSeconds, share }) =>
      (evenPausesNats(all, middleSeconds, share, failedOfEach) ?? 0) >= LEAST_NATS,
  );
}
