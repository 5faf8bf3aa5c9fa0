import { describe, expect, test } from 'vitest';
import { isDefensible, truthOf } from '../../lab/worlds/access-log/expert.ts';
import type { Leeway } from '../../lab/worlds/access-log/families/family.ts';
import type { Exchange, Scenario } from '../../lab/worlds/access-log/scenario.ts';
import { type Cause, KIND_OF } from '../../lab/worlds/access-log/truth.ts';

const SCENARIO: Scenario = {
  seed: 1,
  durationSeconds: 1000,
  nodes: 1,
  idleTimeoutSeconds: 60,
  traffic: [],
  groups: [
    {
      name: 'group-0',
      targets: 1,
      share: 1,
      keepAliveSeconds: [5],
      roundTripSeconds: 0.01,
      pool: 'lifo',
      serviceSeconds: 0.05,
    },
  ],
};

const line = (end: number, cause: Cause | null, targetSeconds = 0.01): Exchange => ({
  node: 0,
  group: 0,
  target: '10.0.0.10:8080',
  client: '198.51.100.1',
  method: 'GET',
  path: '/',
  receivedBytes: 300,
  sentBytes: 300,
  arrived: end - 0.02,
  end,
  requestSeconds: 0.001,
  targetSeconds,
  responseSeconds: 0,
  elbStatus: cause === null ? 200 : 502,
  targetStatus: cause === null ? 200 : null,
  errorReason: null,
  cause,
  kind: cause === null ? null : KIND_OF[cause],
});

const failures = (counts: Partial<Record<Cause, number>>): Exchange[] =>
  Object.entries(counts).flatMap(([cause, count]) =>
    Array.from({ length: count }, (_, at) => line(100 + at, cause satisfies string as Cause)),
  );

const verdicts = (counts: Partial<Record<Cause, number>>, leeway: Leeway = {}): string[] =>
  truthOf(SCENARIO, failures(counts), leeway)
    .defensible.map(({ verdict, upTo }) => (upTo < 1 ? `${verdict} below ${upTo}` : verdict))
    .sort();

describe('what an expert would defend', () => {
  test.each([
    [{ none: 50 }, ['undetermined']],
    [{ 'worker-timeout': 50 }, ['worker-timeout']],
    [{ 'worker-timeout': 5 }, ['undetermined', 'worker-timeout']],
    [{ 'malformed-response': 50 }, ['malformed-response', 'response-header-too-large', 'undetermined']],
    [{ 'lambda-target-error': 50, none: 3 }, ['lambda-target-error']],
    [
      { 'worker-timeout': 50, 'lambda-target-error': 50 },
      ['lambda-target-error', 'undetermined', 'worker-timeout'],
    ],
    [{ 'worker-timeout': 30, none: 70 }, ['undetermined']],
    [{ 'network-path': 50 }, ['connection-refused below 0.8', 'network-path', 'undetermined']],
  ] as const)('of %o: %o', (counts, expected) => {
    expect(verdicts(counts)).toEqual(expected);
  });

  test("a family's own word goes before what is usual", () => {
    const also = [{ verdict: 'worker-timeout', upTo: 0.8 }];
    expect(verdicts({ 'worker-timeout': 50 }, { also })).toEqual(['worker-timeout below 0.8']);
    const truth = truthOf(SCENARIO, failures({ 'worker-timeout': 50 }), { also });
    expect(isDefensible(truth, 'worker-timeout', 0.79)).toBe(true);
    expect(isDefensible(truth, 'worker-timeout', 0.8)).toBe(false);
    expect(isDefensible(truth, 'deployment', 0.2)).toBe(false);
  });
});

describe('a keep-alive can be told', () => {
  /** Answers every 40 s, and after each a failure so long after it. */
  const races = (count: number, gapSeconds: number): Exchange[] =>
    Array.from({ length: count }, (_, at) => [
      line(40 * at, null),
      line(40 * at + gapSeconds + 0.01, 'keepalive-mismatch'),
    ]).flat();

  test('from enough failures that lie so long after an answer', () => {
    expect(truthOf(SCENARIO, races(10, 4.997), {}).keepAliveTellable).toBe(true);
    expect(truthOf(SCENARIO, races(7, 4.997), {}).keepAliveTellable).toBe(false);
  });

  test('not where no answer lies there, as in a log that is not whole', () => {
    expect(truthOf(SCENARIO, races(10, 3), {}).keepAliveTellable).toBe(false);
    expect(verdicts({ 'keepalive-mismatch': 50 })).toEqual(['keepalive-mismatch', 'undetermined']);
  });
});
