import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type ChunkIndex, lineEndAt, NOTHING_INDEXED } from '../../lambda/access-log/reading/chunk-index.ts';
import { LineSplitter } from '../../lambda/access-log/reading/line-splitter.ts';
import { indexed } from './indexed.ts';

/** The lines of a text that comes in chunks, with as many line ends of each found beforehand as there is room for. */
function linesOf(text: string, chunkBytes: number, room: number): string[] {
  const bytes = Buffer.from(text, 'latin1');
  const lines: string[] = [];
  let known: ChunkIndex = NOTHING_INDEXED;
  const add = (part: Uint8Array, start: number, end: number) => {
    lines.push(Buffer.from(part.subarray(start, end)).toString('latin1'));
  };
  const splitter = new LineSplitter(
    add,
    (part, start, number) => {
      // Every other line is taken by what was found of it.
      if (number % 2 === 1) return false;
      const end = lineEndAt(known, number);
      add(part, start, part[end - 1] === 13 && end > start ? end - 1 : end);
      return true;
    },
    () => lines.push('too long'),
  );
  for (let at = 0; at < bytes.length; at += chunkBytes) {
    const chunk = bytes.subarray(at, at + chunkBytes);
    known = indexed(chunk, room);
    splitter.feed(chunk, known);
  }
  splitter.end();
  return lines;
}

test('lines are the same wherever chunks end and whoever looked for their ends', () => {
  const texts = fc.array(fc.constantFrom('\n', '\r\n', 'a', 'bc', ' '), { maxLength: 60 });
  fc.assert(
    fc.property(texts, fc.integer({ min: 1, max: 20 }), fc.nat(6), (parts, chunkBytes, room) => {
      const text = parts.join('');
      const expected = text
        .split('\n')
        .map((line, at, all) => (at < all.length - 1 ? line.replace(/\r$/, '') : line));
      if (expected[expected.length - 1] === '') expected.pop();
      const found = linesOf(text, chunkBytes, room);
      // What follows the last line end is a line too, and loses its own carriage return.
      expect(found).toEqual(
        expected.map((line, at) => (at === expected.length - 1 ? line.replace(/\r$/, '') : line)),
      );
    }),
  );
});

test('a line that no access log has is said to be too long, and the next is read', () => {
  const text = `a\n${'x'.repeat(3 << 20)}\nb\n`;
  for (const room of [0, 1, 10]) expect(linesOf(text, 1 << 19, room)).toEqual(['a', 'too long', 'b']);
});
