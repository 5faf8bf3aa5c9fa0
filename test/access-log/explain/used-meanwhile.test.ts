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

  test('is told by fewer failures where the nodes are known: else another may have asked meanwhile', () => {
    const few = endingAtAnAge(1, 30, 1).slice(0, 1800);
    expect(usedOf(viewOf(few))[0]).toBeGreaterThan(15);
    const merged = viewOf(few);
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

/** Requests at once, long after the others: a node that has so many connections. */
const atOnce = (count: number): Logged[] =>
  Array.from({ length: count }, (_, at) => ({ sent: 200_000 + 0.001 * at, took: 0.5, client: at }));

/** Requests at any time, some of which come 120 s after an answer and fail, by how many came between. */
function failingAfter(fails: (between: number, chance: (share: number) => boolean) => boolean): Logged[] {
  const random = randomFrom(8);
  const times = Array.from({ length: 500 }, (_, at) => 300 * at + 20 * random.next());
  return times.flatMap((answered): Logged[] => {
    const of = (sent: number): Logged => ({
      ...{ sent, took: 0.004, client: random.whole(60) },
      path: `/shelf/${'abcdefgh'[random.whole(8)]}`,
    });
    const between = random.whole(30);
    const failed = fails(between, (share) => random.chance(share));
    return [
      of(answered),
      ...Array.from({ length: between }, () => of(answered + 1 + 118 * random.next())),
      { ...of(answered + 120.004 + 0.004 * random.next()), ...(failed ? { failed: 'cut' as const } : {}) },
    ];
  });
}

describe('requests 120 s after an answer, to a node that may have several connections', () => {
  const meanwhileOf = (requests: readonly Logged[], areNodesKnown: boolean) => {
    const view = viewOf([...requests, ...atOnce(7)]);
    if (!areNodesKnown) view.tally.segmentCount = 1;
    return usedOf(view)[0];
  };

  test.each([true, false])(
    'that fail however much came between met no idle one (nodes known: %s)',
    (known) => {
      expect(
        meanwhileOf(
          failingAfter((_, chance) => chance(0.2)),
          known,
        ),
      ).toBeGreaterThan(10);
    },
  );

  test.each([true, false])(
    'that fail most where little came between may have met one (nodes known: %s)',
    (known) => {
      const requests = failingAfter((between, chance) => chance(0.9 * 0.8 ** between));
      expect(meanwhileOf(requests, known)).toBe(0);
    },
  );

  test('are not told apart where hardly one is answered', () => {
    expect(
      meanwhileOf(
        failingAfter((_, chance) => chance(0.9)),
        true,
      ),
    ).toBe(0);
  });
});
