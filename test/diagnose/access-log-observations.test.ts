import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CATALOGUE, observedIn, weightOf } from '../../lambda/diagnose/catalogue.ts';
import { posterior } from '../../lambda/diagnose/chances.ts';
import { diagnose } from '../../lambda/diagnose/diagnose.ts';
import { failureParts, itemOf } from '../../lambda/diagnose/failure-parts.ts';
import { rank } from '../../lambda/diagnose/rank.ts';
import type { LoggedTargetGroup } from '../../lambda/model/access-log-summary.ts';
import { NAMED_CAUSES, type NamedCause } from '../../lambda/model/cause.ts';
import { type EvidenceBundle, evidenceBundleSchema } from '../../lambda/model/evidence.ts';
import type { Explanation } from '../../lambda/model/explanation.ts';
import {
  accessLog,
  backendLog,
  bundleWith,
  type Edit,
  everyNth,
  explained,
  explanation,
  failures,
  groupArn,
  loggedGroup,
} from './bundle.ts';

const NONE = { closedOnReuse: 0, midRequest: 0, neverDispatched: 0, answeredBadly: 0, lambda: 0 };
const ESTIMATE = { seconds: 5, low: 4.99, high: 5.01, failures: 10, pValue: 1e-12 };

const ofLog = (bundle: EvidenceBundle) => observedIn(bundle).filter(({ id }) => id.startsWith('log-'));

/** What is observed in a log, by the id of the outcome: its strength. */
function foundIn(...edits: readonly Edit[]): Readonly<Record<string, number>> {
  const findings = ofLog(bundleWith(...edits));
  return Object.fromEntries(findings.map(({ id, strength }) => [id, strength ?? 1]));
}

const found = (...groups: readonly LoggedTargetGroup[]) => foundIn(accessLog(...groups));

/** One group with 20 failures, all closed on reuse unless it says otherwise. */
const twenty = (patch: Partial<LoggedTargetGroup> = {}) =>
  loggedGroup(20, { signatures: { ...NONE, closedOnReuse: 20 }, ...patch });

/** A log of so many failures of one class and what explains them, without any metric beside it. */
const logged = (count: number, ...explanations: readonly Explanation[]): Edit[] => [
  accessLog(loggedGroup(count, { signatures: { ...NONE, closedOnReuse: count } })),
  explained(...explanations),
];

describe('an access log', () => {
  test('that was not read finds nothing', () => {
    expect(ofLog(bundleWith())).toEqual([]);
    expect(failureParts(bundleWith())).toEqual([]);
  });

  test('without failures finds nothing', () => {
    expect(found(loggedGroup(0))).toEqual({});
  });

  test('names each class of lines by its share of the failures', () => {
    const signatures = { ...NONE, closedOnReuse: 5, midRequest: 10, neverDispatched: 5 };
    expect(found(twenty({ signatures }))).toMatchObject({
      'log-closed-on-reuse': 0.25,
      'log-mid-request': 0.5,
      'log-never-dispatched': 0.25,
    });
  });

  test('does not tell a refused connection from a handshake that failed where most failed on ports of TLS', () => {
    const ports = (...names: readonly (readonly [port: number, elb502: number])[]) =>
      Object.keys(
        found(
          loggedGroup(20, {
            signatures: { ...NONE, neverDispatched: 20 },
            targets: names.map(([port, elb502]) => ({
              target: `10.0.1.10:${port}`,
              requests: 1000,
              elb502,
              keepAlive: null,
            })),
          }),
        ),
      ).filter((id) => id.startsWith('log-never'));
    expect(ports([443, 20])).toEqual(['log-never-dispatched-tls-port']);
    expect(ports([8443, 11], [8080, 9])).toEqual(['log-never-dispatched-tls-port']);
    expect(ports([8443, 10], [8080, 10])).toEqual(['log-never-dispatched']);
    expect(ports([8443, 0], [4430, 20])).toEqual(['log-never-dispatched']);
    const leads = (id: 'log-never-dispatched' | 'log-never-dispatched-tls-port') =>
      weightOf(id, 'connection-refused') - weightOf(id, 'tls-failure');
    expect(leads('log-never-dispatched')).toBeGreaterThan(1);
    expect(leads('log-never-dispatched-tls-port')).toBeLessThan(0);
  });

  test('adds the groups up, each by its share of the failures', () => {
    const other = loggedGroup(60, {
      targetGroupArn: groupArn('api'),
      signatures: { ...NONE, neverDispatched: 60 },
    });
    expect(found(twenty(), other)).toMatchObject({
      'log-closed-on-reuse': 0.25,
      'log-never-dispatched': 0.75,
    });
    const most = { ...other, elb502: 1980, signatures: { ...NONE, neverDispatched: 1980 } };
    expect(found(twenty(), most)['log-closed-on-reuse']).toBeCloseTo(0.01, 5);
  });

  test('has a weight for whatever it finds, which stays within its bounds', () => {
    const count = fc.integer({ min: 0, max: 500 });
    const group = fc
      .record({ reused: count, late: count, refused: count, answered: count })
      .map(({ reused, late, refused, answered }) =>
        loggedGroup(reused + late + refused, {
          signatures: { ...NONE, closedOnReuse: reused, midRequest: late, neverDispatched: refused },
          answered,
        }),
      );
    fc.assert(
      fc.property(group, group, (one, another) => {
        for (const [id, strength] of Object.entries(found(one, another))) {
          expect([...CATALOGUE.keys()]).toContain(id);
          expect(strength).toBeGreaterThanOrEqual(0);
          expect(strength).toBeLessThanOrEqual(1);
        }
      }),
    );
  });
});

describe('failures that nothing explains', () => {
  test('say so the louder the more of them there are', () => {
    const of = (count: number) => foundIn(...logged(count))['log-nothing-in-common'];
    expect(of(5)).toBeUndefined();
    expect(of(6)).toBeGreaterThan(0);
    expect(of(29)).toBeGreaterThan(of(12) ?? 1);
    expect(of(29)).toBeLessThan(1);
    expect(of(30)).toBe(1);
    expect(of(3000)).toBe(1);
  });

  test('are counted without those that something explains', () => {
    const of = (share: number) =>
      foundIn(...logged(60, explanation('path', 60 * share, share)))['log-nothing-in-common'];
    expect(of(0.75)).toBe(0.5);
    expect(of(0.95)).toBeUndefined();
  });

  test('say nothing where answered requests are missing, against which they could stand out', () => {
    const only = loggedGroup(60, {
      requests: 60,
      answered: 0,
      signatures: { ...NONE, closedOnReuse: 60 },
    });
    expect(found(only)).not.toHaveProperty('log-nothing-in-common');
    const { probability } = diagnose(bundleWith(failures(everyNth(3, 1)), accessLog(only)));
    expect(probability).toBeLessThan(0.8);
  });

  test.each([20, 60, 5000])('name no cause where they are %i', (count) => {
    const { verdict } = diagnose(bundleWith(failures(everyNth(2, count / 90)), ...logged(count)));
    expect(verdict).toBe('undetermined');
  });

  test('name none surely where they are few', () => {
    for (const count of [1, 3, 5, 8, 12])
      expect(
        diagnose(bundleWith(failures(everyNth(2, count / 90)), ...logged(count))).probability,
      ).toBeLessThan(0.8);
  });
});

describe('a common idle time', () => {
  test('is the race, and the statement is its evidence', () => {
    const { verdict, hypotheses, explanations } = diagnose(
      bundleWith(...logged(20, explanation('idle-time', 20, 1))),
    );
    expect(verdict).toBe('keepalive-mismatch');
    expect(hypotheses[0]?.evidence[0]?.fact).toContain('20 of 20 failed requests came 5 s after an answer');
    expect(explanations.map(({ kind }) => kind)).toEqual(['idle-time']);
  });

  test('without a statement that explains failures names nothing: an estimate alone is no explanation', () => {
    const { verdict } = diagnose(bundleWith(accessLog(twenty({ keepAlive: ESTIMATE }))));
    expect(verdict).toBe('undetermined');
  });
});

describe('an explanation speaks for its own failures alone', () => {
  const share = (...explanations: readonly Explanation[]) => {
    const bundle = bundleWith(...logged(100, ...explanations));
    return posterior(ofLog(bundle), failureParts(bundle));
  };

  test('its cause has its share, as far as the log separates causes', () => {
    const chances = share(explanation('path', 60, 0.6), explanation('idle-time', 40, 0.4));
    expect(chances.get('malformed-response')).toBeCloseTo(0.6 * 0.72, 2);
    expect(chances.get('response-header-too-large')).toBeCloseTo(0.6 * 0.17, 2);
    expect(chances.get('keepalive-mismatch')).toBeCloseTo(0.4 * 0.98, 2);
  });

  test('how the lines look moves only the failures that nothing explains', () => {
    const refused = (classes: Partial<typeof NONE>, of: number) => {
      const bundle = bundleWith(
        accessLog(loggedGroup(100, { signatures: { ...NONE, ...classes } })),
        explained(explanation('path', of * 100, of)),
      );
      return posterior(ofLog(bundle), failureParts(bundle)).get('connection-refused') ?? 0;
    };
    expect(refused({ neverDispatched: 100 }, 1)).toBeCloseTo(refused({ closedOnReuse: 100 }, 1), 6);
    expect(refused({ neverDispatched: 100 }, 0.5)).toBeGreaterThan(
      refused({ closedOnReuse: 100 }, 0.5) + 0.05,
    );
  });

  test('other evidence moves the causes of an explanation, by odds on its share', () => {
    const stop = explanation('target-stop', 50, 0.5, {
      causes: [
        { cause: 'target-crash', probability: 0.45 },
        { cause: 'deployment', probability: 0.45 },
      ],
    });
    const path = explanation('path', 50, 0.5);
    const of = (cause: NamedCause, ...edits: readonly Edit[]) => {
      const { hypotheses } = diagnose(bundleWith(...logged(100, stop, path), ...edits));
      const chance = (one: NamedCause) => hypotheses.find((entry) => entry.cause === one)?.probability ?? 0;
      return chance(cause) / chance('malformed-response');
    };
    expect(of('target-crash', backendLog('Out of memory'))).toBeGreaterThan(1.2 * of('target-crash'));
    expect(of('deployment', backendLog('Out of memory'))).toBeLessThan(of('deployment'));
  });

  test('is evidence for a cause by the odds it gives it, times its share', () => {
    const [part] = failureParts(bundleWith(...logged(100, explanation('path', 50, 0.5))));
    if (part === undefined) throw new Error('no part');
    expect(itemOf(part, 'malformed-response', 0.05).weight).toBeCloseTo(0.5 * Math.log(0.72 / 0.05), 2);
    expect(itemOf(part, 'keepalive-mismatch', 0.26).weight).toBeLessThan(-2);
    expect(itemOf(part, 'keepalive-mismatch', 0.26).weight).toBeGreaterThanOrEqual(-2.5);
  });
});

describe('the cause of most failures is named', () => {
  const of = (...explanations: readonly Explanation[]) => {
    const bundle = bundleWith(...logged(100, ...explanations));
    return rank(ofLog(bundle), failureParts(bundle), 100);
  };

  test('where two causes share the log, the larger, and less surely than alone', () => {
    const both = of(explanation('idle-time', 70, 0.7), explanation('target-time', 30, 0.3));
    expect(both.verdict).toBe('keepalive-mismatch');
    const alone = of(explanation('idle-time', 100, 1));
    expect(alone.verdict).toBe('keepalive-mismatch');
    expect(both.probability).toBeLessThanOrEqual(alone.probability);
    const even = of(explanation('idle-time', 51, 0.51), explanation('target-time', 49, 0.49));
    expect(even.probability).toBeLessThan(both.probability);
  });

  test('not where less than half is explained', () => {
    expect(of(explanation('idle-time', 45, 0.45)).verdict).toBe('undetermined');
    expect(of(explanation('idle-time', 70, 0.7)).verdict).toBe('keepalive-mismatch');
  });

  test('not where the leading explanation does not separate its causes', () => {
    const causes = [
      { cause: 'connection-refused', probability: 0.5 },
      { cause: 'tls-failure', probability: 0.25 },
    ] as const;
    const target = explanation('target', 100, 1, { causes: [...causes] });
    const { verdict, hypotheses } = of(target);
    expect(verdict).toBe('undetermined');
    const chance = (cause: NamedCause) => hypotheses.find((one) => one.cause === cause)?.probability ?? 0;
    expect(chance('connection-refused')).toBeGreaterThan(chance('tls-failure'));
    expect(chance('tls-failure')).toBeGreaterThan(0.05);
  });

  test('not by what the log holds of no cause at all', () => {
    expect(of(explanation('client', 100, 1, { causes: [] })).verdict).toBe('undetermined');
  });

  test('as far as shares and chances that do not fit together allow: probabilities add up to one', () => {
    const unit = fc.double({ min: 0, max: 1, noNaN: true });
    const any = fc.array(
      fc.record({
        share: unit,
        chances: fc.array(fc.tuple(fc.constantFrom(...NAMED_CAUSES), unit), { maxLength: 5 }),
      }),
      { maxLength: 6 },
    );
    fc.assert(
      fc.property(any, fc.integer({ min: 1, max: 5000 }), (parts, count) => {
        const failing = parts.map(({ share, chances }) => ({
          share,
          chances: new Map(chances),
          fact: 'x',
          source: 'access log',
        }));
        const { hypotheses } = rank([], failing, count);
        for (const { probability } of hypotheses) {
          expect(probability).toBeGreaterThanOrEqual(0);
          expect(probability).toBeLessThanOrEqual(1);
        }
        const whole = parts.reduce((sum, { share }) => sum + share, 0);
        if (whole <= 1)
          expect(hypotheses.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 2);
      }),
    );
  });
});

test('a bundle of version 0.1 is read, and what it says in its own way is not taken for an explanation', () => {
  const old = bundleWith(failures(everyNth(3, 2)), ...logged(120, explanation('path', 120, 1)));
  const [group] = old.accessLog?.targetGroups ?? [];
  if (old.accessLog === null || group === undefined) throw new Error('no log');
  const { explanations: _, unexplained: __, ...summary } = old.accessLog;
  const { answered: ___, ...counted } = group;
  const replaced = {
    idleRank: { mean: 0.5, failures: 90 },
    requestCount: null,
    targetTimeCluster: null,
    pathBound: { count: 1, failures: 118, shareOfFailures: 0.98, shareOfRequests: 0.01, failureRatio: 1 },
    clientBound: null,
    bursts: { count: 0, failures: 0, targets: 0, simultaneous: 0, targetGone: 0, excessShare: 0 },
    longestOutageSeconds: 0,
    answeredWhileRefusing: 0,
    refusals: { stretches: 0, afterAnswers: 0, afterCut: 0, inFlight: 0 },
    nodeRefusals: null,
  };
  const bundle = evidenceBundleSchema.parse({
    ...old,
    accessLog: { ...summary, targetGroups: [{ ...counted, ...replaced }] },
  });
  const diagnosis = diagnose(bundle);
  expect(diagnosis.verdict).not.toBe('malformed-response');
  expect(diagnosis).toMatchObject({ explanations: [], unexplained: null });
  expect(ofLog(bundle).map(({ id }) => id)).not.toContain('log-nothing-in-common');
});
