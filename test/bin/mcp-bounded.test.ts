import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bounded, type JsonObject } from '../../bin/mcp/bounded.ts';
import { asJsonObject } from '../../bin/mcp/shown-json.ts';

const MAXIMUM = 16_000;
const HOW = 'Ask for less.';

const nameOf = (entry: unknown): string | null =>
  typeof entry === 'object' && entry !== null && 'name' in entry ? String(entry.name) : null;

describe('a bounded answer', () => {
  test('is left as it is where it fits', () => {
    const document: JsonObject = { version: 1, diagnoses: [] };
    expect(bounded(document, MAXIMUM, HOW)).toEqual({ document, omitted: null });
  });

  test('keeps the first entries of a list, names those that are missing, and says how to ask for less', () => {
    const diagnoses = Array.from({ length: 300 }, (_, index) => ({
      name: `lb-${index}`,
      text: 'x'.repeat(900),
    }));
    const { document, omitted } = bounded({ version: 1, diagnoses, skipped: ['a'] }, MAXIMUM, HOW, nameOf);
    const kept = omitted?.parts[0]?.kept ?? 0;
    expect(kept).toBeGreaterThan(1);
    expect(document['diagnoses']).toEqual(diagnoses.slice(0, kept));
    expect(document).toMatchObject({ version: 1, skipped: ['a'] });
    expect(omitted).toMatchObject({ maximumCharacters: MAXIMUM, moreParts: 0, how: HOW });
    expect(omitted?.parts).toMatchObject([{ path: 'diagnoses', kept, of: 300 }]);
    expect(omitted?.parts[0]?.names?.slice(0, 2)).toEqual([`lb-${kept}`, `lb-${kept + 1}`]);
    expect(document['omitted']).toEqual(omitted);
  });

  test('cuts within an entry that is too long by itself, and keeps what is small beside it', () => {
    const record = {
      id: 'one',
      attachments: [{ command: 'cat', output: '\u0001'.repeat(50_000) }],
      phase: 'firing',
    };
    const { document, omitted } = bounded(record, MAXIMUM, HOW);
    expect(document).toMatchObject({ id: 'one', phase: 'firing', attachments: [{ command: 'cat' }] });
    expect(omitted?.parts).toMatchObject([{ path: 'attachments[0].output', of: 50_000 }]);
  });

  test('whatever the document is, is never longer than it may be, is JSON, and is cut only where it says so', () => {
    const longText = fc
      .integer({ min: 0, max: 20_000 })
      .chain((length) => fc.constantFrom('a', '"', '\u0000', '😀', '\n').map((sign) => sign.repeat(length)));
    const { value } = fc.letrec<{ value: JsonObject[string] }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        fc.constantFrom(null, true, 1.5, -1e21),
        longText,
        fc.array(tie('value'), { maxLength: 30 }),
        fc.dictionary(fc.string({ maxLength: 300 }), tie('value'), { maxKeys: 30 }),
      ),
    }));
    fc.assert(
      fc.property(
        fc.dictionary(fc.string({ maxLength: 20 }), value, { minKeys: 1, maxKeys: 20 }),
        (input) => {
          const { document, omitted } = bounded(input, MAXIMUM, HOW, () => 'n'.repeat(100));
          const text = JSON.stringify(document);
          expect(text.length).toBeLessThanOrEqual(MAXIMUM);
          expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(document)));
          expect(omitted === null).toBe(JSON.stringify(input).length <= MAXIMUM);
          if (omitted !== null) expect(omitted.parts.length).toBeGreaterThan(0);
        },
      ),
      { numRuns: 150 },
    );
  });
});

test('what nobody would see is shown: tags, marks that turn the direction, control characters; lines stay lines', () => {
  const hidden = `shop${String.fromCodePoint(0xe0041, 0xe0042)} \u202e\u001b[2J\nnext\tcolumn`;
  expect(asJsonObject({ list: [hidden], [hidden]: undefined, n: 1 })).toEqual({
    list: ['shop\\u{e0041}\\u{e0042} \\u202e\\x1b[2J\nnext\tcolumn'],
    n: 1,
  });
});
