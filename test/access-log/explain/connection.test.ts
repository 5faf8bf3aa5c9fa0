import { expect, test } from 'vitest';
import { type Logged, summaryOfRequests } from '../requests.ts';

const [FROM, UNTIL, END] = [1500, 2100, 3600];

/** Numbers that look drawn, the same each time. */
function drawnFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Two targets, of which the first fails a share of its requests for ten minutes, by lot. */
function failingForAWhile(seed: number, everySeconds: number, share: number): readonly Logged[] {
  const drawn = drawnFrom(seed);
  const requests: Logged[] = [];
  let sent = 0;
  while (sent < END) {
    sent += (everySeconds / 2) * Math.log(1 / (1 - drawn()));
    const target = drawn() < 0.5 ? 1 : 2;
    const isFailing = target === 1 && sent > FROM && sent < UNTIL && drawn() < share;
    requests.push({
      ...{ sent, target, took: isFailing ? 0.002 + 0.02 * drawn() : 0.02 + 0.3 * drawn() },
      ...{ client: Math.floor(90 * drawn()), node: Math.floor(2 * drawn()) },
      path: `/shelf/${'abcdefg'[Math.floor(7 * drawn())]}`,
      ...(isFailing ? { failed: 'cut' as const } : {}),
    });
  }
  return requests;
}

test.each([
  [3, 1.3, 0.7],
  [2, 2.1, 0.7],
  [1, 0.9, 0.5],
])(
  'what a target fails by lot is no limit of requests, though its connections are all new (%i, %f, %f)',
  (seed, everySeconds, share) => {
    const { explanations } = summaryOfRequests(failingForAWhile(seed, everySeconds, share));
    const kinds = (explanations ?? []).map(({ kind }) => kind);
    expect(kinds).not.toEqual([]);
    expect(kinds).not.toContain('connection-requests');
  },
);
