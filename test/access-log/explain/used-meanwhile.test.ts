import { describe, expect, test } from 'vitest';
import { randomFrom } from '../../../lab/worlds/access-log/random.ts';
import { explainByIdleTime } from '../../../lambda/access-log/explain/idle-time.ts';
import type { LogView } from '../../../lambda/access-log/explain/log-view.ts';
import { type Logged, resultOf, viewOf } from '../requests.ts';

/**
 * A node that asks a target with one connection, which ends at an age: most often the node sees it in time and opens
 * another one, and now and then the request that is sent at that time fails. Answers take less than a close may be
 * off, so when the connection was opened and when its first answer came cannot be told apart.
 *
 * @param gapSeconds - between two requests, on average
 */
function endingAtAnAge(seed: number, ageSeconds: number, gapSeconds: number): Logged[] {
  const random = randomFrom(seed);
  const requests: Logged[] = [];
  const ask = (sent: number, took: number, failed?: 'cut') => {
    const [client, path] = [random.whole(60), `/shelf/${'abcdefgh'[random.whole(8)]}`];
    requests.push({ sent, took, client, path, ...(failed ? { failed } : {}) });
  };
  for (let opened = 1; requests.length < 9000; ) {
    const over = opened + 0.002 + ageSeconds;
    for (let sent = opened; sent < over - 0.02; sent += random.exponential(gapSeconds) + 0.01)
      ask(sent, 0.002 + 0.004 * random.next());
    if (random.chance(0.2)) ask(over + 0.015 * random.next(), 0.002, 'cut');
    opened = over + 0.02 + random.exponential(gapSeconds);
  }
  return requests;
}

const usedOf = (view: LogView) =>
  explainByIdleTime(view, new Float64Array(view.failures.length).fill(1))
    .filter(({ kind }) => kind === 'idle-time')
    .map(({ usedMeanwhile }) => usedMeanwhile?.requests ?? 0);

describe('a connection that was asked all the time', () => {
  test.each([
    [1, 30, 1],
    [2, 60, 1.5],
    [3, 90, 2],
    [4, 300, 20],
  ])('is none that was idle (%i: %i s)', (seed, ageSeconds, gapSeconds) => {
    const { diagnosis, explanations, summary } = resultOf(endingAtAnAge(seed, ageSeconds, gapSeconds));
    expect(diagnosis.verdict).toBe('undetermined');
    expect(explanations[0]?.fact).toMatch(
      / s after an answer of the same target, .*; but meanwhile the target was asked \d+ more times, so the connection was hardly idle: it may have ended at an age; a probe/,
    );
    expect(explanations[0]?.causes.map(({ cause }) => cause)).toEqual([
      'requests-per-connection-limit',
      'keepalive-mismatch',
    ]);
    expect(summary.targetGroups[0]?.keepAlive).toBeNull();
  });

  test('is not told where the nodes are not known: what was asked meanwhile may have been asked by another', () => {
    const view = viewOf(endingAtAnAge(1, 30, 1));
    expect(usedOf(view)[0]).toBeGreaterThan(15);
    const merged = viewOf(endingAtAnAge(1, 30, 1));
    merged.tally.segmentCount = 1;
    expect(usedOf(merged)[0]).toBe(0);
  });
});

interface Period {
  /** Requests between the answer and the failure; of every how many periods so many, of the others none. */
  readonly others?: number;
  readonly every?: number;
  /** Requests at once, long after. */
  readonly atOnce?: number;
  /** Whether another request was at work when the answer came. */
  readonly beside?: boolean;
}

/** An answer in each period, and in every third a failure five seconds after it. */
function periods({ others = 0, every = 1, atOnce = 0, beside = false }: Period): Logged[] {
  const random = randomFrom(5);
  const of = (sent: number, took: number, more: Partial<Logged> = {}): Logged => ({
    ...{ sent, took, client: random.whole(60), path: `/shelf/${'abcdefgh'[random.whole(8)]}` },
    ...more,
  });
  return Array.from({ length: 60 }, (_, at): Logged[] => {
    const answered = 200 * at + 40 * random.next();
    const between = at % (3 * every) === 0 ? others : 0;
    return [
      of(answered - 0.01, 0.01),
      ...(beside ? [of(answered - 0.02, 0.1 + 0.1 * random.next())] : []),
      ...Array.from({ length: between }, () => of(answered + 0.3 + 4.2 * random.next(), 0.001)),
      ...(at % 3 === 0 ? [of(answered + 5 + 0.002 * random.next(), 0.002, { failed: 'cut' })] : []),
      ...Array.from({ length: atOnce }, (_, other) => of(answered + 90 + other * 0.001, 1)),
    ];
  }).flat();
}

describe('a connection that may have been idle', () => {
  test.each<readonly [string, Period, number]>([
    ['where nothing was asked meanwhile', {}, 0],
    ['where hardly anything was', { others: 5 }, 0],
    ['but not where much was', { others: 20 }, 20],
    ['where much was before one failure in three', { others: 20, every: 3 }, 0],
    ['where the node may have as many connections', { others: 20, atOnce: 6 }, 0],
    [
      'where its answer came beside the work of another, which was on top then',
      { others: 20, beside: true },
      0,
    ],
  ])('%s', (_, period, meanwhile) => {
    expect(usedOf(viewOf(periods(period)))[0]).toBe(meanwhile);
  });
});
