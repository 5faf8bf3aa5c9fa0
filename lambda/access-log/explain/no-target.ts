import type { Failure } from '../tally/failure.ts';
import type { Candidate } from './explanation.ts';
import { percent } from './fact-text.ts';
import { groupsOf, type LogView, targetsOf } from './log-view.ts';
import { explainedBy, oddsOf } from './odds.ts';
import { placeOf } from './place.ts';

const FEWEST_FAILURES = 3;

/** The line of a Lambda function names no target either, but most of its failures have a reason, which explains them. */
const namesNone = ({ target, signature }: Failure): boolean => target < 0 && signature !== 'lambda';

/** Share of all requests whose line names no target. */
function shareWithout(view: LogView): number {
  let named = 0;
  for (const [, group] of groupsOf(view)) for (const { requests } of targetsOf(group)) named += requests;
  return (view.tally.requests - named) / view.tally.requests;
}

/**
 * Failures whose line names no target, more than there are such lines. None was chosen, or it is a Lambda function: AWS
 * writes `-` for these (AWS, "Access logs for your Application Load Balancer").
 */
export function explainByNoTarget(view: LogView): readonly Candidate[] {
  const { failures, tally } = view;
  // Where not all targets were counted, some of these lines may name one.
  if (tally.leftOut.size > 0 || failures.filter(namesNone).length < FEWEST_FAILURES) return [];
  const share = shareWithout(view);
  return [
    {
      kind: 'target',
      ratios: Float64Array.from(failures, (failure) => (namesNone(failure) ? 1 / share : 0)),
      searchedNats: Math.LN2,

      statement: (responsible) => {
        const explained = explainedBy(view, responsible);
        const reached = explained.filter(({ targetSeconds }) => targetSeconds >= 0).length;
        return {
          fact: `name no target, as ${percent(share)} of all requests do: the load balancer chose none, or it was a Lambda function`,
          where: placeOf(view, explained),
          // Something took the request; but the failures of a function mostly have a reason in the log.
          causes: oddsOf([['lambda-target-error', 2 * reached > explained.length ? 0.3 : 0.1]]),
        };
      },
    },
  ];
}
