import { describe, expect, test } from 'vitest';
import { verdictOf } from '../../bin/logs/verdict.ts';
import type { GroupSpec, Scenario } from '../../lab/worlds/access-log/scenario.ts';
import { simulate } from '../../lab/worlds/access-log/simulate.ts';
import { filesOf } from '../../lab/worlds/access-log/write.ts';
import { LogAnalysis } from '../../lambda/access-log/analysis.ts';
import { inReadingOrder } from '../../lambda/access-log/reading/file-name.ts';
import type { Cause } from '../../lambda/model/cause.ts';

const utf8 = new TextEncoder();

const SERVERS: GroupSpec = {
  name: 'web',
  targets: 2,
  share: 1,
  keepAliveSeconds: [null],
  roundTripSeconds: 0.005,
  pool: 'lifo',
  serviceSeconds: 0.02,
};

const SHOP: Scenario = {
  seed: 502,
  durationSeconds: 30_000,
  nodes: 2,
  idleTimeoutSeconds: 60,
  traffic: [{ kind: 'poisson', rate: 0.7 }],
  groups: [SERVERS],
};

/** What `alb502 logs` says of a generated log. */
function resultOf(changes: Partial<Scenario>, servers: Partial<GroupSpec>) {
  const simulated = simulate({ ...SHOP, ...changes, groups: [{ ...SERVERS, ...servers }] });
  const analysis = new LogAnalysis();
  for (const { name, text } of inReadingOrder(filesOf(simulated), (file) => file.name)) {
    analysis.startFile(name);
    analysis.feed(utf8.encode(text));
    analysis.endFile();
  }
  const summary = analysis.reading().loadBalancers[0];
  const group = summary?.targetGroups[0];
  if (!summary || !group) throw new Error('nothing was read');
  const { ranking } = verdictOf(summary, SHOP.idleTimeoutSeconds);
  return { group, explanations: summary.explanations ?? [], unexplained: summary.unexplained, ranking };
}

type Result = ReturnType<typeof resultOf>;

/** Kinds of what explains the failures, the largest share first. */
const kindsOf = ({ explanations }: Result) => explanations.map(({ kind }) => kind);

const chanceOf = ({ ranking }: Result, cause: Cause): number =>
  ranking?.hypotheses.find((entry) => entry.cause === cause)?.probability ?? 0;

const leaders = ({ ranking }: Result): string =>
  (ranking?.hypotheses ?? [])
    .slice(0, 3)
    .map(({ cause, probability }) => `${cause} ${probability}`)
    .join(', ');

describe('after the fix the failures of before still say what it was', () => {
  const pauses = { kind: 'paired', rate: 0.2, pauseSeconds: 5, jitterSeconds: 0.05 } as const;
  test.each([
    ['a fifth of the log is from before', 6000, 30_000, 502],
    ['a twentieth of the log is from before', 6000, 120_000, 503],
    ['hardly anything of it is', 4000, 200_000, 504],
  ])('where %s', (_, atSeconds, durationSeconds, seed) => {
    const result = resultOf(
      { durationSeconds, seed, traffic: [{ kind: 'poisson', rate: 0.5 }, pauses] },
      { keepAliveSeconds: [5], roundTripSeconds: 0.02, fixed: { atSeconds, keepAliveSeconds: 75 } },
    );
    expect(result.group.elb502).toBeGreaterThanOrEqual(3);
    expect(result.group.keepAlive?.seconds).toBeCloseTo(5, 1);
    expect(kindsOf(result)).toEqual(['idle-time']);
    expect(result.ranking?.verdict, leaders(result)).toBe('keepalive-mismatch');
  });
});

describe('a path whose response cannot be passed on is no limit of requests per connection', () => {
  test.each([
    ['at once', 0.001, 'lifo', 0.7],
    ['after a moment', 0.03, 'fifo', 0.7],
    ['in a busy log of minutes', 0.001, 'random', 40],
  ] as const)('where it fails %s', (_, afterSeconds, pool, rate) => {
    const result = resultOf(
      { durationSeconds: 14_000 / rate, traffic: [{ kind: 'poisson', rate }] },
      { pool, malformedPath: { share: 0.01, afterSeconds } },
    );
    expect(result.group.signatures.closedOnReuse).toBe(result.group.elb502);
    expect(kindsOf(result)).toEqual(['path']);
    expect(result.explanations[0]).toMatchObject({ share: 1, where: { path: 'GET /report/broken' } });
    expect(['malformed-response', 'undetermined'], leaders(result)).toContain(result.ranking?.verdict);
    const malformed = chanceOf(result, 'malformed-response');
    const oversized = chanceOf(result, 'response-header-too-large');
    // The log does not tell a malformed response from one with too large headers.
    expect(malformed).toBeLessThan(0.9);
    expect(oversized).toBeGreaterThan(0.1);
  });
});

describe('requests that outlive the deregistration delay are no crash', () => {
  test.each([
    ['with the time they took', false],
    ['with -1 in all times', true],
  ])('their lines %s', (_, undispatched) => {
    const result = resultOf(
      { durationSeconds: 2000, traffic: [{ kind: 'poisson', rate: 4 }] },
      {
        targets: 3,
        serviceSeconds: 12,
        drains: [
          { atSeconds: 500, target: 0, delaySeconds: 15, undispatched },
          { atSeconds: 900, target: 1, delaySeconds: 15, undispatched },
        ],
      },
    );
    expect(kindsOf(result)).toEqual(['deregistration']);
    expect(result.explanations[0]).toMatchObject({ failures: result.group.elb502, share: 1 });
    expect(result.explanations[0]?.fact).toContain('2 times on 2 targets');
    // Whether the delay ended them or a stop before it, the log alone does not tell.
    expect(['deregistration-delay-elapsed', 'deployment', 'undetermined'], leaders(result)).toContain(
      result.ranking?.verdict,
    );
    expect(chanceOf(result, 'target-crash')).toBeLessThan(0.05);
    expect(result.ranking?.probability).toBeLessThan(0.9);
  });
});

describe('a stretch of refused requests', () => {
  test('is no crash where requests in flight were answered through it', () => {
    const result = resultOf(
      { durationSeconds: 600, traffic: [{ kind: 'poisson', rate: 20 }] },
      { serviceSeconds: 0.5, refusals: [{ fromSeconds: 200, toSeconds: 240, target: 0 }] },
    );
    expect(kindsOf(result)).toEqual(['target-stop']);
    expect(chanceOf(result, 'target-crash'), leaders(result)).toBeLessThan(0.05);
    expect(result.ranking?.verdict, leaders(result)).toBe('connection-refused');
  });

  test('is one where they were cut off', () => {
    const result = resultOf(
      { durationSeconds: 600, traffic: [{ kind: 'poisson', rate: 20 }] },
      { serviceSeconds: 0.5, crashes: [{ atSeconds: 200, target: 0, downSeconds: 40 }] },
    );
    expect(kindsOf(result)).toEqual(['target-stop']);
    expect(result.ranking?.verdict, leaders(result)).toBe('target-crash');
  });

  test('is no crash where a target at work cut nothing off', () => {
    const result = resultOf(
      { durationSeconds: 600, traffic: [{ kind: 'poisson', rate: 20 }] },
      { serviceSeconds: 0.1, refusals: [{ fromSeconds: 200, toSeconds: 245, target: 0 }] },
    );
    expect(kindsOf(result)).toEqual(['target-stop']);
    expect(result.explanations[0]?.causes[0]?.cause, leaders(result)).toBe('connection-refused');
    expect(['connection-refused', 'undetermined'], leaders(result)).toContain(result.ranking?.verdict);
    expect(chanceOf(result, 'target-crash'), leaders(result)).toBeLessThan(0.1);
  });

  test('is one where they were cut off by one death among others', () => {
    const result = resultOf(
      { durationSeconds: 600, traffic: [{ kind: 'poisson', rate: 20 }] },
      {
        serviceSeconds: 0.5,
        crashes: [200, 400].map((atSeconds) => ({ atSeconds, target: 0, downSeconds: 20 })),
      },
    );
    expect(result.explanations[0]?.fact).toContain('2 times on 1 target');
    expect(result.ranking?.verdict, leaders(result)).toBe('target-crash');
  });
});

describe('a target that refuses one node', () => {
  const busy = { durationSeconds: 900, nodes: 3, traffic: [{ kind: 'poisson', rate: 10 }] } as const;
  const refusals = (targets: readonly number[], node?: number) =>
    targets.map((target) => ({
      fromSeconds: 300,
      toSeconds: 700,
      target,
      ...(node === undefined ? {} : { node }),
    }));

  test('while it answers the others is no fault of the target', () => {
    const result = resultOf(busy, { refusals: refusals([0, 1], 1) });
    expect(kindsOf(result)).toEqual(['node']);
    expect(result.explanations[0]?.share).toBeGreaterThan(0.95);
    expect(result.explanations[0]?.fact).toContain('1 load balancer node');
    expect(result.ranking?.verdict, leaders(result)).toBe('network-path');
  });

  test('and the others as well refuses', () => {
    const result = resultOf(busy, { refusals: refusals([0]) });
    expect(kindsOf(result)).not.toContain('node');
    expect(result.ranking?.verdict, leaders(result)).toBe('connection-refused');
  });

  test('for seconds, as a process that dies does, is not held for a path', () => {
    const crashes = [200, 400, 600].map((atSeconds) => ({ atSeconds, target: 0, downSeconds: 15 }));
    const result = resultOf(busy, { serviceSeconds: 0.5, crashes });
    expect(kindsOf(result)).toEqual(['target-stop']);
    expect(result.ranking?.verdict, leaders(result)).toBe('target-crash');
    expect(chanceOf(result, 'network-path')).toBeLessThan(0.05);
  });
});

test('clients that fail again and again are found by few failures each', () => {
  const result = resultOf(
    { durationSeconds: 20_000, traffic: [{ kind: 'poisson', rate: 0.4 }] },
    { largeHeaderClients: { clients: 3, share: 0.35 } },
  );
  expect(kindsOf(result)).toEqual(['client']);
  expect(result.explanations[0]?.share).toBeGreaterThan(0.7);
  expect(result.ranking?.verdict, leaders(result)).toBe('response-header-too-large');
});

describe('clients that come once, with many requests', () => {
  const visits = [{ kind: 'bursty', rate: 2, burst: 12, burstSeconds: 2 }] as const;

  test('are told by failures between which their target worked', () => {
    const result = resultOf(
      { durationSeconds: 3000, traffic: visits },
      { largeHeaderClients: { clients: 3, share: 0.5 } },
    );
    expect(kindsOf(result)).toEqual(['client']);
    expect(result.explanations[0]?.share).toBeGreaterThan(0.7);
    expect(result.ranking?.verdict, leaders(result)).toBe('response-header-too-large');
  });

  test('are not to blame where their target died', () => {
    const result = resultOf(
      { durationSeconds: 3000, traffic: visits },
      { serviceSeconds: 0.5, crashes: [{ atSeconds: 1500, target: 0, downSeconds: 30 }] },
    );
    expect(result.group.elb502).toBeGreaterThan(5);
    expect(kindsOf(result)).toEqual(['target-stop']);
    expect(chanceOf(result, 'response-header-too-large')).toBeLessThan(0.05);
  });
});
