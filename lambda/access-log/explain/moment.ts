import { burstWeights } from './client-burst.ts';
import type { Candidate, Explain } from './explanation.ts';
import { counted, percent, seconds } from './fact-text.ts';
import { explainedBy, oddsOf, signatureSharesOf } from './odds.ts';
import { placeOf } from './place.ts';
import { bestStretch, inOrderOfEnd, widthsFor } from './stretch.ts';

/** Failures of all targets come at once. */
export const explainByMoment: Explain = (view, left): readonly Candidate[] => {
  const weights = burstWeights(view, left);
  const { failures } = view;
  const order = inOrderOfEnd(view, (_, at) => (weights[at] ?? 0) > 0.05);
  const whole = order.reduce((sum, at) => sum + (weights[at] ?? 0), 0);
  const widths = widthsFor(view);
  return widths.flatMap((width): Candidate[] => {
    const moment = bestStretch(view, { order, weights, whole, part: 1 }, width);
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
        searchedNats: Math.log(order.length * widths.length),
        weights: (rest) => burstWeights(view, rest),
        statement: (responsible) => {
          const refused = signatureSharesOf(view, responsible).neverDispatched > 0.8;
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
  });
};
