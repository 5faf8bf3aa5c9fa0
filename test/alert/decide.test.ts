import { describe, expect, test } from 'vitest';
import { type Decision, decide, decideGone, decisionTime, initialState } from '../../lambda/alert/decide.ts';
import type { AlertPolicy } from '../../lambda/alert/policy.ts';
import { type AlertState, alertStateSchema } from '../../lambda/model/alert.ts';
import type { Drift } from '../../lambda/model/diagnosis.ts';
import { idleTimeoutDrift, lookAt, minute, policyOf, SHOP, type Sight, WEB } from './looks.ts';

interface Sent {
  readonly at: number;
  readonly decision: Decision;
  /** `firing`, `updated`, ... in the order they were announced. */
  readonly events: readonly string[];
}

/** Walks through looks in their order, keeping the state as the store does. */
function walk(sights: readonly Sight[], settings: Partial<AlertPolicy> = {}) {
  let state: AlertState = initialState(minute(0));
  const steps: Sent[] = [];
  for (const sight of sights) {
    const decision = decide(lookAt(sight), state, policyOf(settings), minute(sight.at));
    state = alertStateSchema.parse(JSON.parse(JSON.stringify(decision.state)));
    steps.push({ at: sight.at, decision, events: decision.announcements.map(({ event }) => event) });
  }
  const sent = steps.flatMap(({ at, events }) => events.map((event) => `${event}@${at}`));
  const last = steps.at(-1)?.decision;
  if (!last) throw new Error('nothing was looked at');
  return { state, steps, sent, last };
}

/** One look a minute over a span, all seeing the same failures. */
const every = (from: number, to: number, sight: Omit<Sight, 'at'> = {}, step = 1): Sight[] =>
  Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, index) => ({
    ...sight,
    at: from + index * step,
  }));

describe('the life of an incident', () => {
  test('has its failing minutes in their order, the newest 240', () => {
    const minutes = (...sights: readonly Sight[]) => walk(sights).state.incident?.failingMinutes;
    expect(minutes({ at: 11, failing: [10] }, { at: 13, failing: [8, 10, 12] })).toEqual(
      [8, 10, 12].map(minute),
    );
    const all = Array.from({ length: 300 }, (_, index) => index);
    expect(minutes({ at: 300, failing: all, windowMinutes: 300 })).toEqual(all.slice(60).map(minute));
  });

  test('says of one 502 that it is one request', () => {
    expect(walk([{ at: 11, failing: [10], count: 1 }]).last.reason).toBe('1 request got 502');
  });

  test('fires once on the first 502, with the number of 502s as the reason', () => {
    const { sent, steps, state } = walk(every(10, 20, { failing: [8] }));
    expect(sent).toEqual(['firing@10']);
    expect(steps[0]?.decision.announcements[0]).toMatchObject({
      incidentId: `app/shop/0123456789abcdef@${minute(8)}`,
      dedupKey: `app/shop/0123456789abcdef@${minute(8)}`,
      cause: 'keepalive-mismatch',
      severity: 'warning',
      reason: '3 requests got 502',
    });
    expect(state.phase).toBe('resolving');
  });

  test('resolves after the shortest wait where the failure has no usual pause', () => {
    const { sent, state } = walk(every(10, 60, { failing: [8] }));
    expect(sent).toEqual(['firing@10', 'resolved@38']);
    expect(state).toMatchObject({ phase: 'inactive', incident: null });
  });

  test('a verdict stands while it resolves: what the fix leaves behind is no news, and the resolve names what was told', () => {
    const seen = every(10, 13, { failing: [8] });
    const fixed = every(14, 60, { failing: [8], verdict: 'deployment' });
    const { sent, steps } = walk([...seen, ...fixed]);
    expect(sent).toEqual(['firing@10', 'resolved@38']);
    const resolved = steps.flatMap(({ decision }) => decision.announcements).at(-1);
    expect(resolved).toMatchObject({ event: 'resolved', cause: 'keepalive-mismatch' });
  });

  test('waits three times the usual pause: a fault that strikes every 40 minutes is not resolved after 5', () => {
    const failing = [10, 50, 90, 130];
    const { sent, last } = walk(every(52, 400, { failing }));
    expect(sent).toEqual(['firing@52', 'resolved@250']);
    expect(last.reason).toBe('no 502 in the window');
  });

  test.each([
    [undefined, 14],
    [10, 14],
    [8, 13],
    [6, 12],
  ])(
    'where it resolves after %s minutes, it counts as resolving from minute %i on',
    (resolveAfterMinutes, from) => {
      const settings = resolveAfterMinutes === undefined ? {} : { resolveAfterMinutes };
      const { steps } = walk(every(10, 20, { failing: [8] }), settings);
      expect(steps.find(({ decision }) => decision.state.phase === 'resolving')?.at).toBe(from);
    },
  );

  test('says how long it was quiet and how long it had to be', () => {
    const { steps } = walk(every(52, 250, { failing: [10, 50, 90, 130] }));
    expect(steps.at(-1)?.decision.reason).toBe('no 502 for 120 minutes with traffic (120 required)');
    expect(steps.at(-20)?.decision.reason).toBe('quiet for 101 of the 120 minutes required');
  });

  test.each([
    ['the count of 502s cannot be read', { couldLook: false }],
    ['no request is seen', { requestsUntil: null }],
    ['requests stopped together with the 502s', { requestsUntil: 9 }],
  ])('does not resolve while %s', (_, blind) => {
    const { sent, state } = walk([
      ...every(10, 12, { failing: [8] }),
      ...every(13, 600, { failing: [8], ...blind }, 10),
    ]);
    expect(sent).toEqual(['firing@10']);
    expect(['firing', 'resolving']).toContain(state.phase);
  });

  test('lets go of a load balancer that gets no requests any more after a day', () => {
    const sights = [
      ...every(10, 12, { failing: [8] }),
      ...every(20, 1600, { failing: [8], requestsUntil: null }, 20),
    ];
    const { sent, steps } = walk(sights);
    expect(sent).toEqual(['firing@10', 'resolved@1480']);
    expect(steps.find(({ events }) => events.includes('resolved'))?.decision.reason).toContain('for a day');
  });

  test('counts silence only from where it watched again after a time in which nobody looked', () => {
    const failing = [10, 60, 110];
    const after = 2000;
    const { sent } = walk([...every(62, 112, { failing }), ...every(after, after + 200, { failing })]);
    // 150 minutes are required; the window of the first look back shows 180 minutes of traffic.
    expect(sent).toEqual(['firing@62', `resolved@${after + 1}`]);
    const rare = [10, 100, 190];
    const later = walk([
      ...every(102, 192, { failing: rare }),
      ...every(after, after + 200, { failing: rare }),
    ]);
    expect(later.sent).toEqual(['firing@102', `resolved@${after + 90}`]);
  });

  test('a clock that runs ahead of the metrics resolves nothing', () => {
    const ahead = every(40, 45, { failing: [8, 9, 10, 11], requestsUntil: 12 });
    expect(walk([...every(10, 12, { failing: [8, 9, 10, 11] }), ...ahead]).sent).toEqual(['firing@10']);
  });

  test('keeps its state while it cannot look, and tells nothing', () => {
    const { steps } = walk([
      { at: 10, failing: [8] },
      { at: 11, couldLook: false },
    ]);
    expect(steps[1]?.decision.state).toEqual({ ...steps[0]?.decision.state, decidedAt: minute(11) });
    expect(steps[1]?.decision.reason).toBe('the 502s could not be read, so nothing changes');
  });

  test('does not fire again for 502s of the incident that ended, though they are still in the window', () => {
    expect(walk(every(10, 180, { failing: [8] })).sent).toEqual(['firing@10', 'resolved@38']);
  });

  test('repeats after the repeat interval while it still fails', () => {
    const failing = Array.from({ length: 600 }, (_, index) => 8 + index);
    expect(walk(every(10, 600, { failing })).sent).toEqual(['firing@10', 'updated@250', 'updated@490']);
  });
});

describe('updates', () => {
  const failing = Array.from({ length: 300 }, (_, index) => 5 + index);

  test('come when the verdict changes to another sure one, not when it loses certainty', () => {
    const { sent, steps } = walk([
      { at: 10, failing, verdict: 'undetermined' },
      { at: 11, failing, verdict: 'connection-refused' },
      { at: 12, failing, verdict: 'undetermined' },
      { at: 13, failing, verdict: 'connection-refused' },
    ]);
    expect(sent).toEqual(['firing@10', 'updated@11']);
    expect(steps[1]?.decision.reason).toBe('the verdict changed from undetermined to connection-refused');
  });

  test('come when the severity rises, once, however it wavers', () => {
    const wavering = every(10, 40, { failing }).map((sight, index) => ({
      ...sight,
      severity: index % 2 === 0 ? ('warning' as const) : ('critical' as const),
    }));
    expect(walk(wavering).sent).toEqual(['firing@10', 'updated@11']);
  });

  test('come ever more seldom when the verdict wavers between two causes', () => {
    const wavering = every(10, 240, { failing }).map((sight, index) => ({
      ...sight,
      verdict: index % 2 === 0 ? ('keepalive-mismatch' as const) : ('target-crash' as const),
    }));
    const { sent } = walk(wavering);
    expect(sent.length).toBeLessThanOrEqual(7);
    expect(sent.slice(0, 3)).toEqual(['firing@10', 'updated@11', 'updated@22']);
  });

  test('keep the incident and its key, so that they thread', () => {
    const { steps } = walk([
      { at: 10, failing, verdict: 'undetermined' },
      { at: 11, failing, verdict: 'tls-failure' },
    ]);
    const keys = steps.flatMap(({ decision }) => decision.announcements.map(({ dedupKey }) => dedupKey));
    expect(new Set(keys).size).toBe(1);
  });
});

describe('pending', () => {
  test('holds back until the failure lasted for the for-duration', () => {
    const sights = [11, 12, 13, 14, 15].map((at) => ({
      at,
      failing: [9, 10, 11, 12, 13, 14].filter((time) => time < at),
    }));
    const { sent, steps } = walk(sights, { pendingMinutes: 5 });
    expect(sent).toEqual(['firing@14']);
    expect(steps[0]?.decision.reason).toBe('the 502s lasted for 2 of 5 minutes');
  });

  test('one short burst never fires where the failure must last, and its end is told to nobody', () => {
    const { sent, steps } = walk(every(10, 300, { failing: [8, 9] }), { pendingMinutes: 5 });
    expect(sent).toEqual([]);
    expect(steps.map(({ decision }) => decision.reason)).toContain(
      'the 502s stopped before they were enough to fire',
    );
  });

  test('counts only 502s that are not those of an incident that ended', () => {
    const { sent } = walk(every(10, 120, { failing: [5, 6, 7, 8, 9, 110], count: 2 }), {
      minimum502Count: 5,
    });
    expect(sent).toEqual(['firing@10', 'resolved@39']);
  });

  test('fires when scattered 502s add up to the least count', () => {
    const { sent } = walk(every(10, 150, { failing: [10, 50, 90], count: 1 }), { minimum502Count: 3 });
    expect(sent).toEqual(['firing@91']);
  });
});

describe('a failure that comes back', () => {
  test('reopens its incident under the same key and must then stay away three times its pause', () => {
    const { sent, steps } = walk(every(10, 800, { failing: [8, 100] }));
    expect(sent).toEqual(['firing@10', 'resolved@38', 'firing@101', 'resolved@376']);
    const keys = steps.flatMap(({ decision }) => decision.announcements.map(({ dedupKey }) => dedupKey));
    expect(new Set(keys).size).toBe(1);
    expect(steps.find(({ at }) => at === 101)?.decision.reason).toBe(
      '3 requests got 502: the failure is back after 92 quiet minutes, so its incident is open again',
    );
  });

  test('is a new incident when it surely is another cause', () => {
    const { sent, steps } = walk([
      ...every(10, 50, { failing: [8] }),
      ...every(101, 103, { failing: [8, 100], verdict: 'connection-refused' }),
    ]);
    expect(sent).toEqual(['firing@10', 'resolved@38', 'firing@101']);
    const keys = steps.flatMap(({ decision }) => decision.announcements.map(({ dedupKey }) => dedupKey));
    expect(new Set(keys).size).toBe(2);
  });

  test.each([
    ['which was never named', 'undetermined', 'connection-refused', 8],
    ['which cannot be named any more', 'keepalive-mismatch', 'undetermined', 8],
    ['which is the same', 'keepalive-mismatch', 'keepalive-mismatch', 8],
    ['which is another', 'keepalive-mismatch', 'connection-refused', 100],
  ] as const)('with a cause %s: the incident is that of its first failure', (_, before, after, first) => {
    const { last } = walk([
      ...every(10, 50, { failing: [8], verdict: before }),
      { at: 101, failing: [8, 100], verdict: after },
    ]);
    expect(last.announcements[0]?.incidentId).toContain(minute(first));
  });

  test.each([
    [1478, 8],
    [1479, 1470],
  ])(
    '%i minutes into the day, a day after the end or later: the incident is that of minute %i',
    (at, first) => {
      const { last } = walk([...every(10, 50, { failing: [8] }), { at, failing: [1470] }]);
      expect(last.announcements[0]?.incidentId).toContain(minute(first));
    },
  );

  test('each return counts', () => {
    const failing = [8, 100, 500];
    expect(walk(every(10, 505, { failing, windowMinutes: 60 })).state.incident?.returns).toBe(2);
  });

  test('that was never announced is none', () => {
    const { state } = walk([...every(10, 300, { failing: [8] }), { at: 310, failing: [305] }], {
      minimum502Count: 5,
    });
    expect(state.incident?.returns).toBe(0);
    expect(state.incident?.id).toContain(minute(305));
  });

  test('pages a handful of times a day at most when it strikes again and again', () => {
    const failing = Array.from({ length: 40 }, (_, index) => 10 + index * 35);
    const { sent } = walk(every(12, 1440, { failing }));
    expect(sent.filter((line) => line.startsWith('firing')).length).toBeLessThanOrEqual(2);
    expect(sent.length).toBeLessThanOrEqual(9);
  });
});

describe('posture', () => {
  const mismatch = [[WEB, 5, 60]] as const;

  test('warns once of a mismatch without a 502, and says when it is gone', () => {
    const { sent, steps } = walk([{ at: 10, mismatch }, { at: 20, mismatch }, { at: 30 }]);
    expect(sent).toEqual(['posture@10', 'resolved@30']);
    expect(steps[2]?.decision.announcements[0]).toMatchObject({
      dedupKey: 'posture:app/shop/0123456789abcdef',
    });
  });

  test('warns again when another idle timeout or group joins, not when an estimate moves a little', () => {
    const api = WEB.replace('web', 'api');
    const { sent } = walk([
      { at: 10, mismatch: [[WEB, 5.003, 60]] },
      { at: 20, mismatch: [[WEB, 5.021, 60]] },
      {
        at: 30,
        mismatch: [
          [WEB, 5, 60],
          [api, 5, 60],
        ],
      },
      { at: 40, mismatch: [[WEB, 5, 60]] },
      { at: 50, mismatch: [[WEB, 5, 120]] },
    ]);
    expect(sent).toEqual(['posture@10', 'posture@30', 'posture@50']);
  });

  test('that comes and goes every 30 minutes is told three times, and once more when it is over for long', () => {
    const turns = Array.from({ length: 48 }, (_, turn) => ({
      at: 30 * turn,
      mismatch: turn % 2 === 0 ? mismatch : [],
    }));
    const quiet = [60, 89, 90, 120].map((after) => ({ at: 30 * 47 + after }));
    const { sent } = walk([...turns, ...quiet]);
    expect(sent).toEqual(['posture@0', 'resolved@30', 'posture@60', 'resolved@1500']);
  });

  test('that changes to and fro is told once for each form a day', () => {
    const turns = Array.from({ length: 40 }, (_, turn) => ({
      at: 30 * turn,
      mismatch: [[WEB, 5, turn % 2 === 0 ? 60 : 120]] as const,
    }));
    expect(walk(turns).sent).toEqual(['posture@0', 'posture@30']);
  });

  test('is not gone because the configuration could not be read whole', () => {
    const { sent } = walk([
      { at: 10, mismatch },
      { at: 20, couldReadConfiguration: false },
      { at: 30, mismatch },
    ]);
    expect(sent).toEqual(['posture@10']);
  });

  test('is not judged while the idle timeout itself could not be read', () => {
    expect(walk([{ at: 10, mismatch, couldReadIdleTimeout: false }]).sent).toEqual([]);
  });

  test('is muted by an incident of the same load balancer, whatever its cause, and told after it if it is still there', () => {
    const sights = every(10, 60, { failing: [8], mismatch, verdict: 'connection-refused' as const });
    const { sent, steps } = walk(sights);
    expect(sent).toEqual(['firing@10', 'resolved@38', 'posture@38']);
    expect(steps.find(({ at }) => at === 38)?.decision.announcements[1]?.reason).toContain(
      'still makes them possible',
    );
  });

  test('is told though a few 502s are pending that never suffice to fire', () => {
    expect(walk(every(10, 12, { failing: [8], mismatch }), { minimum502Count: 50 }).sent).toEqual([
      'posture@10',
    ]);
  });
});

describe('drift', () => {
  test('is told once for each difference, and closed when the baseline is met again', () => {
    const { sent, last } = walk([
      { at: 10, drift: [idleTimeoutDrift('300')] },
      { at: 20, drift: [idleTimeoutDrift('300')] },
      { at: 30, drift: [idleTimeoutDrift('400')] },
      { at: 40, couldReadConfiguration: false },
      { at: 50 },
    ]);
    expect(sent).toEqual(['drift@10', 'drift@30', 'resolved@50']);
    expect(last.announcements[0]?.dedupKey).toBe('drift:app/shop/0123456789abcdef');
  });

  test('is part of the incident or of the warning where there is one, and then closes nothing of its own', () => {
    const drift = [idleTimeoutDrift('300')];
    expect(walk([{ at: 10, drift, mismatch: [[WEB, 75, 300]] }, { at: 20 }]).sent).toEqual([
      'posture@10',
      'resolved@20',
    ]);
    expect(walk([...every(10, 45, { failing: [8], drift }), { at: 50 }]).sent).toEqual([
      'firing@10',
      'resolved@38',
    ]);
  });
});

describe('a drift among others', () => {
  const idle = idleTimeoutDrift('300');
  const other: Drift = { ...idle, key: 'client_keep_alive.seconds' };
  const expected: Drift = { ...idle, expected: true };
  const line = (entry: Drift): string => `${SHOP} ${entry.key} 60>300`;

  test('is an information without a cause', () => {
    const { last } = walk([{ at: 10, drift: [idle] }]);
    expect(last.announcements).toEqual([
      {
        ...{ event: 'drift', incidentId: 'drift:app/shop/0123456789abcdef' },
        ...{ dedupKey: 'drift:app/shop/0123456789abcdef', reason: 'configuration differs from the baseline' },
        ...{ cause: 'undetermined', severity: 'info', grouped: false },
      },
    ]);
  });

  test.each<
    readonly [string, readonly (readonly Drift[])[], readonly string[], readonly Drift[], readonly Drift[]]
  >([
    ['a second joins', [[idle], [idle, other]], ['drift@10', 'drift@20'], [other, idle], []],
    ['one of two is gone', [[idle, other], [other]], ['drift@10'], [other], []],
    ['both are gone, one after the other', [[idle, other], [other], []], ['drift@10', 'resolved@30'], [], []],
    ['it was expected', [[expected]], [], [], [idle]],
    ['it was expected, and the change is forgotten', [[expected], [idle]], [], [], [idle]],
    ['only one of two was expected', [[expected, other]], ['drift@10'], [other, idle], []],
    ['an expected one joins', [[other], [other, expected]], ['drift@10'], [other], [idle]],
    ['an expected one takes its place', [[other], [expected], []], ['drift@10', 'resolved@30'], [], []],
  ])('where %s', (_, looks, sent, announced, known) => {
    const { state, ...rest } = walk(looks.map((drift, index) => ({ at: 10 * (index + 1), drift })));
    expect(rest.sent).toEqual(sent);
    expect(state.announcedDrift).toEqual(announced.map(line));
    expect(state.knownDrift).toEqual(known.map(line));
  });

  test.each([
    ['an incident', { failing: [8] }],
    ['a mismatch', { mismatch: [[WEB, 5, 60]] as const }],
  ])('that begins with %s is known by it, all of it, in its order', (_, sight) => {
    const { state } = walk([{ at: 10, ...sight, drift: [idle, other] }]);
    expect(state.knownDrift).toEqual([other, idle].map(line));
    expect(state.announcedDrift).toEqual([]);
  });

  test('that comes and goes is told twice, and resolved once it stays away for three times as long', () => {
    const turns = Array.from({ length: 8 }, (_, turn) => ({
      at: 30 * turn,
      drift: turn % 2 === 0 ? [idle] : [],
    }));
    const { sent, steps } = walk([...turns, ...[60, 89, 90].map((after) => ({ at: 210 + after }))]);
    expect(sent).toEqual(['drift@0', 'resolved@30', 'drift@60', 'resolved@300']);
    expect(steps.at(3)?.decision.state.announcedDrift).toEqual([line(idle)]);
  });
});

describe('a silence', () => {
  const silence = 'silenced by the tag alb502:ignore until 2026-11-24T00:00:00.000Z';
  const failing = [8, 12, 16, 20, 24, 28, 32];

  test('holds the alert back, names itself in the reason, and lets it out when it ends', () => {
    const { sent, steps } = walk([...every(10, 30, { failing, silence }), ...every(31, 34, { failing })]);
    expect(sent).toEqual(['firing@31']);
    expect(steps[0]?.decision.reason).toBe(`3 requests got 502; not announced: ${silence}`);
  });

  test('does not keep a pager open: what was announced before is closed', () => {
    const { sent } = walk([{ at: 10, failing: [8] }, ...every(11, 60, { failing: [8], silence })]);
    expect(sent).toEqual(['firing@10', 'resolved@38']);
  });

  test('hides an incident that began and ended in it', () => {
    expect(walk([...every(10, 60, { failing: [8], silence }), ...every(61, 70)]).sent).toEqual([]);
  });

  test('holds warnings of mismatch and drift back until it ends', () => {
    const seen = { mismatch: [[WEB, 5, 60]] as const };
    expect(
      walk([
        { at: 10, ...seen, silence },
        { at: 20, ...seen },
      ]).sent,
    ).toEqual(['posture@20']);
    const drift = [idleTimeoutDrift('300')];
    expect(
      walk([
        { at: 10, drift, silence },
        { at: 20, drift },
      ]).sent,
    ).toEqual(['drift@20']);
  });
});

describe('a deleted load balancer', () => {
  test('closes all that was announced of it, and nothing that was not', () => {
    const { state } = walk([
      { at: 10, mismatch: [[WEB, 5, 60]] },
      { at: 20, mismatch: [[WEB, 5, 60]], failing: [18] },
    ]);
    const { announcements, state: after } = decideGone(SHOP, state, minute(30));
    expect(announcements.map(({ event, dedupKey }) => [event, dedupKey.split('@')[0]])).toEqual([
      ['resolved', 'app/shop/0123456789abcdef'],
      ['resolved', 'posture:app/shop/0123456789abcdef'],
    ]);
    expect(after).toEqual(initialState(minute(30)));
    expect(decideGone(SHOP, after, minute(31)).announcements).toEqual([]);
    const pending = walk([{ at: 10, failing: [8] }], { minimum502Count: 50 }).state;
    expect(decideGone(SHOP, pending, minute(30)).announcements).toEqual([]);
    const drifted = walk([{ at: 10, drift: [idleTimeoutDrift('300')] }]).state;
    expect(decideGone(SHOP, drifted, minute(30)).announcements.map(({ dedupKey }) => dedupKey)).toEqual([
      'drift:app/shop/0123456789abcdef',
    ]);
  });
});

describe('a clock that steps', () => {
  test('back by minutes does not make a decision older than the one before it', () => {
    const state = { ...initialState(minute(100)) };
    expect(decisionTime(state, minute(95))).toBe(minute(100));
    expect(decisionTime(state, minute(105))).toBe(minute(105));
    expect(decisionTime(state, minute(40))).toBe(minute(100));
    expect(decisionTime(state, minute(39))).toBe(minute(39));
  });

  test('back by hours was wrong before: the clock of now counts', () => {
    expect(decisionTime(initialState(minute(1000)), minute(95))).toBe(minute(95));
  });
});
