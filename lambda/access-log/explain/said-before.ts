import type { ExplanationKind } from '../../model/explanation.ts';
import type { Candidate } from './explanation.ts';

/** Which requests fail: what they ask for, and who asks. */
const IS_OF_REQUESTS: ReadonlySet<ExplanationKind> = new Set(['path', 'client']);
const ALL_BUT_THE_SAME = 0.95;

/** The share of the failures for which one of two statements holds at least that both hold for. */
function sharedBy(one: Candidate, other: Candidate): number {
  let [both, either] = [0, 0];
  for (const [at, ratio] of one.ratios.entries()) {
    const held = (ratio > 0 ? 1 : 0) + ((other.ratios[at] ?? 0) > 0 ? 1 : 0);
    if (held > 0) either++;
    if (held > 1) both++;
  }
  return either === 0 ? 1 : both / either;
}

/**
 * Whether two statements of one kind hold for the same failures: said twice, each would have half of them. So would
 * paths and the only clients that ask for them.
 */
export const isSaidBefore = (candidate: Candidate, before: readonly Candidate[]): boolean =>
  before.some((other) =>
    other.kind === candidate.kind
      ? sharedBy(other, candidate) === 1
      : IS_OF_REQUESTS.has(other.kind) &&
        IS_OF_REQUESTS.has(candidate.kind) &&
        sharedBy(other, candidate) >= ALL_BUT_THE_SAME,
  );
