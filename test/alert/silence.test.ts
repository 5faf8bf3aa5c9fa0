import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  lasts,
  recordedSilences,
  type SilenceInForce,
  silenceInForce,
  silenceReason,
} from '../../lambda/alert/silence.ts';
import type { RecordedSilence, Silence } from '../../lambda/model/record.ts';
import { minute } from './looks.ts';
import { shopBundle } from './shop.ts';

const ASKED: Silence = { at: minute(0), until: minute(60), by: 'dana', reason: 'the database moves' };
const TAGGED = shopBundle({ at: 30, tags: { 'alb502:ignore': '2026-11-23T02:00:00Z' } });

describe('a silence', () => {
  test('lasts until its end, and not at its end', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 240 }), (at) => {
        expect(lasts(ASKED, minute(at))).toBe(at < 60);
      }),
    );
  });

  test('says who asked for it, until when and why', () => {
    const inForce = silenceInForce(shopBundle({ at: 30 }), ASKED, minute(30));
    expect(inForce && silenceReason(inForce)).toBe(
      `silenced by dana until ${minute(60)} (the database moves)`,
    );
  });

  test('that a person asked for goes before the tag, which goes on after it', () => {
    expect(silenceInForce(TAGGED, ASKED, minute(30))?.by).toBe('dana');
    expect(silenceInForce(TAGGED, ASKED, minute(60))).toEqual({
      ...{ until: '2026-11-23T02:00:00.000Z', by: 'the tag alb502:ignore', reason: null },
    });
    expect(silenceInForce(TAGGED, null, minute(120))).toBeNull();
  });

  test('is told without the end of an author or a reason that is too long', () => {
    const long = { ...ASKED, by: 'd'.repeat(101), reason: 'r'.repeat(301) };
    const inForce = silenceInForce(shopBundle({ at: 30 }), long, minute(30));
    expect(inForce?.by?.length).toBe(100);
    expect(inForce?.reason?.length).toBe(300);
  });

  test('without an author, an end or a reason leaves them out', () => {
    expect(silenceReason({ by: null, until: null, reason: null })).toBe('silenced');
  });
});

describe('the silences of a record', () => {
  const inForce: SilenceInForce = { until: minute(60), by: 'dana', reason: 'the database moves' };

  test('has one that was looked at many times once, from the first look on', () => {
    const first = recordedSilences([], inForce, minute(10));
    expect(recordedSilences(first, inForce, minute(11))).toEqual([{ from: minute(10), ...inForce }]);
  });

  test('says when one was taken back, and lets one that is over stand as it was', () => {
    const first = recordedSilences([], inForce, minute(10));
    expect(recordedSilences(first, null, minute(20))).toEqual([
      { from: minute(10), ...inForce, until: minute(20) },
    ]);
    expect(recordedSilences(first, null, minute(61))).toEqual(first);
  });

  test.each([
    ['author', { ...inForce, by: 'kim' }],
    ['reason', { ...inForce, reason: 'it is back' }],
    ['end', { ...inForce, until: minute(90) }],
  ])('ends where one with another %s takes its place', (_, other) => {
    const first = recordedSilences([], inForce, minute(10));
    expect(recordedSilences(first, other, minute(20))).toEqual([
      { from: minute(10), ...inForce, until: minute(20) },
      { from: minute(20), ...other },
    ]);
  });

  test('are the newest twenty', () => {
    const over = Array.from({ length: 20 }, (_, at) => ({
      from: minute(at),
      ...inForce,
      until: minute(at + 1),
    }));
    expect(recordedSilences(over, { ...inForce, until: minute(90) }, minute(30))).toEqual([
      ...over.slice(1),
      { from: minute(30), ...inForce, until: minute(90) },
    ]);
  });

  test('whatever comes, one at most is in force after a look, and the record stays short', () => {
    const silence = fc.option(
      fc.record({
        until: fc.option(fc.integer({ min: 0, max: 300 }).map(minute)),
        by: fc.constantFrom('dana', 'kim', null),
        reason: fc.constantFrom('a', 'b', null),
      }),
    );
    fc.assert(
      fc.property(fc.array(silence, { maxLength: 60 }), (looks) => {
        let record: RecordedSilence[] = [];
        looks.forEach((asked, index) => {
          const now = minute(index * 5);
          const current = asked && (asked.until === null || asked.until > now) ? asked : null;
          record = recordedSilences(record, current, now);
          const open = record.filter(({ until }) => until === null || until > now);
          expect(open.map(({ by, reason, until }) => ({ by, reason, until }))).toEqual(
            current ? [current] : [],
          );
        });
        expect(record.length).toBeLessThanOrEqual(20);
      }),
    );
  });
});
