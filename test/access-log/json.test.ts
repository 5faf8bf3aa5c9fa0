import { describe, expect, test } from 'vitest';
import { splitsOf } from '../../lambda/access-log/reading/format/delimited.ts';
import { type LogShape, logShape } from '../../lambda/access-log/reading/format/json-document.ts';
import { jsonLine } from '../../lambda/access-log/reading/format/json-line.ts';

describe('the shape of a log', () => {
  const shapeOf = (text: string, isAll: boolean): LogShape => logShape(Buffer.from(text), isAll);
  const shapes: readonly (readonly [text: string, shape: LogShape, ofAll?: LogShape])[] = [
    ['', null, 'lines'],
    [' \n', null, 'lines'],
    ['http 2026', 'lines'],
    ['{', null, 'lines'],
    ['{"a":1}', null, 'lines'],
    ['{"a":1}\n{"a":2}', 'lines'],
    ['\ufeff{"a":1}\n', 'lines'],
    ['{"a":1}{"a":2}', 'json document'],
    ['{"a":1}{', 'json document'],
    ['{\n  "a": 1\n}', 'json document'],
    ['{"a":1,\n"b":2}', 'json document'],
    ['{"a":"cut\n', 'lines'],
    ['{1', 'lines'],
    ['{"events":[{"a":1}\n', 'json document'],
    ['{"events":[', 'json document'],
    ['{"other":[', null, 'lines'],
    ['[{"a":1}]', 'json document'],
    ['[[', 'json document'],
    ['[]', 'json document'],
    ['["a"]', 'json document'],
    ['[1]', 'lines'],
    ['[', null, 'lines'],
  ];
  test.each(shapes.map(([text, shape, ofAll = shape]) => ({ text, shape, ofAll })))(
    'that begins with $text',
    ({ text, shape, ofAll }) => {
      expect([shapeOf(text, false), shapeOf(text, true)]).toEqual([shape, ofAll]);
    },
  );
});

test.each<readonly [text: string, found: object]>([
  [
    '{"a":"x","b":2,"c":null,"d":[1],"e":true}',
    {
      kind: 'record',
      entries: [
        ['a', 'x'],
        ['b', '2'],
        ['c', ''],
      ],
    },
  ],
  ['{"a":"x"},', { kind: 'record', entries: [['a', 'x']] }],
  ['{"message":"line"}', { kind: 'message', text: 'line' }],
  ['{"log":{"a":"x"}}', { kind: 'record', entries: [['a', 'x']] }],
  ['"line"', { kind: 'message', text: 'line' }],
  [
    '[{"field":"a","value":"x"},{"field":"@ptr","value":"y"}]',
    {
      kind: 'record',
      entries: [
        ['a', 'x'],
        ['@ptr', 'y'],
      ],
    },
  ],
  ['[{"a":1}]', { kind: 'several' }],
  ['{"events":[]}', { kind: 'several' }],
  ['{"a":1} {"a":2}', { kind: 'several' }],
  ['  ]},', { kind: 'nothing' }],
  ['{"a":1', { kind: 'broken', reason: 'JSON that is cut or damaged' }],
  ['"a": 1,', { kind: 'broken', reason: expect.stringContaining('over several lines') }],
])('a line of JSON: %s', (text, found) => {
  expect(jsonLine(text)).toEqual(found);
});

test.each<readonly [line: string, splits: readonly (readonly string[])[]]>([
  ['a,b,cd', [['a', 'b', 'cd']]],
  ['a,,', [['a', '', '']]],
  [
    '"a,b",c',
    [
      ['a,b', 'c'],
      ['a,b', 'c'],
    ],
  ],
  ['"a ""b""",c', [['a "b"', 'c']]],
  ['"a \\"b\\"",c', [['a \\"b\\"', 'c']]],
  ['"a', []],
  ['"a"b,c', []],
])('fields between commas: %s', (line, splits) => {
  expect(splitsOf(line, ',')).toEqual(splits);
});
