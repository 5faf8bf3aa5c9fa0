/** Half the width of the windows that are looked at, as shares of the pause. */
const HALF_WIDTHS = [0.002, 0.003, 0.004, 0.006];
/** So many widths on either side show how often pauses about as long are. */
const BESIDE_WIDTHS = 8;
/** How much better failures must agree with pauses that would have been there anyway: one in 20. */
const LEAST_NATS = 3;
/** Where there are fewer pauses than this part of what is usual, neither is what happened. */
const LEAST_OF_USUAL = 0.5;
const FEWEST_FAILED = 3;

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
 * Whether clients pause for any time around some seconds, and such pauses alone are not answered: then no rhythm of
 * theirs is what the failures share. With a rhythm, more pauses are that long, answered or not, than a little shorter and
 * longer ones.
 *
 * @param failedOfEach - how many failed requests each of them stands for
 */
export function failEvenPauses(
  all: readonly PausesOfClient[],
  aroundSeconds: number,
  failedOfEach: number,
): boolean {
  return HALF_WIDTHS.some((share) => {
    const [low, high] = [aroundSeconds * (1 - share), aroundSeconds * (1 + share)];
    const clients = all.filter(({ failed }) => pausesIn(failed, low, high) > 0);
    const inAll = (of: keyof PausesOfClient, from: number, to: number) =>
      clients.reduce((sum, client) => sum + pausesIn(client[of], from, to), 0);
    const failed = inAll('failed', low, high);
    if (failed < FEWEST_FAILED) return false;
    const beside = BESIDE_WIDTHS * (high - low);
    // Where pauses get rarer on one side, the rarer ones count.
    const shorter = inAll('answered', low - beside, low);
    const longer = inAll('answered', high, high + beside);
    const usual = Math.min(shorter, longer) / BESIDE_WIDTHS;
    return natsOf(inAll('answered', low, high), failed * failedOfEach, usual) >= LEAST_NATS;
  });
}
