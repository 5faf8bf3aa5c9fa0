import { describe, expect, test } from 'vitest';
import { healthCheckOfRecord } from '../../lambda/access-log/health-check/line.ts';
import { foreignLine } from '../../lambda/access-log/reading/foreign-line.ts';
import { splitsOf } from '../../lambda/access-log/reading/format/delimited.ts';
import { type LogShape, logShape } from '../../lambda/access-log/reading/format/json-document.ts';
import { jsonLine } from '../../lambda/access-log/reading/format/json-line.ts';
import { recordLine } from '../../lambda/access-log/reading/format/record.ts';

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

describe('lines of something else', () => {
  test.each<readonly [line: string, what: RegExp]>([
    ['Nov  9 10:00:00 web1 haproxy[1234]: 10.0.0.1:80 [x] GET /', /^a log of HAProxy/],
    ['haproxy[1]: started', /^a log of HAProxy/],
    ['An error occurred (AccessDenied) when calling the GetObject operation', /^an error of the AWS CLI/],
    ['START RequestId: 8f5cb8a1-2b3c-4d5e-8f90-a1b2c3d4e5f6 Version: 1', /^a log of a Lambda function/],
    ['[Sun Nov 29 10:00:00.123456 2026] [core:error] [pid 1] x', /^an error log of Apache/],
    ['2026/11/29 10:00:00 [error] 12#34: *5 connect() failed', /^an error log of nginx/],
    ['<?xml version="1.0"?>', /^XML/],
    ['<Error><Code>AccessDenied</Code></Error>', /^XML/],
    ['<!DOCTYPE html>', /^an HTML page/],
    ['2 123456789012 eni-0a1b2c 10.0.0.1 10.0.0.2 80 443 6 1 40 1 2 ACCEPT OK', /^a VPC flow log/],
    [
      'logs/1_elasticloadbalancing_eu-central-1_app.shop.50dc_20260301T1205Z_1.2.3.4_a.log.gz',
      /^a list of log files/,
    ],
    ['- eventId: "1"', /^YAML of aws logs/],
    ['events:', /^YAML of aws logs/],
    ['+------+------+', /^a drawn table/],
    ['|  time | elb |', /^a drawn table/],
    ['---', /^a drawn table/],
  ])('%s', (line, what) => {
    expect(foreignLine(line)).toMatch(what);
  });

  test.each(['hello', 'An error occurred (Access Denied) when calling', 'web haproxy: 1', 'events: 3', '--'])(
    'are not told of %s',
    (line) => {
      expect(foreignLine(line)).toBeNull();
    },
  );
});

describe('fields that a delivery chose, without a header', () => {
  const TIME = '2026-03-01T12:00:05.123456Z';
  /** Beside a text of which nothing is known, as a user agent is. */
  const isTold = (...fields: readonly string[]): boolean =>
    /--fields/.test(foreignLine([...fields, '?!'].join('\t')) ?? '');

  test.each([
    ...[
      '-',
      '-1',
      '12',
      '0.001',
      '-0.5',
      'app/my.shop-1/50dc6c',
      '10.0.0.7:8080',
      '[fd00::1]:80',
      '10.0.0.7',
      'fd00::1',
    ],
    ...[
      'arn:aws:acm:x',
      'TID_ab12',
      'Root=1-2',
      'http',
      'https',
      'h2',
      'grpc',
      'grpcs',
      'ws',
      'wss',
      'TLSv1.3',
    ],
    ...['ECDHE-RSA-AES128', 'waf,forward', 'shop.example.com', 'GET https://x/ HTTP/1.1', 'TransformSuccess'],
  ])('are told by a time and a status beside %s', (value) => {
    expect(isTold(TIME, '502', value)).toBe(true);
  });

  test.each(['a b', '1:x', '1,5', 'app/shop/xyz', 'arn:x', 'Root=', '10.0.0.7:', 'GET x', 'TLSv', 'A-1'])(
    'are not told beside %s',
    (value) => {
      expect(isTold(TIME, '502', value)).toBe(false);
    },
  );

  test('are no two, and none without a time or a status', () => {
    expect(isTold(TIME, '502')).toBe(true);
    expect(foreignLine(`${TIME}\t502`)).toBeNull();
    expect(isTold('502', '-')).toBe(false);
    expect(isTold(TIME, '-')).toBe(false);
    expect(isTold(TIME, '602', '-')).toBe(false);
    expect(foreignLine(`${TIME}\t502\t-`, false)).toBeNull();
  });
});

test.each<readonly [time: string, seconds: number | undefined]>([
  ['2026-03-01T12:00:05Z', 5],
  ['2026-03-01T12:00:05.25Z', 5.25],
  ['2026-03-01 12:00:05', 5],
  ['2026-03-01 12:00:05.25', 5.25],
  ['2026-03-01 12:00:05.25 UTC', 5.25],
  ['yesterday', undefined],
])('a health check of %s', (time, seconds) => {
  const check = healthCheckOfRecord([
    ...[['time', time] as const, ['target_addr', '10.0.0.7:80'] as const, ['status', 'PASS'] as const],
  ]);
  expect(check?.atSeconds).toBe(
    seconds === undefined ? undefined : Date.UTC(2026, 2, 1, 12) / 1000 + seconds,
  );
});

describe('a record as a line', () => {
  const fieldsOf = (...entries: readonly (readonly [string, string])[]): readonly string[] => {
    const written = recordLine(
      [['time', '2026-03-01T12:00:05Z'], ['elb_status_code', '200'], ...entries],
      'app/shop/1',
    );
    return 'line' in written ? written.line.split(' ') : [written.reason];
  };

  test.each([
    ['1.0E-4', '0.000100000'],
    ['2e1', '20.000000000'],
    ['0.013', '0.013'],
    ['1E-4s', '1E-4s'],
    ['', '-1'],
  ])('has %s seconds as %s', (value, written) => {
    expect(fieldsOf(['target_processing_time', value])[6]).toBe(written);
  });

  test.each([
    ['2026-03-01 12:00:05.5', '2026-03-01T12:00:05.5Z'],
    ['2026-03-01 12:00:05 UTC', '2026-03-01T12:00:05Z'],
    ['1772366405500', '2026-03-01T12:00:05.500Z'],
    ['2026-03-01T12:00:05Z', '2026-03-01T12:00:05Z'],
  ])('has the time %s as %s', (value, written) => {
    expect(fieldsOf(['request_creation_time', value])[21]).toBe(written);
  });

  test('has fields of which there are parts, unless the first is blank', () => {
    expect(fieldsOf(['client_ip', '10.0.0.1'], ['client_port', '80'])[3]).toBe('10.0.0.1:80');
    expect(fieldsOf(['client_ip', '-'], ['client_port', '80'])[3]).toBe('-');
    const request = ['request_verb', 'request_url', 'request_proto'].map(
      (name, at) => [name, 'xyz'.charAt(at)] as const,
    );
    expect(fieldsOf(...request).slice(12, 15)).toEqual(['"x', 'y', 'z"']);
  });

  test('has the load balancer of its own, or that of its log', () => {
    expect(fieldsOf()[2]).toBe('app/shop/1');
    expect(fieldsOf(['elb', 'arn:aws:elasticloadbalancing:x:1:loadbalancer/app/web/2'])[2]).toBe('app/web/2');
  });
});
