import type { Explain } from './explanation.ts';
import { explainedBy, oddsOf } from './odds.ts';
import { placeOf } from './place.ts';

/** No other failure of a 502 has an error reason (AWS, "Access logs for your Application Load Balancer"). */
const CERTAIN = 1e6;

/** The line itself says that the Lambda function failed. */
export const explainByLambdaReason: Explain = (view) => {
  const { failures, tally } = view;
  return [
    {
      kind: 'lambda-reason',
      ratios: Float64Array.from(failures, ({ signature }) => (signature === 'lambda' ? CERTAIN : 0)),
      searchedNats: 0,
      weights: (left) => left,
      statement: (responsible) => {
        const reasons = new Set(tally.groups.values().flatMap((group) => Object.keys(group.lambdaReasons)));
        return {
          fact: `name a failure of the Lambda function: ${[...reasons].sort().slice(0, 5).join(', ')}`,
          where: placeOf(view, explainedBy(view, responsible)),
          causes: oddsOf([['lambda-target-error', 0.99]]),
        };
      },
    },
  ];
};
