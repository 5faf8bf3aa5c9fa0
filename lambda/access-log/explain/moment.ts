import { burstWeights } from './client-burst.ts';
import type { Candidate, Explain } from './explanation.ts';
import type { LogView } from './log-view.ts';
import { explainedBy, lookOf, oddsOf } from './odds.ts';
import { placeOf } from './place.ts';
import { counted, percent, seconds } from './words.ts';

const WIDTHS_SECONDS = [0.2, 2, 10, 60, 300, 1800, 7200];
const FEWEST_FAILURES = 3;
/** What lasts for longer than this share of the log is no moment. */
const LONGEST_SHARE = 0.25;

interface Moment {
  readonly firstSeconds: number;
  readonly lastSeconds: number;
  readonly weight: number;
  readonly share: number;
  readonly gain: number;
}

/** The stretch in which failures come most above their share of the requests. */
function bestMoment(
  view: LogView,
  order: readonly number[],
  weights: Float64Array,
  widthSeconds: number,
): Moment | null {
  const { failures, tally } = view;
  const endOf = (at: number | undefined) => failures[at ?? -1]?.endSeconds ?? 0;
  const whole = order.reduce((sum, at) => sum + (weights[at] ?? 0), 0);
  const scale = tally.elb502 / Math.max(1, failures.length);
  let [best, last, inside]: [Moment | null, number, number] = [null, 0, 0];
  for (const [first, at] of order.entries()) {
    while (last < order.length && endOf(order[last]) <= endOf(at) + widthSeconds) {
      inside += weights[order[last] ?? -1] ?? 0;
      last++;
    }
    if (last - first >= FEWEST_FAILURES) {
      const [low, high] = [endOf(at), endOf(order[last - 1])];
      const around = tally.times.countBetween(low - 0.5, high + 0.5);
      const share = Math.min(1, Math.max(around, (last - first) * scale) / tally.requests);
      const expected = whole * share;
      const gain = inside > expected ? inside * Math.log(inside / expected) - inside + expected : 0;
      if (gain > (best?.gain ?? 0))
        best = { firstSeconds: low, lastSeconds: high, weight: inside, share, gain };
    }
    inside -= weights[at] ?? 0;
  }
  return best;
}

/** Failures of all targets come at once. */
export const explainByMoment: Explain = (view, left): readonly Candidate[] => {
  const weights = burstWeights(view, left);
  const { failures, spanSeconds } = view;
  const order = failures.map((_, at) => at).filter((at) => (weights[at] ?? 0) > 0.05);
  order.sort((a, b) => (failures[a]?.endSeconds ?? 0) - (failures[b]?.endSeconds ?? 0));
  return WIDTHS_SECONDS.filter((width) => width <= spanSeconds * LONGEST_SHARE).flatMap(
    (width): Candidate[] => {
      const moment = bestMoment(view, order, weights, width);
      if (moment === null) return [];
      const { firstSeconds, lastSeconds, share } = moment;
      const isIn = (seconds: number) => seconds >= firstSeconds && seconds <= lastSeconds;
      const targets = new Set(
        failures.filter(({ endSeconds }) => isIn(endSeconds)).map(({ target }) => target),
      );
      if (targets.size < 2) return [];
      return [
        {
          kind: 'moment',
          ratios: Float64Array.from(failures, ({ endSeconds }) => (isIn(endSeconds) ? 1 / share : 0)),
          searchedNats: Math.log(order.length * WIDTHS_SECONDS.length),
          weights: (rest) => burstWeights(view, rest),
          tell: (responsible) => {
            const refused = lookOf(view, responsible).neverDispatched > 0.8;
            const lasted = Math.max(0.001, lastSeconds - firstSeconds);
            return {
              fact: `came within ${seconds(lasted)} on ${counted(targets.size, 'target')}, in which ${percent(share)} of all requests came`,
              where: placeOf(view, explainedBy(view, responsible)),
              causes: refused
                ? oddsOf([
                    ['connection-refused', 0.45],
                    ['deployment', 0.2],
                    ['network-path', 0.15],
                    ['tls-failure', 0.08],
                  ])
                : oddsOf([
                    ['deployment', 0.4],
                    ['target-crash', 0.2],
                  ]),
            };
          },
        },
      ];
    },
  );
};
