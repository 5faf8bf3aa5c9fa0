import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { emptyFields, readFrom, splitFields } from '../../lambda/access-log/reading/field-split.ts';
import { instantSeconds } from '../../lambda/access-log/reading/instant.ts';
import { type Interner, interner } from '../../lambda/access-log/reading/interner.ts';
import { KnownTexts } from '../../lambda/access-log/reading/known-text.ts';
import { emptyLine, parseLine } from '../../lambda/access-log/reading/line.ts';
import { bodyBytesOf, clientHash, pathHash } from '../../lambda/access-log/reading/line-hash.ts';
import { decimal, status } from '../../lambda/access-log/reading/line-number.ts';
import { lineWith } from './lines.ts';

/** What lines are made of, read out of their bytes without texts: held against what texts would say. */

const bytesOf = (text: string): Uint8Array => Uint8Array.from(text, (letter) => letter.charCodeAt(0));
/** A text somewhere in a line: what is around it must not count. */
const amid = (text: string) => ({ bytes: bytesOf(`7"${text} 7"`), start: 2, end: 2 + text.length });

describe('fields between blanks, some in quotes', () => {
  /** Letter by letter. */
  function splitSlowly(text: string, escapes: boolean): readonly string[] | number {
    const fields: string[] = [];
    let at = 0;
    while (at < text.length) {
      if (text[at] === ' ') {
        at++;
        continue;
      }
      const quoted = text[at] === '"';
      const form = quoted ? (escapes ? /^"((?:[^"\\]|\\.)*)"/ : /^"([^"]*)"/) : /^([^ ]*)/;
      const match = form.exec(text.slice(at));
      if (match === null) return -1 - fields.length;
      fields.push(match[1] ?? '');
      at += match[0].length + (quoted ? 0 : 1);
    }
    return fields;
  }

  const parts = fc.constantFrom(
    ' ',
    '"',
    '\\',
    'a',
    '\\"',
    '" "',
    'bcdefg',
    '!',
    '#',
    '\u00a2',
    '\u00a0',
    '  ',
  );
  const texts = fc.array(parts, { maxLength: 14 }).map((all) => all.join(''));

  test('are those that one finds letter by letter', () => {
    const fields = emptyFields();
    fc.assert(
      fc.property(texts, texts, fc.boolean(), (text, after, escapes) => {
        const bytes = bytesOf(`" ${text}${after}`);
        readFrom(fields, bytes);
        const count = splitFields(fields, 2, 2 + text.length, escapes);
        const expected = splitSlowly(text, escapes);
        if (typeof expected === 'number') expect(count).toBe(expected);
        else {
          const found = Array.from({ length: count }, (_, at) =>
            String.fromCharCode(...bytes.subarray(fields.starts[at], fields.ends[at])),
          );
          expect(found).toEqual(expected);
        }
      }),
      { numRuns: 1500 },
    );
  });

  test('are 64 at most', () => {
    const fields = emptyFields();
    const bytes = bytesOf('a '.repeat(70));
    readFrom(fields, bytes);
    expect([63, 64, 65, 70].map((count) => splitFields(fields, 0, 2 * count, true))).toEqual([
      63, 64, 64, 64,
    ]);
  });

  test('tell whether a backslash made a quote part of one', () => {
    const escaped = (text: string, escapes = true) => {
      const fields = emptyFields();
      readFrom(fields, bytesOf(text));
      splitFields(fields, 0, text.length, escapes);
      return fields.escaped;
    };
    expect(['"a\\"b"', '"ab"', '"a\\b"', 'a\\"b'].map((text) => escaped(text))).toEqual([
      true,
      false,
      false,
      false,
    ]);
    expect(escaped('"a\\"', false)).toBe(false);
  });

  test('are 64 at most', () => {
    const fields = emptyFields();
    readFrom(fields, bytesOf('a '.repeat(70)));
    expect(splitFields(fields, 0, 140, true)).toBe(64);
  });
});

describe('numbers', () => {
  test.each<readonly [text: string, value: number]>([
    ['0', 0],
    ['12', 12],
    ['0.013', 0.013],
    ['-1', -1],
    ['-0.5', -0.5],
    ['.5', 0.5],
    ['5.', 5],
    ['90210', 90210],
    ...['', '-', '1.2.3', '--1', '1-', '1e3', '1,5', ' 1', '1:', '1/', 'x'].map(
      (text) => [text, Number.NaN] as const,
    ),
  ])('a decimal %j is %d', (text, value) => {
    const { bytes, start, end } = amid(text);
    expect(decimal(bytes, start, end)).toBe(value);
  });

  test.each<readonly [text: string, value: number]>([
    ['200', 200],
    ['-', 0],
    ...['', '20', '2000', '-20', '2x0', 'x'].map((text) => [text, Number.NaN] as const),
  ])('a status %j is %d', (text, value) => {
    const { bytes, start, end } = amid(text);
    expect(status(bytes, start, end)).toBe(value);
  });
});

describe('times', () => {
  const seconds = (text: string): number => {
    const { bytes, start, end } = amid(text);
    return instantSeconds(new DataView(bytes.buffer), start, end);
  };
  const NOON = Date.UTC(2026, 2, 1, 12, 34, 56) / 1000;
  const WHOLE = '2026-03-01T12:34:56.123456Z';

  test('are read with fractions of any length', () => {
    for (const [fraction, value] of Object.entries({
      '': 0,
      '.': 0,
      '.5': 0.5,
      '.123': 0.123,
      '.1234567': 0.1234567,
    }))
      expect(seconds(`2026-03-01T12:34:56${fraction}Z`), fraction).toBeCloseTo(NOON + value, 6);
    expect(seconds(WHOLE)).toBe(NOON + 0.123456);
  });

  test('are none where anything is not as it should be, whatever time was read before', () => {
    const others = [
      ...['', 'Z', WHOLE.slice(0, -1), WHOLE.slice(1), '2026-03-01T12:34Z', '2026-03-01T12:34:5Z'],
      ...['2026-00-01', '2026-13-01', '2026-03-00', '2026-03-32'].map((day) => `${day}T12:34:56Z`),
      ...[
        '2026-03-01T24:34:56Z',
        '2026-03-01T12:34:56Zx',
        '2026-03-01T12:34:56,5Z',
        '2026-03-01T12:34:56.1x3Z',
      ],
    ];
    for (const text of others) {
      seconds(WHOLE);
      expect(seconds(text), text).toBeNaN();
    }
    for (const instead of ['x', '/', ':', ' ', '-'])
      for (const [at, letter] of [...WHOLE].entries()) {
        // The second dash is taken to be one.
        if (at === 7 || letter === instead) continue;
        seconds(WHOLE);
        expect(
          seconds(`${WHOLE.slice(0, at)}${instead}${WHOLE.slice(at + 1)}`),
          `${at} ${instead}`,
        ).toBeNaN();
      }
    expect(['2026-01-01T00', '2026-12-31T23'].map((hour) => seconds(`${hour}:00:00Z`))).toEqual([
      Date.UTC(2026, 0, 1) / 1000,
      Date.UTC(2026, 11, 31, 23) / 1000,
    ]);
  });
});

describe('texts that come again', () => {
  const idOf = (interned: Interner, text: string): number => {
    const { bytes, start, end } = amid(text);
    return interned.idOf(new DataView(bytes.buffer), start, end);
  };
  const letters = fc.constantFrom('a', 'b', 'app/', 'targetgroup', '\u00e4');
  const names = fc.array(
    fc.array(letters, { maxLength: 5 }).map((all) => all.join('')),
    { maxLength: 40 },
  );

  test('have a number each, from 0 in the order in which they were seen, and none beyond the most', () => {
    fc.assert(
      fc.property(names, fc.integer({ min: 1, max: 20 }), (texts, most) => {
        const interned = interner(most);
        const seen: string[] = [];
        for (const text of texts) {
          if (!seen.includes(text) && seen.length < most) seen.push(text);
          expect(idOf(interned, text)).toBe(seen.indexOf(text));
        }
        expect(seen.map((_, id) => interned.textOf(id))).toEqual(seen);
        expect(interned.textOf(seen.length)).toBe('');
      }),
    );
  });

  test('are told apart wherever they differ, and by their length', () => {
    const interned = interner(100);
    const base = 'abcdefghijklmnopq';
    const others = [...base].map((_, at) => `${base.slice(0, at)}X${base.slice(at + 1)}`);
    const all = [base, ...others, base.slice(1), `${base}q`];
    expect(all.map((text) => idOf(interned, text))).toEqual(all.map((_, at) => at));
    expect(all.map((text) => idOf(interned, text))).toEqual(all.map((_, at) => at));
  });

  test('of a form are known by their bytes, and others of it are looked at', () => {
    const known = new KnownTexts(/^[ab]+$/);
    const has = (text: string) => {
      const { bytes, start, end } = amid(text);
      return known.has(bytes, start, end);
    };
    for (const text of ['a', 'ab', 'ba', 'abab', 'b'.repeat(900)])
      expect([has(text), has(text)]).toEqual([true, true]);
    for (const text of ['', 'c', 'ac', 'ca', 'abac', 'a '])
      expect([has(text), has(text)]).toEqual([false, false]);
    // There are more texts than can be remembered, of the same length.
    for (let at = 0; at < 1024; at++)
      expect(has(at.toString(2).padStart(10, '0').replaceAll('0', 'a').replaceAll('1', 'b'))).toBe(true);
    for (let at = 0; at < 1024; at++) expect(has(at.toString(2).padStart(10, 'a'))).toBe(false);
    // Beyond a kilobyte nobody looks.
    expect(has(`${'a'.repeat(1024)}c`)).toBe(true);
    expect(has(`${'a'.repeat(1023)}c`)).toBe(false);
  });
});

describe('of a line are known', () => {
  function parsed(changes: Readonly<Record<number, string>>) {
    const line = emptyLine();
    const bytes = bytesOf(lineWith(changes));
    expect(parseLine(line, bytes, 0, bytes.length)).toBeNull();
    return line;
  }

  test('the bytes that the client sent, of methods that have a body', () => {
    const sent = (method: string, received: string) =>
      bodyBytesOf(parsed({ 11: received, 13: `"${method} https://shop:443/ HTTP/1.1"` }));
    expect(['POST', 'PUT', 'PATCH'].map((method) => sent(method, '9021'))).toEqual([9021, 9021, 9021]);
    expect(['GET', 'DELETE', 'LOCK', 'PROPFIND', 'OPTIONS'].map((method) => sent(method, '9021'))).toEqual([
      ...[-1, -1, -1, -1, -1],
    ]);
    expect(['0', '-', '1x', '1:', '1/'].map((received) => sent('POST', received))).toEqual([
      0, -1, -1, -1, -1,
    ]);
  });

  const routeOf = (url: string) => pathHash(parsed({ 13: `"GET ${url} HTTP/1.1"` })).route;
  const exactOf = (url: string) => pathHash(parsed({ 13: `"GET ${url} HTTP/1.1"` })).exact;

  test('the route, in which segments with digits are one, but for versions', () => {
    for (const [one, other] of [
      ['/a/1', '/a/22'],
      ['/a/0', '/a/9'],
      ['/a/x1', '/a/1x?y=1'],
      ['/a/v123', '/a/v456'],
      ['/a/v1234/b', '/a/v5678/b'],
      ['/a/w1', '/a/w2'],
      ['/a/7/', '/a/8/'],
      ['https://x:1/a/1', 'http://y:2/a/2'],
    ] as const)
      expect(routeOf(one), one).toBe(routeOf(other));
    for (const [one, other] of [
      ['/a/x', '/a/y'],
      ['/a/1', '/b/1'],
      ['/a/1', '/a/x'],
      ['/a/v1', '/a/v2'],
      ['/v12/a', '/v13/a'],
      ['/a/v12', '/a/v13'],
      ['/a/1', '/a/1/'],
      ['/a/1/b', '/a/1/c'],
      ['/', '/a'],
    ] as const)
      expect(routeOf(one), one).not.toBe(routeOf(other));
  });

  test('the path, without scheme, host, query and what follows it', () => {
    for (const other of ['/a/b?c', '/a/b?c/d', 'https://shop:443/a/b', 'wss://x/a/b?/'])
      expect(exactOf(other), other).toBe(exactOf('/a/b'));
    for (const other of ['/a/b/', '/a', '/a/c', 'https://shop:443/x/a/b', '/'])
      expect(exactOf(other), other).not.toBe(exactOf('/a/b'));
    expect(pathHash(parsed({ 13: '"GET /a/b"' })).exact).toBe(exactOf('/a/b'));
    expect(exactOf('https://shop:443')).toBe(exactOf('http://other'));
  });

  test('the client, without its port', () => {
    const hash = (client: string) => clientHash(parsed({ 4: client }));
    expect(hash('198.51.100.7:1')).toBe(hash('198.51.100.7:22'));
    expect(hash('[fd00::7]:1')).toBe(hash('[fd00::7]:2'));
    const others = ['198.51.100.7:1', '198.51.100.8:1', '19.51.100.7:1', '[fd00::7]:1', '[fd00::8]:1'];
    expect(new Set(others.map(hash)).size).toBe(others.length);
  });
});
