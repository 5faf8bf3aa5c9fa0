import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { accessLogFindings } from '../../lambda/diagnose/findings/access-log.ts';
import { WEIGHTS } from '../../lambda/diagnose/weights.ts';
import type { LoggedTargetGroup } from '../../lambda/model/access-log-summary.ts';
import { accessLog, bundleWith, groupArn, loggedGroup } from './bundle.ts';

const NONE = { closedOnReuse: 0, midRequest: 0, neverDispatched: 0, answeredBadly: 0, lambda: 0 };
const NO_BURSTS = { count: 0, failures: 0, targets: 0, simultaneous: 0, targetGone: 0, excessShare: 0 };
const ESTIMATE = { seconds: 5, low: 4.99, high: 5.01, failures: 10, pValue: 1e-12 };

/** What is found in groups of a log, by the name of the finding: its strength. */
function found(...groups: readonly LoggedTargetGroup[]): Readonly<Record<string, number>> {
  const findings = accessLogFindings(bundleWith(accessLog(...groups)));
  return Object.fromEntries(findings.map(({ id, strength }) => [id, strength ?? 1]));
}

/** One group with 20 failures, all closed on reuse unless it says otherwise. */
const twenty = (patch: Partial<LoggedTargetGroup> = {}) =>
  loggedGroup(20, { signatures: { ...NONE, closedOnReuse: 20 }, ...patch });

describe('an access log', () => {
  test('that was not read finds nothing', () => {
    expect(accessLogFindings(bundleWith())).toEqual([]);
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

  test('counts a group by its share of the failures, and not at all below a twentieth', () => {
    const other = loggedGroup(60, {
      targetGroupArn: groupArn('api'),
      signatures: { ...NONE, neverDispatched: 60 },
    });
    expect(found(twenty(), other)).toMatchObject({
      'log-closed-on-reuse': 0.25,
      'log-never-dispatched': 0.75,
    });
    const most = { ...other, elb502: 600, signatures: { ...NONE, neverDispatched: 600 } };
    expect(found(twenty(), most)).not.toHaveProperty('log-closed-on-reuse');
  });

  test('has a weight for whatever it finds, which stays within its bounds', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    const count = fc.integer({ min: 0, max: 500 });
    const group = fc
      .record({ reused: count, late: count, refused: count, bursts: count, share, outage: share })
      .map(({ reused, late, refused, bursts, share: excessShare, outage }) =>
        loggedGroup(reused + late + refused, {
          signatures: { ...NONE, closedOnReuse: reused, midRequest: late, neverDispatched: refused },
          bursts: {
            ...NO_BURSTS,
            count: bursts,
            targets: Math.min(3, bursts),
            failures: reused,
            excessShare,
          },
          longestOutageSeconds: outage * 200,
          refusals: { stretches: 1, afterAnswers: 1, afterCut: reused > late ? 1 : 0, inFlight: outage },
        }),
      );
    fc.assert(
      fc.property(group, group, (one, another) => {
        for (const [id, strength] of Object.entries(found(one, another))) {
          expect(Object.keys(WEIGHTS)).toContain(id);
          expect(strength).toBeGreaterThanOrEqual(0);
          expect(strength).toBeLessThanOrEqual(1);
        }
      }),
    );
  });
});

describe('a common idle time', () => {
  test('is the race where the idle timeout is not shorter, and explains the class of its lines', () => {
    const findings = found(twenty({ keepAlive: ESTIMATE }));
    expect(findings['log-idle-race']).toBeCloseTo(0.6, 5);
    expect(findings['log-closed-on-reuse']).toBeCloseTo(0.5, 5);
  });

  test('is none where the target outlasts the load balancer', () => {
    const findings = found(twenty({ keepAlive: { ...ESTIMATE, seconds: 90, low: 89.9, high: 90.1 } }));
    expect(findings).not.toHaveProperty('log-idle-race');
    expect(findings['log-closed-on-reuse']).toBe(1);
  });

  test('that is missing speaks the louder the more failures there are to show it', () => {
    const of = (count: number) =>
      found(loggedGroup(count, { signatures: { ...NONE, closedOnReuse: count } }))['log-no-common-idle-time'];
    expect(of(4)).toBeUndefined();
    expect(of(5)).toBeLessThan(of(19) ?? 0);
    expect(of(19)).toBeLessThan(1);
    expect(of(20)).toBe(1);
  });
});

describe('failures that keep to', () => {
  const bound = { count: 2, failures: 12, shareOfFailures: 0.64, shareOfRequests: 0, failureRatio: 1 };

  test('paths count by the share that they explain', () => {
    const findings = found(twenty({ pathBound: bound }));
    expect(findings['log-path-bound']).toBeCloseTo(0.64, 5);
    expect(findings).not.toHaveProperty('log-not-bound');
  });

  test('clients count for more than that, as who failed once only speaks for nothing else', () => {
    expect(found(twenty({ clientBound: bound }))['log-client-bound']).toBeCloseTo(0.8, 5);
  });

  test('paths that mostly succeed say little', () => {
    const rarely = found(twenty({ pathBound: { ...bound, failureRatio: 0.01 } }));
    expect(rarely['log-path-bound']).toBeLessThan(0.05);
  });

  test('nothing say so', () => {
    expect(found(twenty())['log-not-bound']).toBe(1);
  });
});

describe('a stretch of refused requests', () => {
  const refused = (longestOutageSeconds: number, refusals: LoggedTargetGroup['refusals']) =>
    found(loggedGroup(20, { signatures: { ...NONE, neverDispatched: 20 }, longestOutageSeconds, refusals }));
  const uncut = (inFlight: number) => ({ stretches: 1, afterAnswers: 1, afterCut: 0, inFlight });
  const cut = { stretches: 1, afterAnswers: 1, afterCut: 1, inFlight: 0 };

  test('looks the less like a restart the longer it is, if it cut nothing off', () => {
    const strengths = [5, 10, 20, 40, 60].map((length) => refused(length, uncut(0))['log-brief-outage'] ?? 0);
    expect(strengths[0]).toBe(1);
    expect(strengths[1]).toBe(1);
    expect(strengths[2]).toBeLessThan(1);
    expect(strengths[3]).toBeLessThan(strengths[2] ?? 0);
    expect(strengths[4]).toBe(0);
  });

  test('that cut requests off looks like one however long it is, up to what no process takes', () => {
    expect(refused(80, cut)['log-brief-outage']).toBe(1);
    expect(refused(100, cut)).toMatchObject({ 'log-long-outage': 1 });
    expect(refused(80, cut)).not.toHaveProperty('log-none-cut-off');
  });

  test('that cut nothing off says the more the more was in flight, and little where hardly anything was', () => {
    expect(refused(20, uncut(0.03))['log-none-cut-off']).toBeCloseTo(0.15, 5);
    expect(refused(20, uncut(1.5))['log-none-cut-off']).toBeCloseTo(0.5, 5);
    expect(refused(20, uncut(30))['log-none-cut-off']).toBe(1);
  });

  test('of a target that never answered before is no restart', () => {
    const never = { stretches: 1, afterAnswers: 0, afterCut: 0, inFlight: 0 };
    expect(refused(5, never)).not.toHaveProperty('log-brief-outage');
    expect(refused(5, never)).not.toHaveProperty('log-none-cut-off');
  });
});

describe('bursts of the same targets', () => {
  const bursts = { ...NO_BURSTS, failures: 20, targets: 3, simultaneous: 5, excessShare: 0.9 };
  const again = (count: number, gone = 0) =>
    found(twenty({ bursts: { ...bursts, count, targetGone: gone } }))['log-bursts-again'];

  test('speak for a process that dies again and again where a rollout would stop each of them once', () => {
    expect(again(3)).toBeUndefined();
    expect(again(6)).toBeUndefined();
    expect(again(9)).toBeCloseTo(0.45, 5);
    expect(again(12)).toBeCloseTo(0.9, 5);
    expect(again(30)).toBeCloseTo(0.9, 5);
  });

  test('do not where the targets were gone after them', () => {
    expect(again(12, 9)).toBeUndefined();
  });
});
