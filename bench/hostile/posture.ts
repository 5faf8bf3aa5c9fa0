import fc from 'fast-check';
import { decide, initialState } from '../../lambda/alert/decide.ts';
import type { AlertState } from '../../lambda/model/alert.ts';
import type { Drift } from '../../lambda/model/diagnosis.ts';
import { lookAt, minute, policyOf, SHOP, type Sight, WEB } from '../../test/alert/looks.ts';
import type { Attack, Effort, Outcome } from './attack.ts';

const DAYS = 60;
const DAY_MINUTES = 1440;
/** An incident that comes and goes sends as many: each resolve waits three times as long as the one before. */
const MOST_A_DAY = 10;

/** What is wrong with a load balancer at a look: which mismatch and which drift; 0 is none. */
interface Seen {
  readonly mismatch: number;
  readonly drift: number;
}

/** A way in which a configuration comes and goes. */
interface Pattern {
  readonly everyMinutes: number;
  readonly turns: readonly Seen[];
  /** Chance in hundred that a turn is put off, so that nothing stays in step. */
  readonly jitter: number;
}

const seen: fc.Arbitrary<Seen> = fc.record({ mismatch: fc.nat(2), drift: fc.nat(2) });
const anyPattern: fc.Arbitrary<Pattern> = fc.record({
  everyMinutes: fc.constantFrom(5, 15, 30, 30, 30, 60, 90, 180, 360, 720),
  turns: fc.array(seen, { minLength: 2, maxLength: 6 }),
  jitter: fc.constantFrom(0, 0, 10, 50),
});

const driftOf = (value: number): readonly Drift[] =>
  value === 0
    ? []
    : [
        {
          ...{ resourceArn: SHOP, key: 'idle_timeout.timeout_seconds', baseline: '60' },
          ...{ current: String(60 + value), changedAt: null, changedBy: null },
        },
      ];

const sightOf = (at: number, { mismatch, drift }: Seen): Sight => ({
  at,
  mismatch: mismatch === 0 ? [] : [[WEB, 5, 60 * mismatch]],
  drift: driftOf(drift),
});

/** The same numbers for the same seed. */
function* lots(seed: number): Generator<number> {
  let state = seed;
  for (;;) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    yield state / 2 ** 32;
  }
}

/** Messages by day, and what is told at the end of two days in which nothing changes any more. */
function live({ everyMinutes, turns, jitter }: Pattern, end: Seen, seed: number) {
  const byDay = new Array<number>(DAYS + 3).fill(0);
  const lot = lots(seed);
  let state: AlertState = initialState(minute(0));
  let at = 0;
  const look = (what: Seen): void => {
    const decision = decide(lookAt(sightOf(at, what)), state, policyOf(), minute(at));
    state = decision.state;
    const day = Math.floor(at / DAY_MINUTES);
    byDay[day] = (byDay[day] ?? 0) + decision.announcements.length;
  };
  for (let turn = 0; at < DAYS * DAY_MINUTES; turn++) {
    const late = (lot.next().value ?? 0) * 100 < jitter ? 0.5 : 0;
    look(turns[turn % turns.length] ?? end);
    at += Math.max(1, Math.round(everyMinutes * (1 + late)));
  }
  for (const until = at + 2 * DAY_MINUTES + 60; at < until; at += 60) look(end);
  return { byDay, state };
}

async function attack({ runs, seed }: Effort): Promise<Outcome> {
  const wrong: string[] = [];
  const patterns = fc.sample(anyPattern, { numRuns: runs, seed });
  const ends: readonly Seen[] = [
    { mismatch: 0, drift: 0 },
    { mismatch: 1, drift: 0 },
  ];
  patterns.forEach((pattern, index) => {
    const end = ends[index % ends.length] ?? { mismatch: 0, drift: 0 };
    const { byDay, state } = live(pattern, end, seed + index);
    const worst = Math.max(...byDay);
    const said = JSON.stringify(pattern);
    if (worst > MOST_A_DAY) wrong.push(`${worst} messages in a day: ${said}`);
    if (state.announcedPosture.length > 0 !== end.mismatch > 0)
      wrong.push(`what is announced is not what is: ${said}`);
    if (state.announcedDrift.length > 0 && end.drift === 0)
      wrong.push(`the end of a drift is not announced: ${said}`);
  });
  return { tried: patterns.length * DAYS, wrong };
}

/** Configurations that come and go for sixty days: few messages a day, and the truth at the end. */
export const postureAttack: Attack = { name: 'posture', attack };
