import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Announcement, decide, initialState } from '../../lambda/alert/decide.ts';
import { type AlertState, alertStateSchema } from '../../lambda/model/alert.ts';
import type { Cause } from '../../lambda/model/cause.ts';
import type { Severity } from '../../lambda/model/diagnosis.ts';
import { idleTimeoutDrift, lookAt, minute, policyOf, type Sight, WEB } from './looks.ts';

/** A day of a load balancer: when it fails, and what each look is like. */
interface Day {
  readonly failing: readonly number[];
  readonly sights: readonly Omit<Sight, 'failing'>[];
}

const causes: readonly Cause[] = ['keepalive-mismatch', 'connection-refused', 'target-crash', 'undetermined'];
const severities: readonly Severity[] = ['warning', 'critical'];

const day: fc.Arbitrary<Day> = fc
  .record({
    gaps: fc.array(fc.oneof(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 90 })), {
      maxLength: 30,
    }),
    steps: fc.array(
      fc.record({
        wait: fc.oneof(
          { weight: 8, arbitrary: fc.integer({ min: 1, max: 5 }) },
          { weight: 1, arbitrary: fc.integer({ min: 1, max: 500 }) },
        ),
        verdict: fc.constantFrom(...causes),
        severity: fc.constantFrom(...severities),
        blind: fc.integer({ min: 0, max: 9 }).map((die) => die === 0),
        traffic: fc.integer({ min: 0, max: 9 }).map((die) => die > 0),
        silenced: fc.integer({ min: 0, max: 9 }).map((die) => die === 0),
        mismatch: fc.boolean(),
        drifted: fc.integer({ min: 0, max: 4 }).map((die) => die === 0),
        readable: fc.integer({ min: 0, max: 4 }).map((die) => die > 0),
      }),
      { minLength: 1, maxLength: 120 },
    ),
  })
  .map(({ gaps, steps }) => {
    let time = 0;
    const failing = gaps.map((gap) => (time += gap));
    let at = 1;
    const sights = steps.map((step): Omit<Sight, 'failing'> => {
      at += step.wait;
      return {
        at,
        verdict: step.verdict,
        severity: step.severity,
        couldLook: !step.blind,
        requestsUntil: step.traffic ? at : null,
        silence: step.silenced ? 'silenced by the tag alb502:ignore' : null,
        mismatch: step.mismatch ? [[WEB, 5, 60]] : [],
        drift: step.drifted ? [idleTimeoutDrift('300')] : [],
        couldReadConfiguration: step.readable,
      };
    });
    return { failing, sights };
  });

interface Step {
  readonly sight: Omit<Sight, 'failing'>;
  readonly before: AlertState;
  readonly after: AlertState;
  readonly announcements: readonly Announcement[];
}

function live({ failing, sights }: Day): Step[] {
  let state = initialState(minute(0));
  return sights.map((sight) => {
    const before = state;
    const decision = decide(lookAt({ ...sight, failing }), before, policyOf(), minute(sight.at));
    state = alertStateSchema.parse(JSON.parse(JSON.stringify(decision.state)));
    return { sight, before, after: state, announcements: decision.announcements };
  });
}

const holds = (property: (day: Day, steps: readonly Step[]) => void): void =>
  fc.assert(
    fc.property(day, (lived) => property(lived, live(lived))),
    { numRuns: 300 },
  );

describe('whatever a day brings', () => {
  test('a pager that opens on firing, posture and drift and closes on resolved never closes what is not open, nor opens twice', () => {
    holds((_, steps) => {
      const open = new Set<string>();
      for (const { announcements } of steps) {
        for (const { event, dedupKey } of announcements) {
          if (event === 'resolved') expect(open.delete(dedupKey)).toBe(true);
          else if (event === 'updated') expect(open.has(dedupKey)).toBe(true);
          else if (event === 'firing') {
            expect(open.has(dedupKey)).toBe(false);
            open.add(dedupKey);
          } else open.add(dedupKey);
        }
      }
      const last = steps.at(-1)?.after;
      const incident = last?.incident;
      expect([...open].filter((key) => key.startsWith('app/'))).toEqual(
        incident?.announced ? [incident.id] : [],
      );
      expect(open.has('posture:app/shop/0123456789abcdef')).toBe((last?.announcedPosture.length ?? 0) > 0);
      expect(open.has('drift:app/shop/0123456789abcdef')).toBe((last?.announcedDrift.length ?? 0) > 0);
    });
  });

  test('an incident resolves only after its watched silence is three of its pauses long', () => {
    holds(({ failing }, steps) => {
      for (const { sight, before, announcements } of steps) {
        const resolved = announcements.find(
          ({ event, dedupKey }) => event === 'resolved' && dedupKey.startsWith('app/'),
        );
        if (!resolved || before.incident === null) continue;
        expect(sight.couldLook).toBe(true);
        // An independent account: the failing minutes this incident was seen to have, and when looks overlapped.
        const known = before.incident.failingMinutes.map(
          (time) => (Date.parse(time) - Date.parse(minute(0))) / 60_000,
        );
        const seen = failing.filter(
          (time) => time >= sight.at - 180 && time < sight.at && time > (known[0] ?? 0),
        );
        const all = [...new Set([...known, ...seen])].sort((left, right) => left - right);
        const pauses = all.slice(1).map((time, index) => time - (all[index] ?? time));
        const silence = sight.at - (all.at(-1) ?? 0);
        expect(silence).toBeGreaterThanOrEqual(Math.min(1440, Math.max(30, 3 * Math.max(0, ...pauses))));
      }
    });
  });

  test('a look that could not see the 502s announces nothing of an incident and leaves it as it was', () => {
    holds((_, steps) => {
      for (const { sight, before, after, announcements } of steps.filter(
        (step) => step.sight.couldLook === false,
      )) {
        expect(announcements.filter(({ dedupKey }) => dedupKey.startsWith('app/'))).toEqual([]);
        expect({ phase: after.phase, incident: after.incident }).toEqual({
          phase: before.phase,
          incident: before.incident,
        });
        expect(sight.couldLook).toBe(false);
      }
    });
  });

  test('while a silence is in force nothing is announced but the end of what was', () => {
    holds((_, steps) => {
      for (const { announcements } of steps.filter(({ sight }) => sight.silence !== null)) {
        expect(announcements.every(({ event }) => event === 'resolved')).toBe(true);
      }
    });
  });

  test('a failure that can be seen, is not silenced and did not end before is announced at once', () => {
    holds(({ failing }, steps) => {
      for (const { sight, before, after } of steps) {
        const ended = before.ended?.failingMinutes.at(-1) ?? '';
        const fresh = failing.some((time) => time >= sight.at - 5 && time < sight.at && minute(time) > ended);
        if (fresh && sight.couldLook && sight.silence === null)
          expect(after.incident?.announced).not.toBeNull();
      }
    });
  });

  test('the same look a second time changes and announces nothing', () => {
    holds(({ failing }, steps) => {
      for (const { sight, after } of steps) {
        const again = decide(lookAt({ ...sight, failing }), after, policyOf(), minute(sight.at));
        expect(again.announcements).toEqual([]);
        expect(again.state).toEqual(after);
      }
    });
  });

  test('every decision has a reason, and messages about one incident stay few', () => {
    holds((_, steps) => {
      for (const { announcements } of steps)
        for (const { reason } of announcements) expect(reason).not.toBe('');
      const span = (steps.at(-1)?.sight.at ?? 0) / 60;
      const updates = steps
        .flatMap(({ announcements }) => announcements)
        .filter(({ event }) => event === 'updated');
      // Per repeat interval: one repeat, one rise, and changes of verdict with doubling waits; and anew after each firing.
      const firings = steps
        .flatMap(({ announcements }) => announcements)
        .filter(({ event }) => event === 'firing');
      expect(updates.length).toBeLessThanOrEqual((Math.ceil(span / 4) + firings.length) * 8);
    });
  });
});
