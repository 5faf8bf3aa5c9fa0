import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { confirmationDistanceSeconds, planIdle } from '../../lambda/probe/idle-plan.ts';
import { summarizeIdle } from '../../lambda/probe/idle-summary.ts';
import type { Observation } from '../../lambda/probe/idle-watch.ts';

const closed = (idleSeconds: number, by: 'fin' | 'rst' = 'fin', uncertainSeconds = 0): Observation => ({
  kind: 'closed',
  by,
  idleSeconds,
  uncertainSeconds,
});
const answered = (idleSeconds: number): Observation => ({ kind: 'answered', idleSeconds });
const open = (idleSeconds: number): Observation => ({ kind: 'open', idleSeconds });
const silent = (idleSeconds: number): Observation => ({ kind: 'unanswered', how: 'silent', idleSeconds });
const reset = (idleSeconds: number): Observation => ({ kind: 'unanswered', how: 'rst', idleSeconds });

describe('of several connections', () => {
  test.each<[string, readonly Observation[], object | undefined]>([
    ['nothing is nothing', [], undefined],
    [
      'the shortest close counts',
      [closed(5.2), closed(5.0004, 'rst'), answered(4.9)],
      {
        seconds: 5,
        by: 'rst',
        trials: [5.2, 5],
        confirmation: { answeredAfterSeconds: 4.9, deadAfterSeconds: 5.2 },
      },
    ],
    ['a time taken late is left out', [closed(4.4, 'fin', 0.6), closed(5)], { seconds: 5, trials: [5] }],
    ['a time taken late is better than none', [closed(4.4, 'fin', 0.6)], { seconds: 4.4 }],
    [
      'one close alone is not confirmed',
      [closed(5)],
      { confirmation: { answeredAfterSeconds: null, deadAfterSeconds: null } },
    ],
    [
      'a request that met the FIN on its way is the close',
      [closed(5), reset(4.97), closed(5.001)],
      { seconds: 5, by: 'fin' },
    ],
    [
      'a request that a late sweep killed counts, where no answer came later',
      [closed(2.9), reset(2.1), answered(1.4), closed(2.95)],
      {
        seconds: 2.1,
        by: 'rst',
        trials: [2.1, 2.9, 2.95],
        confirmation: { answeredAfterSeconds: 1.4, deadAfterSeconds: 2.9 },
      },
    ],
    [
      'silence before the close is muteness',
      [closed(60), answered(20), silent(30), silent(45)],
      { openAfterSeconds: 20, muteAfterSeconds: 30 },
    ],
    [
      'silence without a close is muteness',
      [answered(2), silent(3)],
      { openAfterSeconds: 2, muteAfterSeconds: 3 },
    ],
    ['silence at once is no keep-alive at all', [silent(1)], { openAfterSeconds: 0, muteAfterSeconds: 1 }],
    [
      'a reset answer without a close is a dropped connection',
      [answered(2), answered(9), reset(3)],
      { seconds: 2, by: 'rst', trials: [3] },
    ],
    [
      'an answer at the end is open so long',
      [answered(7), answered(70), open(70)],
      { openAfterSeconds: 70, muteAfterSeconds: null },
    ],
    [
      'without a second request, open is what was seen',
      [open(3), open(4)],
      { openAfterSeconds: 4, muteAfterSeconds: null },
    ],
  ])('%s', (_name, observations, expected) => {
    const summary = summarizeIdle(observations);
    if (expected === undefined) expect(summary).toBeUndefined();
    else expect(summary).toMatchObject(expected);
  });

  test('the order of observations does not matter', () => {
    const observation = fc.oneof(
      fc
        .double({ min: 0, max: 100, noNaN: true })
        .chain((seconds) =>
          fc.constantFrom(closed(seconds), answered(seconds), open(seconds), silent(seconds), reset(seconds)),
        ),
    );
    fc.assert(
      fc.property(
        fc.uniqueArray(observation, { maxLength: 8, selector: (seen) => seen.idleSeconds }),
        (observations) => {
          const sorted = (of: readonly Observation[]) => {
            const summary = summarizeIdle(of);
            return summary && 'trials' in summary
              ? { ...summary, trials: [...summary.trials].sort() }
              : summary;
          };
          expect(sorted(observations.toReversed())).toEqual(sorted(observations));
        },
      ),
    );
  });
});

describe('the plan', () => {
  const plans = fc.record({
    requests: fc.integer({ min: 0, max: 60 }),
    watchSeconds: fc.double({ min: 0, max: 4500, noNaN: true }),
  });

  test('costs no more requests than there are', () => {
    fc.assert(
      fc.property(plans, ({ requests, watchSeconds }) => {
        const plan = planIdle(requests, watchSeconds);
        const watched = plan.trials + plan.staggerSeconds.length;
        const pairs = plan.ladderSeconds.length + plan.refinements;
        const atTheEnd = requests >= 2 ? 1 : 0;
        const below = plan.staggerSeconds.length > 0 ? 1 : 0;
        // The last request at the end and the one below the value never are both sent.
        expect(watched + (plan.above ? 2 : 0) + Math.max(atTheEnd, below) + 2 * pairs).toBeLessThanOrEqual(
          Math.max(1, requests),
        );
      }),
    );
  });

  test('asks on its way up, and never after the end', () => {
    fc.assert(
      fc.property(plans, ({ requests, watchSeconds }) => {
        const { ladderSeconds } = planIdle(requests, watchSeconds);
        expect(ladderSeconds).toEqual([...ladderSeconds].sort((a, b) => a - b));
        for (const step of ladderSeconds) expect(step).toBeLessThan(watchSeconds);
      }),
    );
  });

  test('has a connection for a request just below any value it may find', () => {
    fc.assert(
      fc.property(fc.double({ min: 2, max: 4500, noNaN: true }), (watchSeconds) => {
        const { staggerSeconds } = planIdle(44, watchSeconds);
        expect(Math.max(...staggerSeconds)).toBeGreaterThanOrEqual(confirmationDistanceSeconds(watchSeconds));
        expect(Math.min(...staggerSeconds)).toBeGreaterThanOrEqual(confirmationDistanceSeconds(0));
      }),
    );
  });
});
