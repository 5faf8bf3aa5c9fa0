import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { timeSpan, valueInUnit } from '../../lambda/advice/server.ts';
import { SERVERS } from '../../lambda/advice/servers.ts';
import { MEASURED } from '../../scripts/server-sources/measured.ts';
import { SOURCES, sourcedValues } from '../../scripts/server-sources/sources.ts';

const settable = SERVERS.flatMap((row) => (row.change ? [{ id: row.id, row, change: row.change }] : []));

/** Every run of digits, or of digits and colons, that stands alone in the lines. */
function valuesIn(lines: readonly string[]): readonly string[] {
  return lines.join('\n').match(/(?<![\d.:_])\d+(?::\d\d:\d\d)?(?![\d:_]|\.\d)/g) ?? [];
}

describe('the table of servers', () => {
  it('names every server once, so that a tag means one row', () => {
    const names = SERVERS.flatMap((row) => [row.id, ...row.aliases, ...row.products]);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });

  it('writes names as a tag or header is read: lower case, without spaces', () => {
    for (const name of SERVERS.flatMap((row) => [row.id, ...row.aliases, ...row.products]))
      expect(name).toMatch(/^[a-z0-9][a-z0-9.-]*$/);
  });

  it.each(SERVERS.map((row) => [row.id, row] as const))('%s names its setting and place', (_id, row) => {
    expect(row.setting).not.toBe('');
    expect(row.where).not.toBe('');
  });

  it.each(SERVERS.map((row) => [row.id, row] as const))(
    '%s says of each value how it is known, in which version and when',
    (id, row) => {
      const isMeasured = MEASURED[id]?.what.startsWith('default') ?? false;
      for (const { value, fact } of sourcedValues(row)) {
        if (fact === null) {
          expect(isMeasured, `${value} is measured, or has a source`).toBe(true);
          continue;
        }
        expect(fact.at).toMatch(/^https:\/\/[a-z0-9.-]+\.[a-z]+\//);
        expect(fact.on).toMatch(/^20\d\d-\d\d-\d\d$/);
        // A branch moves: what was read there may be gone.
        expect(fact.at).not.toMatch(/\/blob\/(main|master|trunk|HEAD)\/|\/(stable|latest)\//);
        if (fact.by === 'source') expect(fact.at).toContain(fact.version);
      }
      const basis = sourcedValues(row)[0]?.fact?.by ?? 'measured';
      expect(row.confidence).toBe(isMeasured && row.id !== 'puma' ? 'measured' : basis);
    },
  );

  it('has sources for its rows, and for no others', () => {
    expect(Object.keys(SOURCES).toSorted()).toEqual(SERVERS.map(({ id }) => id).toSorted());
  });

  it.each(SERVERS.map((row) => [row.id, row] as const))(
    '%s lists its defaults newest first, down to the oldest',
    (_id, row) => {
      for (const list of [row.idleClose, row.requestsPerConnection.defaults]) {
        expect(list.at(-1)?.since).toBeNull();
        expect(list.slice(0, -1).every(({ since }) => since !== null)).toBe(true);
      }
    },
  );

  it.each(SERVERS.map((row) => [row.id, row] as const))(
    '%s has remarks that can be joined to a sentence',
    (_id, row) => {
      for (const text of [...row.sideEffects, ...row.companions]) expect(text).toMatch(/[^.;\s]$/);
    },
  );

  it.each(settable)('$id is told the asked-for keep-alive in its own unit', ({ row, change }) => {
    fc.assert(
      fc.property(fc.double({ min: 0.001, max: 86_400, noNaN: true }), (seconds) => {
        expect(valuesIn(change(seconds))).toContain(valueInUnit(row.unit, seconds));
      }),
      { numRuns: 50 },
    );
  });
});

describe('a keep-alive in the unit of a server', () => {
  it.each([
    ['seconds', 66, '66'],
    ['seconds', 65.2, '66'],
    ['seconds', 0.2, '1'],
    ['milliseconds', 66, '66000'],
    ['milliseconds', 66.1, '66100'],
    ['milliseconds', 0.0004, '1'],
    ['seconds', 60.0004, '61'],
    ['hh:mm:ss', 66, '00:01:06'],
    ['hh:mm:ss', 4400, '01:13:20'],
  ] as const)('in %s, %d s is %s', (unit, seconds, written) => {
    expect(valueInUnit(unit, seconds)).toBe(written);
  });

  it('is never shorter than what was asked for, to the millisecond', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 86_400_000 }), (milliseconds) => {
        const seconds = milliseconds / 1000;
        expect(Number(valueInUnit('seconds', seconds))).toBeGreaterThanOrEqual(seconds);
        expect(Number(valueInUnit('seconds', seconds))).toBeLessThan(seconds + 1);
        expect(Number(valueInUnit('milliseconds', seconds))).toBe(milliseconds);
        const [hours, minutes, rest] = timeSpan(seconds).split(':').map(Number);
        expect((hours ?? 0) * 3600 + (minutes ?? 0) * 60 + (rest ?? 0)).toBe(Math.ceil(seconds));
      }),
    );
  });
});
