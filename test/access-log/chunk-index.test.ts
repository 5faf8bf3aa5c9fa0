import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  CHUNK_BYTES,
  ChunkIndexer,
  chunkMemory,
  HIGHEST_TEXT,
  lineEndAt,
  takeIndexed,
} from '../../lambda/access-log/reading/chunk-index.ts';
import { FIELD } from '../../lambda/access-log/reading/field-places.ts';
import { readFrom } from '../../lambda/access-log/reading/field-split.ts';
import { IndexedTexts } from '../../lambda/access-log/reading/indexed-texts.ts';
import { interner } from '../../lambda/access-log/reading/interner.ts';
import { emptyLine, isBlankAt, type LogLine, parseLine } from '../../lambda/access-log/reading/line.ts';
import { LINE_INDEX } from '../../lambda/access-log/reading/line-index.wasm.ts';
import { compiledModule } from '../../scripts/assembly.ts';
import { indexed } from './indexed.ts';
import { type Changes, failedLine, lineWith } from './lines.ts';

const bytesOf = (text: string): Uint8Array => Buffer.from(text, 'latin1');

test('what is imported was made of the code in assembly/', async () => {
  // Where it was not: npm run assembly
  expect(await compiledModule()).toContain(`'${LINE_INDEX}'`);
});

/** What of a line is the same however it was read: all that is counted of a request that did not fail. */
function countedOf(line: LogLine) {
  const { bytes: _, words: __, starts, ends, fieldCount: ___, escaped: ____, ...all } = line;
  const values = { ...all, loadBalancerText: 0, targetText: 0, targetGroupText: 0 };
  const places = [FIELD.loadBalancer, FIELD.target, FIELD.targetGroup].map((field) => [
    starts[field],
    ends[field],
  ]);
  return { ...values, places, blank: isBlankAt(line, FIELD.target) };
}

/** Reads a line as it was found, behind another; null where it is left to the reader. */
function found(text: string, after = '') {
  const bytes = bytesOf(`before\n${text}\n${after}`);
  const index = indexed(bytes);
  const [start, end] = ['before\n'.length, lineEndAt(index, 1)];
  expect(end).toBe(bytes.indexOf(10, start));
  const [line, whole] = [emptyLine(), emptyLine()];
  readFrom(line, bytes);
  const rest = takeIndexed(line, index, 1, start);
  if (rest < 0) return null;
  const reason = parseLine(whole, bytes, start, end);
  return { line, whole, rest, reason };
}

/** Asserts that a line is found, with all that its reader would have found. */
function expectFound(text: string): void {
  const one = found(text);
  expect(one?.reason, text).toBeNull();
  if (one === null) return;
  expect(countedOf(one.line)).toEqual(countedOf(one.whole));
  expect(one.rest).toBe(text.length - text.indexOf(' "Root='));
}

test('of a request that did not fail everything is found that its reader would have found', () => {
  const some: readonly Changes[] = [
    {},
    ...['http', 'https', 'h2', 'grpcs', 'ws', 'wss'].map((type) => ({ 1: type })),
    ...['1900-01-01T00:00:00.000000Z', '2024-02-29T23:59:59.999999Z', '2026-02-31T12:00:05.000001Z'].map(
      (time) => ({ 2: time }),
    ),
    ...['2001:db8::1', '198.51.100.7', '[2001:db8::1]:443', ':', '-'].map((client) => ({ 4: client })),
    ...['-', '[2001:db8::2]:8080'].map((target) => ({ 5: target })),
    ...['0', '-1', '12.', '.5', '4000.123456', '-0', '0.000'].map((time) => ({ 6: time, 7: time, 8: time })),
    { 9: '504', 10: '-' },
    { 9: '101', 10: '101' },
    { 9: '460', 10: '-' },
    ...['"POST https://shop.example.com:443/a HTTP/1.1"', '"PUT /a HTTP/1.1"', '"PATCH https://a/b?c/1"'].map(
      (request) => ({ 11: '7123', 13: request }),
    ),
    ...[
      '"- http://a:80- "',
      '""',
      '"GET"',
      '"GET "',
      '"GET  /x"',
      '"GET /v1/a1/v12/v123/7/%C3%A9?1 HTTP/2.0"',
    ].map((request) => ({ 13: request })),
    { 14: '"-"' },
    { 14: '""' },
    { 15: '-', 16: '-' },
    { 17: '-' },
  ];
  for (const fields of [24, 29, 30, 34]) for (const changes of some) expectFound(lineWith(changes, fields));
});

test('a line that differs from those that AWS writes is left to its reader, as are those that failed', () => {
  const some: readonly Changes[] = [
    ...['httpx', 'h3', 'grpcx', 'wsx', 'htt', 'wt', 'grpcss', ''].map((type) => ({ 1: type })),
    ...['x', '2026-03-01T12:00:05Z', '2026-13-01T12:00:05.123456Z', '2026-03-01T24:00:05.123456Z'].map(
      (time) => ({
        2: time,
      }),
    ),
    ...['net/a/1', 'apq/a/1'].map((name) => ({ 3: name })),
    ...['x', '-', '', '1.2.3', '1e3', '1234567890123456'].flatMap((time) => [
      { 6: time },
      { 7: time },
      { 8: time },
    ]),
    ...['502', 'x', '20', '2000', '--'].map((status) => ({ 9: status })),
    ...['x', '20', '2000', '--'].map((status) => ({ 10: status })),
    ...['GET', '"GET \\"x"', '"a" "b"', '"a"b'].map((request) => ({ 13: request })),
    ...['curl', '"a\\"'].map((agent) => ({ 14: agent })),
    ...['--', 'x', '_', 'arm:aws'].map((group) => ({ 17: group })),
  ];
  for (const changes of some)
    expect(found(lineWith(changes, 34)) === null, JSON.stringify(changes)).toBe(true);
  for (const fields of [1, 2, 5, 9, 12, 14, 16, 17])
    expect(found(lineWith({}, fields), lineWith()), `${fields} fields`).toBeNull();
  expect(found(failedLine())).toBeNull();
  expect(found(` ${lineWith()}`)).toBeNull();
  expect(found(lineWith({ 14: `"${'x'.repeat(70_000)}"` }))).toBeNull();
});

test('a line that another is joined to is left to its reader, unless what follows its target group is too short', () => {
  const joined = `${lineWith({}, 17)} "Root=" ${failedLine()}`;
  expect(found(joined)).toBeNull();
  expect(found(`${lineWith({}, 24)} "2026-01-01T00:00:00Z app" "Z app"`)).not.toBeNull();
  for (const gap of Array.from({ length: 40 }, (_, at) => at))
    expect(found(`${lineWith({}, 24)} "${'x'.repeat(300 + gap)}Z app/x"`), `${gap}`).toBeNull();
});

test('whatever a line is, what is found of it is what its reader finds', () => {
  const pieces = fc.constantFrom(
    ' ',
    '"',
    '\\',
    '-',
    '/',
    ':',
    '0',
    '502',
    'x',
    '\r',
    '\u00e9',
    '?',
    '.',
    'Z app/',
  );
  const changed = fc.dictionary(
    fc.integer({ min: 1, max: 18 }).map(String),
    fc.array(pieces, { maxLength: 4 }),
  );
  const cut = fc.option(fc.nat(700));
  let leftToReader = 0;
  fc.assert(
    fc.property(changed, fc.integer({ min: 15, max: 34 }), cut, (changes, fields, length) => {
      const own = Object.fromEntries(
        Object.entries(changes).map(([field, texts]) => [field, texts.join('')]),
      );
      const one = found(lineWith(own, fields).slice(0, length ?? undefined), lineWith());
      if (one === null || one.reason !== null) leftToReader++;
      else expect(countedOf(one.line)).toEqual(countedOf(one.whole));
    }),
    { numRuns: 2000 },
  );
  expect(leftToReader).toBeLessThan(1990);
});

test('as many lines are found as there is room for, the first of a chunk though it be empty, and the last to its end', () => {
  const bytes = bytesOf(`\n${lineWith()}\n${lineWith()}\n`);
  expect([0, 1, 2, 3, 4].map((room) => indexed(bytes, room).lines)).toEqual([0, 1, 2, 3, 3]);
  expect(indexed(bytes.subarray(0, -1)).lines).toBe(2);
  const full = Buffer.alloc(CHUNK_BYTES, `${lineWith()}\n`);
  full[CHUNK_BYTES - 1] = 10;
  const { lines } = indexed(full);
  expect(lines).toBe(full.filter((byte) => byte === 10).length);
  expect(lineEndAt(indexed(full), lines - 1)).toBe(CHUNK_BYTES - 1);
});

test('how many bytes follow the target group is told without the carriage return of a line', () => {
  const text = lineWith();
  expect([found(`${text}\r`)?.rest, found(text)?.rest]).toEqual([
    text.length - text.indexOf(' "Root='),
    text.length - text.indexOf(' "Root='),
  ]);
});

/** Numbers of the three texts of each line of a chunk. */
function textsOf(text: string, indexer: ChunkIndexer) {
  const bytes = bytesOf(text);
  indexer.chunks[0]?.set(bytes);
  const index = indexer.indexOf(0, indexer.find(0, bytes.length));
  const line = emptyLine();
  return Array.from({ length: index.lines }, (_, number) => {
    takeIndexed(line, index, number, 0);
    return [line.loadBalancerText, line.targetText, line.targetGroupText];
  });
}

const targetLine = (target: string): string => `${lineWith({ 5: target })}\n`;

test('a text has one number, and no other text has it', () => {
  const indexer = new ChunkIndexer(chunkMemory(1), 1);
  const address = fc
    .tuple(fc.nat(255), fc.nat(255), fc.nat(65_535))
    .map(([a, b, port]) => `10.0.${a}.${b}:${port}`);
  const texts = fc.oneof(
    address,
    fc.string({ unit: fc.constantFrom('a', 'b'), minLength: 1, maxLength: 40 }),
  );
  const numbers = new Map<string, number>();
  fc.assert(
    fc.property(fc.array(texts, { minLength: 1, maxLength: 30 }), (all) => {
      const found = textsOf(all.map(targetLine).join(''), indexer);
      for (const [at, text] of all.entries()) {
        const number = found[at]?.[1] ?? -1;
        if (number === 0) continue;
        expect(number).toBe(numbers.get(text) ?? number);
        numbers.set(text, number);
      }
      expect(new Set(numbers.values()).size).toBe(numbers.size);
    }),
    { numRuns: 100 },
  );
});

test('texts that differ in one letter have two numbers, wherever it is', () => {
  for (const length of [8, 12, 15, 16, 17, 31, 32, 33, 48, 126]) {
    const own = 'x'.repeat(length);
    const others = Array.from({ length }, (_, at) => `${own.slice(0, at)}y${own.slice(at + 1)}`);
    const found = textsOf(
      [own, ...others, own].map(targetLine).join(''),
      new ChunkIndexer(chunkMemory(1), 1),
    );
    const numbers = found.map(([, target]) => target);
    expect(numbers.at(-1)).toBe(numbers[0]);
    const numbered = numbers.slice(0, -1).filter((number) => number !== 0);
    expect(new Set(numbered).size, `${length}`).toBe(numbered.length);
  }
});

test('a text that is too long or too short has no number, nor has one for which there is no room', () => {
  const indexer = new ChunkIndexer(chunkMemory(1), 1);
  const lengths = [1, 7, 8, 126, 127, 400].map((length) => targetLine('x'.repeat(length)));
  expect(textsOf(lengths.join(''), indexer).map(([, target]) => target !== 0)).toEqual([
    ...[false, false, true, true, false, false],
  ]);
  const many = Array.from({ length: 12 }, (_, part) =>
    Array.from({ length: 1000 }, (_, at) => targetLine(`10.0.${part}.${at}:8080`)).join(''),
  );
  const found = many.flatMap((text) => textsOf(text, indexer).map(([, target]) => target ?? -1));
  const numbered = found.filter((number) => number > 0);
  expect(new Set(numbered).size).toBe(numbered.length);
  expect(numbered.length).toBeGreaterThan(3000);
  expect(found.slice(-100).filter((number) => number === 0).length).toBeGreaterThan(90);
});

test('threads that share a memory have numbers of their own, and a thread that starts again has those it had', () => {
  const memory = chunkMemory(1);
  const text = targetLine('10.0.0.7:8080');
  const [first] = textsOf(text, new ChunkIndexer(memory, 1, 0));
  const [second] = textsOf(text, new ChunkIndexer(memory, 1, 1));
  expect(textsOf(text, new ChunkIndexer(memory, 1, 0))).toEqual([first]);
  expect(new Set([...(first ?? []), ...(second ?? [])]).size).toBe(6);
  expect(Math.max(...(second ?? []))).toBeLessThanOrEqual(HIGHEST_TEXT);
});

test('texts of another memory are not taken for those that had their numbers before', () => {
  const names = interner(10);
  const texts = new IndexedTexts(names);
  const idIn = (memory: ReturnType<typeof chunkMemory>, target: string): number => {
    const bytes = bytesOf(targetLine(target));
    const line = emptyLine();
    readFrom(line, bytes);
    const indexer = new ChunkIndexer(memory, 1);
    indexer.chunks[0]?.set(bytes);
    const index = indexer.indexOf(0, indexer.find(0, bytes.length));
    texts.startIndex(index);
    takeIndexed(line, index, 0, 0);
    // As if both had been put at one place of their tables.
    return texts.idOf(line, FIELD.target, 1);
  };
  const [one, other] = [chunkMemory(1), chunkMemory(1)];
  expect([idIn(one, '10.0.0.7:8080'), idIn(one, '10.0.0.7:8080')]).toEqual([0, 0]);
  expect([idIn(other, '10.0.0.8:8080'), idIn(one, '10.0.0.7:8080')]).toEqual([1, 0]);
  expect([0, 1].map((id) => names.textOf(id))).toEqual(['10.0.0.7:8080', '10.0.0.8:8080']);
});
