import type { Candidate, Explain } from '../../../lambda/access-log/explain/explanation.ts';
import { type Logged, viewOf } from '../requests.ts';

/** What a candidate says of a log if all failures that it holds for are due to it. */
export function statedBy(candidate: Candidate) {
  const due = candidate.ratios.map((ratio) => (ratio > 1 ? 1 : 0));
  const { fact, where, causes } = candidate.statement(due);
  return {
    kind: candidate.kind,
    /** Of how many failures it holds. */
    of: due.reduce((sum, part) => sum + part, 0),
    fact,
    where,
    odds: Object.fromEntries(causes.map(({ cause, probability }) => [cause, probability])),
  };
}

/** What one kind of explanation says of a log of which nothing is explained yet. */
export function saidBy(explain: Explain, requests: readonly Logged[]) {
  const view = viewOf(requests);
  return explain(view, new Float64Array(view.failures.length).fill(1)).map(statedBy);
}
