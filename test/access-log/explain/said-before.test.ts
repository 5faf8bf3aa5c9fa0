import { describe, expect, test } from 'vitest';
import type { Candidate } from '../../../lambda/access-log/explain/explanation.ts';
import { isSaidBefore } from '../../../lambda/access-log/explain/said-before.ts';
import type { ExplanationKind } from '../../../lambda/model/explanation.ts';

const COUNT = 100;

/** A statement that holds for some of a hundred failures: from one on, up to another. */
const candidate = (kind: ExplanationKind, from: number, to: number): Candidate => ({
  kind,
  ratios: Float64Array.from({ length: COUNT }, (_, at) => (at >= from && at < to ? 9 : 0)),
  searchedNats: 0,
  statement: () => ({
    fact: '',
    where: { targetGroupArn: null, target: null, node: null, path: null },
    causes: [],
  }),
});

describe('a statement is said before', () => {
  test.each<[string, ExplanationKind, ExplanationKind, number, number, boolean]>([
    ['paths for the same failures', 'path', 'path', 0, 60, true],
    ['paths for one failure less', 'path', 'path', 0, 59, false],
    ['clients that alone ask for the paths', 'path', 'client', 0, 60, true],
    ['paths that these clients alone ask for', 'client', 'path', 0, 60, true],
    ['clients with all but a few of the failures', 'path', 'client', 0, 57, true],
    ['clients with a few more', 'path', 'client', 0, 63, true],
    ['clients with a tenth less', 'path', 'client', 0, 54, false],
    ['clients that fail elsewhere as well', 'path', 'client', 0, 67, false],
    ['clients with other failures', 'path', 'client', 60, 100, false],
    ['a target with the same failures', 'path', 'target', 0, 60, false],
    ['a time of work of the same failures', 'target-time', 'path', 0, 60, false],
  ])('%s', (_, kind, otherKind, from, to, isSaid) => {
    expect(isSaidBefore(candidate(otherKind, from, to), [candidate(kind, 0, 60)])).toBe(isSaid);
  });
});
