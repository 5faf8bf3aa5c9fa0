import { describe, expect, test } from 'vitest';
import { JsonDocument } from '../../lambda/access-log/reading/format/json-document.ts';
import { JsonFields } from '../../lambda/access-log/reading/format/json-fields.ts';
import { emptyLine, fieldText } from '../../lambda/access-log/reading/line.ts';
import { FIELD_NAMES } from '../../lambda/access-log/reading/line-form.ts';
import { SEVERAL_RECORDS, takenApart } from '../../lambda/access-log/reading/taken-apart.ts';
import { valuesOf } from './format-writers.ts';
import { failedLine, lineWith } from './lines.ts';

/** Records of a document with the lines on which they begin; `too long` where one is not kept. */
function recordsOf(text: string, chunkBytes = text.length): readonly string[] {
  const records: string[] = [];
  const document = new JsonDocument(
    (record, line) => records.push(`${line} ${Buffer.from(record).toString()}`),
    (line) => records.push(`${line} too long`),
  );
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += chunkBytes) document.feed(bytes.subarray(at, at + chunkBytes));
  document.end();
  return records;
}

describe('records of JSON', () => {
  const deep = (depth: number) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;

  test.each<readonly [what: string, text: string, records: readonly string[]]>([
    ['one after the other', '{"a":1}{"b":2} {"c":3}', ['1 {"a":1}', '1 {"b":2}', '1 {"c":3}']],
    ['a line each', '{"a":1}\n\n{"b":2}', ['1 {"a":1}', '3 {"b":2}']],
    ['over several lines', '{\n "a" : 1,\r\n\t"b":2\n}\n{\n}', ['1 {"a":1,"b":2}', '5 {}']],
    ['in a list', ' [\n{"a":1} ,\n{"b":2}\n]\n{"c":3}', ['2 {"a":1}', '3 {"b":2}', '5 {"c":3}']],
    ['behind byte order marks', '\ufeff{"a":1}\ufeff[{"b":2}]', ['1 {"a":1}', '1 {"b":2}']],
    [
      'with texts that look like more',
      '{"a":"}{\\"]","b":"\\\\"}{"c":1}',
      ['1 {"a":"}{\\"]","b":"\\\\"}', '1 {"c":1}'],
    ],
    ['with blanks in texts', '{"a": "b c"}', ['1 {"a":"b c"}']],
    ['with lists and records in them', '{"a":[1,{"b":[]},{"c":2}]}', ['1 {"a":[1,{"b":[]},{"c":2}]}']],
    [
      'lists of lists',
      '[[{"field":"a"},{"field":"b"}],[{"field":"c"}]]',
      ['1 [{"field":"a"},{"field":"b"}]', '1 [{"field":"c"}]'],
    ],
    ['texts', '"a"\n"b\\"c"\n["d"]', ['1 "a"', '2 "b\\"c"', '3 "d"']],
    [
      'in the list of an answer',
      '{"x":1,\n"events":[\n{"a":1},{"b":2}],"next":"y","z":[1]}{"c":3}',
      ['3 {"a":1}', '3 {"b":2}', '3 {"c":3}'],
    ],
    [
      'in lists of other answers',
      '{"results":[[1]]}{"logEvents":["a"]}{"Records":[{"b":1}]}',
      ['1 [1]', '1 "a"', '1 {"b":1}'],
    ],
    ['whose list is not that of an answer', '{"other":[{"a":1}]}', ['1 {"other":[{"a":1}]}']],
    ['whose list is deeper', '{"x":{"events":[{"a":1}]}}', ['1 {"x":{"events":[{"a":1}]}}']],
    ['whose list is named by a text', '{"x":"\\"events\\":[","y":[1]}', ['1 {"x":"\\"events\\":[","y":[1]}']],
    [
      'beside other words',
      'some words\n{"a":1}\nmore {"b":2}',
      ['1 some words', '2 {"a":1}', '3 more {"b":2}'],
    ],
    ['that is cut by the next', '{"a":1,{"b":2}', ['1 {"a":1,', '1 {"b":2}']],
    ['that is cut by the next, behind a value', '{"a":1\n{"b":2}', ['1 {"a":1', '2 {"b":2}']],
    ['that is cut in a list by the next', '[{"a":[1,{"b":2}', ['1 {"a":[1,{"b":2}']],
    ['that is cut by the end of its line', '{"a":"x\n{"b":1}', ['1 {"a":"x', '2 {"b":1}']],
    ['that is cut by the end', '{"a":1}\n{"b":', ['1 {"a":1}', '2 {"b":']],
    ['whose brackets are mixed up', '{"a":[1}{"b":2]{"c":3}', ['1 {"a":[1}', '1 {"b":2]', '1 {"c":3}']],
    ['as deep as 64', deep(64), [`1 ${deep(64)}`]],
    ['none', '[] , \n', []],
  ])('%s', (_, text, records) => {
    for (const chunkBytes of [text.length, 1, 3]) expect(recordsOf(text, chunkBytes)).toEqual(records);
  });

  test('that are deeper, or longer than a megabyte, are no records, and the next is read', () => {
    expect(recordsOf(`${deep(65)}\n{"b":2}`)[0]).toBe(`1 ${'{"a":'.repeat(64)}`);
    const long = (length: number) => `{"a":"${'x'.repeat(length - 8)}"}`;
    expect(recordsOf(`${long(1 << 20)}\n{"b":2}`).map((record) => record.length)).toEqual([2 + (1 << 20), 9]);
    expect(recordsOf(`\n${long((1 << 20) + 1)}\n{"b":2}`)).toEqual(['2 too long', '3 {"b":2}']);
    // What stands around a list may be as long as it likes.
    expect(recordsOf(`{"events":[{"a":1}],"x":"${'y'.repeat(1 << 21)}"}{"b":2}`)).toEqual([
      '1 {"a":1}',
      '1 {"b":2}',
    ]);
  });
});

describe('records that all have the same names', () => {
  const NAMES = FIELD_NAMES.map((name) => name.replace(/[^a-z0-9]+/g, '_'));
  const recordOf = (
    line: string,
    change: (entries: [string, unknown][]) => [string, unknown][] = (same) => same,
  ) =>
    JSON.stringify(Object.fromEntries(change(valuesOf(line).map((value, at) => [NAMES[at] ?? '', value]))));
  const whole = recordOf(lineWith({}, 34));
  const readBy = (learned: string, text: string) => {
    const reader = new JsonFields();
    reader.learn(learned);
    const line = emptyLine();
    // Of the record before nothing may be left.
    reader.read(line, Buffer.from(learned), 0, Buffer.byteLength(learned));
    const bytes = Buffer.from(`x${text}x`);
    if (!reader.read(line, bytes, 1, 1 + Buffer.byteLength(text))) return null;
    return [
      line.fieldCount,
      line.elbStatus,
      fieldText(line, 'target'),
      fieldText(line, 'request'),
      line.escaped,
    ];
  };
  const READ = [34, 200, '10.0.0.7:8080', 'GET https://shop.example.com:443/cart/17?id=3 HTTP/1.1', false];

  test('are read where the values stand, however blanks and quotes are', () => {
    for (const text of [
      whole,
      `${whole},`,
      whole.replaceAll('":', '" : ').replaceAll(',"', ' , "').replace('{', '{ ').replace('}', ' }'),
      whole.replace('"200"', '200').replace('"0.012"', '0.012').replace('"203.0.113.21"}', '203.0.113.21 }'),
      whole.replace('Mozilla/5.0 (X11; Linux x86_64)', ''),
    ])
      expect(readBy(whole, text), text).toEqual(READ);
    const turned = recordOf(lineWith({}, 34), (entries) => [...entries.slice(7), ...entries.slice(0, 7)]);
    expect(readBy(turned, turned)).toEqual(READ);
    const failed = recordOf(failedLine({}, 34));
    expect(readBy(whole, failed)).toEqual([34, 502, ...READ.slice(2)]);
    const fewer = recordOf(lineWith({}, 25));
    expect(readBy(fewer, fewer)).toEqual([25, ...READ.slice(1)]);
  });

  test('are left to who parses them where anything is otherwise', () => {
    for (const text of [
      whole.slice(1),
      whole.slice(0, -1),
      `${whole} `,
      `${whole},,`,
      whole.replace('"time"', '"Time"'),
      whole.replace('"time"', 'time'),
      whole.replace('"time":', '"time"='),
      whole.replace('"time"', '"times"'),
      whole.replace(',"elb"', ';"elb"'),
      whole.replace('"forward"', '1'),
      whole.replace('"TLSv1.3"', '{"a":1}'),
      whole.replace('"TLSv1.3"', '[1]'),
      whole.replace('"TLSv1.3"', ''),
      whole.replace('TLSv1.3', 'TLS v1.3'),
      whole.replace('Mozilla', 'Moz\\u0069lla'),
      whole.replace('Mozilla', 'Moz\tilla'),
      whole.replace('"elb_status_code":"200"', '"elb_status_code":"20"'),
      whole.replace('app/shop', 'net/shop'),
      recordOf(lineWith({}, 34), (entries) => entries.slice(1)),
    ])
      expect(readBy(whole, text), text).toBeNull();
    const failed = recordOf(failedLine({ 22: 'yesterday' }, 34));
    expect(readBy(whole, failed)).toBeNull();
  });

  test('are learned where each name is a field, none twice, and enough for a failure', () => {
    const learned = (change: (entries: [string, unknown][]) => [string, unknown][], fields = 34) => {
      const text = recordOf(lineWith({}, fields), change);
      return readBy(text, text) !== null;
    };
    expect(learned((entries) => entries)).toBe(true);
    expect(learned((entries) => entries, 24)).toBe(false);
    const isNumber = (name: string) => /^(elb_status_code|received_bytes|target_processing_time)$/.test(name);
    expect(
      learned((entries) => entries.map(([name, value]) => [name, isNumber(name) ? Number(value) : value])),
    ).toBe(true);
    for (const instead of ['other', 'timestamp'])
      expect(
        learned((entries) =>
          entries.map(([name, value]) => [name === 'classification' ? instead : name, value]),
        ),
        instead,
      ).toBe(false);
    expect(learned((entries) => [...entries, ['more', 'x']])).toBe(false);
    expect(learned((entries) => [...entries, ['load_balancer', 'x']])).toBe(false);
    expect(learned((entries) => [...entries, ['message', 'x'], ['more', 'x']])).toBe(false);
    expect(learned((entries) => entries.slice(0, -2).concat(entries.slice(-1)))).toBe(false);
    expect(learned((entries) => [...entries.slice(0, -1), ['ip_address', { a: 1 }]])).toBe(false);
  });

  test('are learned a hundred times a file', () => {
    const reader = new JsonFields();
    const read = () => reader.read(emptyLine(), Buffer.from(whole), 0, whole.length);
    for (let at = 0; at < 99; at++) reader.learn('{}');
    reader.learn(whole);
    reader.learn('{}');
    expect(read()).toBe(true);
    reader.startFile();
    reader.learn('{}');
    expect(read()).toBe(false);
  });
});

describe('a line that is several', () => {
  const apart = (text: string, reason = 'some reason') =>
    takenApart(Buffer.from(text), reason).map((part) => Buffer.from(part).toString());
  const [one, other] = [lineWith({}, 34), failedLine({ 1: 'h2' }, 34)];

  test('is taken apart at records, carriage returns, and the begin of each whole line', () => {
    expect(apart('{"a":1},{"b":2}', SEVERAL_RECORDS)).toEqual(['{"a":1}', '{"b":2}']);
    expect(apart('a\rb\r\rc')).toEqual(['a', 'b', '', 'c']);
    expect(apart('a\r')).toEqual(['a', '']);
    expect(apart(`${one}${other}${one}`)).toEqual([one, other, one]);
    expect(apart(one.repeat(64))).toHaveLength(64);
  });

  test('is not where it does not begin with one, where one is cut, or is of another layout', () => {
    for (const text of [
      one,
      `x${one}${other}`,
      `${one} ${other}`,
      `${one.slice(0, -20)}${other}`,
      one.repeat(65),
    ])
      expect(apart(text), text).toEqual([]);
    expect(apart(`${lineWith({}, 33)}${other}`)).toEqual([]);
    expect(apart(`${one}${other.slice(0, 90)}`)).toEqual([]);
    expect(apart('{"a":1},{"b":2}')).toEqual([]);
  });
});
