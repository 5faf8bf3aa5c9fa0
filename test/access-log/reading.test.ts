import { describe, expect, test } from 'vitest';
import { healthCheckOfRecord } from '../../lambda/access-log/health-check/line.ts';
import { foreignHeader, foreignLine, foreignRecord } from '../../lambda/access-log/reading/foreign-line.ts';
import { headerOf, splitsOf } from '../../lambda/access-log/reading/format/delimited.ts';
import {
  isConnectionField,
  isFieldName,
  isFirstPart,
  isHealthCheckField,
  isLogFieldName,
  normalName,
  placeOf,
} from '../../lambda/access-log/reading/format/field-name.ts';
import { type LogShape, logShape } from '../../lambda/access-log/reading/format/json-document.ts';
import { jsonLine } from '../../lambda/access-log/reading/format/json-line.ts';
import {
  holdsPartOfLine,
  prefixLength,
  prefixOfRecord,
} from '../../lambda/access-log/reading/format/prefix.ts';
import { recordLine } from '../../lambda/access-log/reading/format/record.ts';
import { OtherFormat } from '../../lambda/access-log/reading/other-format.ts';
import { valuesOf } from './format-writers.ts';
import { failedLine, lineWith } from './lines.ts';

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
  const APACHE_TIME = '[29/Nov/2026:10:11:12 +0000]';
  const KEY = '0123456789abcdef'.repeat(4);
  const RUN = '8f5cb8a1-2b3c-4d5e-8f90-a1b2c3d4e5f6';

  /** Lines that are of a kind, and others that are nearly. */
  const KINDS: readonly (readonly [what: string, of: readonly string[], near: readonly string[]])[] = [
    [
      'a connection log',
      [
        '2026-03-01T12:00:01.000000Z 203.0.113.1 36280 443 TLSv1.2 ECDHE',
        '2026-03-01T12:00:01Z\tfd00::1\t65535\t65535\t-',
        '2026-03-01T12:00:01Z,203.0.113.1,1,443,TLSv1.3',
        '2026-03-01T12:00:01Z|203.0.113.1|1|4|-|-',
        ...['a.log:', 'a.log:1:', '12-', 'x ', 'x\t', 'x,'].map(
          (before) => `${before}2026-03-01T12:00:01Z;203.0.113.1;1;443;-;`,
        ),
      ],
      [
        'x2026-03-01T12:00:01Z 203.0.113.1 36280 443 TLSv1.2 ECDHE',
        '2026-03-01T12:00:01 203.0.113.1 36280 443 TLSv1.2 ECDHE',
        '2026-03-01T12:00:01Z web 36280 443 TLSv1.2 ECDHE',
        '2026-03-01T12:00:01Z 203.0.113.1 362800 443 TLSv1.2 ECDHE',
        '2026-03-01T12:00:01Z 203.0.113.1 36280 443000 TLSv1.2 ECDHE',
        '2026-03-01T12:00:01Z 203.0.113.1 36280 443 TLSv1.2x',
        '2026-03-01T12:00:01Z 203.0.113.1 36280 443 TLSv',
        '2026-03-01T12:00:01Z 203.0.113.1 36280,443 TLSv1.2 ECDHE',
        '2026-03-01T12:00:01Z,203.0.113.1,36280,443,TLSv1.2 ECDHE',
      ],
    ],
    [
      'a CloudFront log',
      ['LAX50-C1', 'LAX3', 'FRA60-P12'].map((edge) => `2019-12-04\t21:02:31\t${edge}\t392`),
      [
        ' 2019-12-04\t21:02:31\tLAX50-C1\t392',
        '2019-12-04 21:02:31\tLAX50-C1\t392',
        '2019-12-04\t21:02:31\tLA50-C1\t392',
        '2019-12-04\t21:02:31\tLAX50-1\t392',
        '2019-12-04\t21:02:31\tLAX-C1\t392',
        '19-12-04\t21:02:31\tLAX50-C1\t392',
      ],
    ],
    [
      'an S3 server access log',
      [`${KEY} bucket ${APACHE_TIME} 192.0.2.3 x`, `${KEY} b [06/Feb/2019:00:00:38 -0100] - x`],
      [
        `${KEY.slice(1)} bucket ${APACHE_TIME} 192.0.2.3 x`,
        `x${KEY} bucket ${APACHE_TIME} 192.0.2.3 x`,
        `${KEY} bucket [06/February/2019:00:00:38 +0000] 192.0.2.3 x`,
        `${KEY} bucket [06/Feb/2019:00:00:38] 192.0.2.3 x`,
        `${KEY} bucket ${APACHE_TIME}`,
      ],
    ],
    [
      'an access log of a web server',
      ['1.2.3.4 -', '1.2.3.4 - -', 'www.x.com 1.2.3.4 - bob'].map(
        (before) => `${before} ${APACHE_TIME} "GET`,
      ),
      [
        `1.2.3.4 ${APACHE_TIME} "GET`,
        ` 1.2.3.4 - - ${APACHE_TIME} "GET`,
        `a b c d e ${APACHE_TIME} "GET`,
        `1.2.3.4 - - ${APACHE_TIME} GET`,
        '1.2.3.4 - - [29/11/2026:10:11:12 +0000] "GET',
        '1.2.3.4 - - [29/Nov/2026 10:11:12 +0000] "GET',
      ],
    ],
    [
      'an error log of nginx',
      ['2026/11/29 10:00:00 [error] 12#34: *5 connect() failed', '2026/11/29 10:00:00 [crit] 1#0: x'],
      [
        'x 2026/11/29 10:00:00 [error] 12#34: x',
        '2026/11/29 10:00:00 [] 12#34: x',
        '2026/11/29 10:00:00 [error] 12: x',
        '26/11/29 10:00:00 [error] 12#34: x',
      ],
    ],
    [
      'an error log of Apache',
      ['[Sun Nov 29 10:00:00.123456 2026] [core:error] [pid 1] x', '[Sun Nov 29 10:00:00 2026] [x'],
      [
        ' [Sun Nov 29 10:00:00 2026] [x',
        '[Sunday Nov 29 10:00:00 2026] [x',
        '[Sun November 29 10:00:00 2026] [x',
        '[Sun Nov 29 2026] [x',
        '[Sun Nov 29 10:00:00 26] [x',
        '[Sun Nov 29 10:00:00 2026] x',
      ],
    ],
    [
      'a log of HAProxy',
      [
        'Nov 29 10:00:00 web1 haproxy[1234]: 10.0.0.1:80 [x] GET /',
        'Nov  9 10:00:00 web1 haproxy[1]: x',
        'web1 haproxy[12]: x',
        'haproxy[1]: started',
      ],
      [
        'two words haproxy[1]: x',
        'November 29 10:00:00 web1 haproxy[1]: x',
        'haproxy[one]: x',
        'haproxy[]: x',
        'haproxy[1] x',
        'web haproxy: 1',
      ],
    ],
    [
      'XML',
      ['<?xml version="1.0"?>', '<?XML', '<Error><Code>AccessDenied</Code></Error>'],
      [' <?xml', 'x<Error>', '<Errors>'],
    ],
    [
      'an HTML page',
      ['<!DOCTYPE html>', '<html>', '<HEAD>', '<body class=""', '<title>', '<script>', '<meta charset'],
      [' <html>', '<htmlx>', '<p>', 'html'],
    ],
    [
      'a VPC flow log',
      [
        'version account-id interface-id srcaddr',
        '2 123456789012 eni-0a1b2c 10.0.0.1 10.0.0.2 80 443 6 1 40 1 2 ACCEPT OK',
        '12 unknown eni-1 - - - NODATA',
        '2 123456789012 eni-0a1b2c - SKIPDATA',
      ],
      [
        '# version account-id interface-id srcaddr',
        '2 12345678901 eni-0a1b2c 10.0.0.1 OK',
        '2 123456789012 eni-xyz 10.0.0.1 OK',
        '2 123456789012 eni-0a1b2c 10.0.0.1 OK!',
        '2 123456789012 eni-0a1b2c 10.0.0.1 BAD',
        'x 2 123456789012 eni-0a1b2c 10.0.0.1 OK',
      ],
    ],
    [
      'a list of log files',
      [
        'logs/1_elasticloadbalancing_eu-central-1_app.shop.50dc_20260301T1205Z_1.2.3.4_a.log.gz',
        '2026-11-29 10:00 1_elasticloadbalancing_eu-west-1_net.a.b_x.log  ',
      ],
      [
        '1_elasticloadbalancing_eu-west-1_lb.a.b_x.log',
        '1_elasticloadbalancing_EU_app.a.b_x.log',
        '1_elasticloadbalancing_eu-west-1_app.a.b_x.log.zip',
        '1_elasticloadbalancing_eu-west-1_app.a b.log',
      ],
    ],
    [
      'YAML of aws logs',
      [
        'events:',
        '- eventId: "1"',
        ...['eventId', 'ingestionTime', 'logStreamName', 'message', 'timestamp'].map(
          (name) => `  ${name}: x`,
        ),
        'message: x',
      ],
      ['events: 3', ' events:', 'x message: y', '- events: 3', 'message:x'],
    ],
    [
      'a drawn table',
      ['+------+------+', '+----', '|----', '|--+--|', '|  time | elb |', '|| x |', '| x | ', '---', '-----'],
      ['+---', '|---', '--', '---x', '| x', 'x | y |', '1+----', 'x|----', 'x---'],
    ],
    [
      'a log of a Lambda function',
      ['START', 'END', 'REPORT'].map((what) => `${what} RequestId: ${RUN} x`),
      [`STOP RequestId: ${RUN}`, `START RequestId: ${RUN.slice(1)}`, ` START RequestId: ${RUN}`],
    ],
    [
      'an error of the AWS CLI',
      ['An error occurred (AccessDenied) when calling the GetObject operation'],
      [
        'An error occurred (Access Denied) when calling x',
        'x An error occurred (AccessDenied) when calling x',
      ],
    ],
  ];

  test.each(KINDS.map(([what, of, near]) => ({ what, of, near })))(
    'are told: $what',
    ({ what, of, near }) => {
      for (const line of of) expect(foreignLine(line, false), line).toMatch(new RegExp(`^${what}`));
      for (const line of near)
        expect(foreignLine(line, false) ?? '', line).not.toMatch(new RegExp(`^${what}`));
    },
  );

  test('are looked at from their begin, as far as 4096 characters', () => {
    const at = (length: number) =>
      foreignLine(`${'x'.repeat(length - 5)} 2026-03-01T12:00:01Z 1.2.3.4 1 4 - x`);
    expect([at(4000), at(4096)]).toEqual([expect.stringMatching(/^a connection log/), null]);
    expect(foreignLine('hello')).toBeNull();
  });

  test.each<readonly [header: string, what: string | null]>([
    ['#Fields: date time x-edge-location sc-bytes', 'a CloudFront log, not an ALB access log'],
    ['#fields:date,time, s-ip;cs|a b', 'a W3C log of something else: its fields are date, time, s-ip, cs, a'],
    ['# Fields:  x-edge ', 'a W3C log of something else: its fields are x-edge'],
    ['#Version: 1.0', null],
    ['# see #Fields: a', null],
  ])('are told by the names that their header has: %s', (header, what) => {
    expect(foreignHeader(header)).toBe(what);
  });

  test.each<readonly [names: readonly string[], what: RegExp | null]>([
    [['eventName', 'eventVersion', 'eventSource'], /^a CloudTrail record/],
    [['eventVersion', 'eventName', 'elb'], null],
    [['webaclId', 'terminatingRuleId'], /^a record of a WAF log/],
    [['x-edge-location'], /^a record of a CloudFront log/],
    [['interface-id', 'srcaddr'], /^a record of a VPC flow log/],
    [['srcaddr', 'interface_id'], /^a record of a VPC flow log/],
    [['awslogs'], /^an event of a subscription/],
    [['ResultSet'], /^an answer of aws athena/],
    [['elb', 'tlsCipher'], /^a record of a connection log/],
    [['time', 'target_addr'], /^a record of a health check log/],
    [['health_check_status'], /^a record of a health check log/],
    [['my_health_check_x', 'elb'], null],
    [['status', 'elb'], null],
    [['client_ip'], null],
    [['status'], /it has status$/],
    [
      ['a', 'b', 'c', 'd', 'e', 'f'],
      /^a JSON record without a field of an ALB access log; it has a, b, c, d, e$/,
    ],
  ])('are told by the names that a record has: %j', (names, what) => {
    if (what === null) expect(foreignRecord(names)).toBeNull();
    else expect(foreignRecord(names)).toMatch(what);
  });
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
    for (const [time, status] of [
      ...[
        [TIME, '602'],
        [TIME, '1502'],
        [TIME, '5020'],
        [`x${TIME}`, '502'],
        [`${TIME}x`, '502'],
      ],
      ...[
        [TIME.replace('.123456', ''), '502'],
        [TIME.replace('.123456', '.12'), '502'],
      ],
    ] as const)
      expect(isTold(time, status, '-'), `${time} ${status}`).toBe(false);
    expect(isTold(TIME.replace('456', ''), '101', '-')).toBe(true);
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
    ['-12.25e2', '-1225.000000000'],
    ['1E-12', '0.000000000'],
    ['1E-4s', '1E-4s'],
    ['s1E-4', 's1E-4'],
    ['', '-1'],
  ])('has %s seconds as %s', (value, written) => {
    expect(fieldsOf(['target_processing_time', value])[6]).toBe(written);
  });

  test.each([
    ['2026-03-01 12:00:05.5', '2026-03-01T12:00:05.5Z'],
    ['2026-03-01 12:00:05 UTC', '2026-03-01T12:00:05Z'],
    ['1772366405500', '2026-03-01T12:00:05.500Z'],
    ['17723664055000', '17723664055000'],
    ['1772366405500s', '1772366405500s'],
    ['2026-03-01 12:00:05.125Z', '2026-03-01T12:00:05.125Z'],
    ['on_2026-03-01 12:00:05', 'on_2026-03-01_12:00:05'],
    ['2026-03-01 12:00:05 UTC+1', '2026-03-01_12:00:05_UTC+1'],
    ['2026-03-01T12:00:05Z', '2026-03-01T12:00:05Z'],
  ])('has the time %s as %s', (value, written) => {
    expect(fieldsOf(['request_creation_time', value])[21]).toBe(written);
  });

  test('has fields of which there are parts, unless the first is blank', () => {
    expect(fieldsOf(['client_ip', '10.0.0.1'], ['client_port', '80'])[3]).toBe('10.0.0.1:80');
    expect(fieldsOf(['client_ip', '-'], ['client_port', '80'])[3]).toBe('-');
    expect(fieldsOf(['client_ip', '10.0.0.1'])[3]).toBe('10.0.0.1:-');
    expect(fieldsOf(['client_ip', '10.0.0.1'], ['target:port', '10.0.0.7:80'])[4]).toBe('10.0.0.7:80');
    expect(fieldsOf(['request_verb', '-'], ['request_url', '/a']).slice(12, 15)).toEqual(['"-', '/a', '-"']);
    const request = ['request_verb', 'request_url', 'request_proto'].map(
      (name, at) => [name, 'xyz'.charAt(at)] as const,
    );
    expect(fieldsOf(...request).slice(12, 15)).toEqual(['"x', 'y', 'z"']);
  });

  test('has in quotes what a line has so, with what must not be there escaped, and others without spaces', () => {
    const agentOf = (value: string) => fieldsOf(['request', 'x'], ['user_agent', value])[13];
    expect(['a"b', 'a\\"b', '\u0001', '\n"\u001f', ''].map(agentOf)).toEqual([
      ...['"a\\"b"', '"a\\"b"', '"\\x01"', '"\\x0a\\"\\x1f"', '""'],
    ]);
    expect(fieldsOf().slice(12, 14)).toEqual(['"-"', '"-"']);
    expect(fieldsOf(['ssl_cipher', 'a b\tc'])[14]).toBe('a_b_c');
    expect([fieldsOf(['ssl_cipher', ''])[14], fieldsOf()[14]]).toEqual(['-', '-']);
    expect([fieldsOf(['type', 'wss'])[0], fieldsOf(['type', '-'])[0], fieldsOf()[0]]).toEqual([
      ...['wss', 'http', 'http'],
    ]);
  });

  test('has its own time, and where it has none that of the event', () => {
    const timeOf = (...entries: readonly (readonly [string, string])[]) => {
      const written = recordLine([...entries, ['elb_status_code', '200']], '');
      return 'line' in written ? written.line.split(' ')[1] : written.reason;
    };
    const [own, event] = [
      ['time', '2026-03-01T12:00:05Z'],
      ['timestamp', '1772366405500'],
    ] as const;
    expect([[own, event], [event, own], [event], []].map((entries) => timeOf(...entries))).toEqual([
      '2026-03-01T12:00:05Z',
      '2026-03-01T12:00:05Z',
      '2026-03-01T12:00:05.500Z',
      'the record has no field time',
    ]);
  });

  test('tells which fields it lacks that conclusions need, and is then of no target group', () => {
    const whole = [
      ...[
        ['time', '2026-03-01T12:00:05Z'],
        ['elb_status_code', '502'],
        ['target_status_code', '-'],
      ],
      ...[
        ['request_processing_time', '0.1'],
        ['target_processing_time', '0.1'],
      ],
      ...[
        ['response_processing_time', '-1'],
        ['request_creation_time', '2026-03-01T12:00:05Z'],
      ],
      ...[
        ['target:port', '-'],
        ['error_reason', '-'],
        ['target_group_arn', 'arn:x'],
      ],
    ] as const;
    const written = (changes: Readonly<Record<string, string | undefined>>) => {
      const entries = whole.flatMap(([name, value]): (readonly [string, string])[] => {
        const changed = name in changes ? changes[name] : value;
        return changed === undefined ? [] : [[name, changed]];
      });
      const record = recordLine(entries, '');
      return 'line' in record ? [...record.absent, record.line.split(' ')[16]] : [record.reason];
    };
    const none = undefined;
    expect(written({})).toEqual(['arn:x']);
    expect(written({ request_processing_time: none, target_processing_time: '-' })).toEqual([
      ...['request_processing_time', 'target_processing_time', '-'],
    ]);
    expect(written({ request_creation_time: none })).toEqual(['request_creation_time', '-']);
    expect(written({ request_creation_time: '-' })).toEqual(['arn:x']);
    expect(written({ error_reason: none })).toEqual(['error_reason', '-']);
    expect(written({ error_reason: none, 'target:port': '10.0.0.7:80' })).toEqual(['arn:x']);
    expect(written({ error_reason: none, elb_status_code: '200' })).toEqual(['arn:x']);
    expect(written({ target_status_code: none, elb_status_code: '200' })).toEqual([
      'target_status_code',
      '-',
    ]);
    expect(written({ target_status_code: none })[0]).toContain('whose 502 it is cannot be told');
  });

  test('has the load balancer of its own, or that of its log', () => {
    expect(fieldsOf()[2]).toBe('app/shop/1');
    const arn = 'arn:aws:elasticloadbalancing:x:1:loadbalancer/app/web/2';
    expect([arn, `x${arn}`, 'arn:x/y:loadbalancer/a', '-'].map((elb) => fieldsOf(['elb', elb])[2])).toEqual([
      ...['app/web/2', `x${arn}`, 'arn:x/y:loadbalancer/a', 'app/shop/1'],
    ]);
  });
});

describe('names of fields', () => {
  test.each([
    ['client:port', 'client_port'],
    ['clientPort', 'client_port'],
    ['CLIENT_PORT', 'client_port'],
    [' Client  Port: ', 'client_port'],
    ['__a--b__', 'a_b'],
    ['a1B2c', 'a1_b2c'],
    ['@timestamp', 'timestamp'],
    ['HTTPStatus', 'httpstatus'],
  ])('%j is %j', (name, normal) => {
    expect([normalName(name), normalName(name)]).toEqual([normal, normal]);
  });

  test.each<readonly [name: string, place: number | undefined]>([
    ...['type', 'time', 'elb', 'client:port', 'target:port'].map((name, at) => [name, at] as const),
    ['timestamp', 1],
    ['load_balancer', 2],
    ['elbName', 2],
    ['elb_status_code', 8],
    ['request', 12],
    ['request_line', 12],
    ['errorReason', 24],
    ['lambda_error_reason', 24],
    ['target_port_list', 25],
    ['target_list', 25],
    ['ip_address', 33],
    ['node_address', 33],
    ['alb_node_ip', 33],
    ['client_ip', undefined],
    ['status', undefined],
  ])('%s is of the field at place %s', (name, place) => {
    expect(placeOf(name)).toBe(place);
  });

  test('are told apart by the log whose they are', () => {
    const kindsOf = (name: string) =>
      [
        isFieldName(name),
        isFirstPart(name),
        isConnectionField(name),
        isHealthCheckField(name),
        isLogFieldName(name),
      ]
        .map((is) => (is ? 'x' : '-'))
        .join('');
    const kinds: Readonly<Record<string, readonly string[]>> = {
      'x---x': ['elb', 'targetPort', 'request_url', 'request_proto', 'target_port', 'client_port'],
      'xx--x': ['client_ip', 'target_ip', 'requestVerb'],
      '--x-x': [
        'listener_port',
        'tls_protocol',
        'tls_cipher',
        'tls_handshake_latency',
        'tls_verify_status',
      ].concat(['leaf_client_cert_subject', 'leaf_client_cert_validity', 'leafClientCertSerialNumber']),
      '---xx': ['latency', 'target_addr', 'target_group_id', 'status', 'status_code', 'reason_code'].concat([
        'health_check_latency',
        'healthCheckStatus',
      ]),
      '-----': ['message', 'x', 'my_health_check_status', 'time_x'],
    };
    for (const [kind, names] of Object.entries(kinds))
      for (const name of names) expect(kindsOf(name), name).toBe(kind);
  });
});

describe('a header', () => {
  test.each<readonly [line: string, delimiter: string, names: string]>([
    ['time,elb,elb_status_code', ',', 'time elb elb_status_code'],
    ['time\telb\ttarget:port', '\t', 'time elb target_port'],
    ['time;elb;request', ';', 'time elb request'],
    ['time|elb|request', '|', 'time elb request'],
    ['time elb request x', ' ', 'time elb request x'],
    ['"time","elb","Request"', ',', 'time elb request'],
    ['#Fields: time elb request', ' ', 'time elb request'],
    ['# fields:time elb request', ' ', 'time elb request'],
    ['  time,elb,request,a,b  ', ',', 'time elb request a b'],
    ['time,,elb,request', ',', 'time elb request'],
    ['status,latency,target_addr', ',', 'status latency target_addr'],
    ['@timestamp,@message', ',', 'timestamp message'],
    ['@logStream|@message', '|', 'log_stream message'],
    ['message', '\t', 'message'],
    ['Timestamp,Message', ',', 'timestamp message'],
    ['time,message', ',', 'time message'],
    [
      'ingestionTime,ingestion time,log group,logStreamName,event id,message',
      ',',
      'ingestion_time ingestion_time log_group log_stream_name event_id message',
    ],
  ])('is one: %s', (line, delimiter, names) => {
    expect(headerOf(line)).toEqual({ delimiter, names: names.split(' ') });
  });

  test.each([
    ...[
      '',
      'time,elb',
      'time,elb,request,a,b,c',
      'time elb',
      '| time | elb | request |',
      'x y #Fields: time elb',
    ],
    ...[
      'message,x',
      'messages',
      'timestamp',
      'a,b,c',
      'my message',
      'message,timestamps',
      'message,x time',
      'elb,message',
    ],
  ])('is none: %s', (line) => {
    expect(headerOf(line)).toBeNull();
  });
});

describe('what tools put before a line', () => {
  const LINE = 'https 2026-03-01T12:00:05.123456Z app/shop/50dc6c495c0c9188 1.2.3.4:5';
  const PREFIXES = [
    ...['2026-03-01T12:00:05.123Z ', '2026-03-01 12:00:05 ', '2026-03-01T12:00:05,5+00:00\t'],
    ...['2026-03-01T12:00:05-0130 stream/1 ', '2026-03-01T12:00:05 a\t', '1790000000000 ', '1790000000000\t'],
    ...[
      'web/w.log:',
      'web/w.log:12:',
      'w.log-',
      'w-12-',
      '12:',
      '3-',
      'my logs/a b.log:',
      'my logs/a b.log:12:',
      'my logs/a.gz:3:',
      'x y.txt-3-',
    ],
  ];
  const OTHERS = [
    ...[
      'x ',
      'some words ',
      '2026-03-01T12:00:05Z a b ',
      '2026-03-01T12:00 ',
      '2026-03-01T12:00:05Z "a" ',
      '179000000000 ',
    ],
    ...[
      '17900000000000 ',
      'a "b.log:',
      'a b:',
      'a\tb.log:',
      'a b.png:',
      'a b.log:x ',
      '1790000000000 a ',
      '12',
      'x 502 - ',
      'Z app/x:',
      '-1 502 200 3:',
    ],
  ];

  test('is found before lines and records, where it is nothing else', () => {
    for (const before of PREFIXES) {
      expect(prefixLength(before + LINE), before).toBe(before.length);
      expect(prefixOfRecord(`${before}{"a":1}`), before).toBe(before.length);
    }
    for (const before of OTHERS) {
      expect(prefixLength(before + LINE), before).toBe(-1);
      expect(prefixOfRecord(`${before}{"a":1}`), before).toBe(0);
    }
    expect([
      prefixLength(LINE),
      prefixLength('hello'),
      prefixOfRecord('{"a":1}'),
      prefixOfRecord('hello'),
    ]).toEqual([...[0, -1, 0, 0]]);
    expect(['1:{ "a"', '1:{1}', '1:{}', '1:"x"{"a"'].map(prefixOfRecord)).toEqual([2, 0, 0, 0]);
  });

  test('is looked for where each type begins, in the first kilobyte', () => {
    for (const type of ['http', 'https', 'h2', 'h2c', 'h3', 'grpc', 'grpcs', 'ws', 'wss'])
      expect(prefixLength(`1:${type} 2026-03-01T12:00:05Z app/x`), type).toBe(2);
    for (const other of [
      'h4 2026-03-01T12:00:05Z app/',
      'http 2026-03-01T12:00Z app/',
      'http 2026-03-01T12:00:05Z net/',
    ])
      expect(prefixLength(`1:${other}`), other).toBe(-1);
    const behind = (length: number) => `${'x'.repeat(length - 1)}:`;
    expect([prefixLength(behind(900) + LINE), prefixLength(behind(1020) + LINE)]).toEqual([900, -1]);
    expect([prefixOfRecord(`${behind(900)}{"a"`), prefixOfRecord(`${behind(1024)}{"a"`)]).toEqual([900, 0]);
  });

  test('must not hold a part of a line', () => {
    const parts = ['12Z app/shop', ' 502 - ', 'a 200 404 b'];
    expect(parts.map(holdsPartOfLine)).toEqual([true, true, true]);
    expect(['Zapp/', ' 502 x ', '502 - ', ' 5020 - ', ' 200 40 '].map(holdsPartOfLine)).toEqual(
      Array(5).fill(false),
    );
  });
});

describe('lines that are not as the load balancer writes them, one after the other', () => {
  const outcomes = (lines: readonly string[], fields?: readonly string[]) => {
    const format = new OtherFormat(fields);
    format.startFile('app/own/1');
    return lines.map((text) => {
      const found = format.translate(text);
      if (found === null || found === 'no line') return found;
      return 'line' in found ? `of ${found.line.split(' ')[2]}` : found.reason;
    });
  };
  const LINE = failedLine({}, 34);
  const OWN = 'of app/shop/50dc6c495c0c9188';
  const ROW = ['2026-03-01T12:00:05Z', 'app/a/1', '502', '-'];
  const HEADER = ['time', 'elb', 'elb_status_code', 'target_status_code'];
  const JSON_ROW = JSON.stringify(Object.fromEntries(HEADER.map((name, at) => [name, ROW[at]])));
  const CUT = 'JSON that is cut or damaged';
  const NOT_FOUR = 'does not have the 4 fields that the header names';

  test.each<readonly [what: string, lines: readonly string[], outcomes: readonly (string | null)[]]>([
    ['what grep -C puts between matches', ['--', '---', '-'], ['no line', null, null]],
    [
      'a header and rows',
      [HEADER.join(), ROW.join(), 'x', HEADER.join(), 'a,b,c,d'],
      ['no line', 'of app/a/1', NOT_FOUR, 'no line', 'the record has no field elb_status_code']
        .slice(0, 4)
        .concat('of b'),
    ],
    [
      'another header',
      [HEADER.join(), 'time;elb;elb_status_code', '2026-03-01T12:00:05Z;app/b/2;200', ROW.join()],
      ['no line', 'no line', 'of app/b/2', 'does not have the 3 fields that the header names'],
    ],
    [
      'a header of W3C',
      ['#Version: 1.0', `#Fields: ${HEADER.join(' ')}`, ROW.join(' '), ROW.join('\t'), ROW.join()],
      ['no line', 'no line', 'of app/a/1', 'of app/a/1', NOT_FOUR],
    ],
    [
      'tabs are no blanks',
      [HEADER.join('\t'), ROW.join('\t'), ROW.join(' ')],
      ['no line', 'of app/a/1', NOT_FOUR],
    ],
    ['comments', ['# a comment', `# ${LINE}`, 'x'], ['no line', null, null]],
    [
      'a header of something else, and then one',
      [
        '#Fields: date x-edge-location',
        'a b',
        '#Version: 2',
        'c',
        `#Fields: ${HEADER.join(' ')}`,
        ROW.join(' '),
      ],
      [
        'no line',
        'a CloudFront log, not an ALB access log',
        'no line',
        'a CloudFront log, not an ALB access log',
        'no line',
        'of app/a/1',
      ],
    ],
    [
      'a column of messages',
      ['@timestamp,@message', `1,"${LINE.replaceAll('"', '""')}"`, '1,hello'],
      ['no line', OWN, 'a message that is no access-log line'],
    ],
    [
      'JSON over several lines among others',
      ['{', '  "elb": "x",', '}'],
      ['no line', 'JSON over several lines between other lines; put | jq -c . between', 'no line'],
    ],
    [
      'JSON, after which all is',
      [JSON_ROW, '[', ']', LINE, '{"elb":"x"}'],
      ['of app/a/1', 'no line', 'no line', CUT, 'the record has no field time'],
    ],
    [
      'JSON behind the name of a file, after which not all is',
      [`a.log:${JSON_ROW}`, LINE, `a b ${JSON_ROW}`],
      ['of app/a/1', null, null],
    ],
    [
      'several records',
      [`${JSON_ROW} ${JSON_ROW}`, `{"message":${JSON.stringify('{"events":[]}')}}`],
      Array(2).fill('several JSON records on one line; put | jq -c . between'),
    ],
    [
      'messages',
      [LINE, JSON_ROW, 'hello', '{"a":1', '{"message":"x"}', ` ${LINE}`].map((message) =>
        JSON.stringify({ message }),
      ),
      [
        OWN,
        'of app/a/1',
        'a message that is no access-log line',
        CUT,
        'a message that is no access-log line',
        'a message that is no access-log line',
      ],
    ],
    ['a record that does not say whose it is', [JSON_ROW.replace('"elb":"app/a/1",', '')], ['of app/own/1']],
    ['a line behind the name of a file', [`a.log:${LINE}`, `x y ${LINE}`], [OWN, null]],
    [
      'rows without a header',
      ['\t', ',', ';', '|'].map((between) =>
        valuesOf(LINE).join(between).replaceAll('(X11; Linux', '(X11 Linux'),
      ),
      [OWN, OWN, OWN, OWN],
    ],
    [
      'rows of 24 fields, and of fewer',
      [24, 23].map((count) => valuesOf(LINE).slice(0, count).join('\t')),
      [OWN, null],
    ],
    ['rows of another load balancer', [valuesOf(lineWith({ 3: 'net/a/1' }, 34)).join('\t')], [null]],
    ['a line among other fields', [`a\t${LINE}\tb`, `a\t${LINE}\t1 502 - `, `${LINE}\t`], [OWN, null, OWN]],
  ])('%s', (_, lines, expected) => {
    expect(outcomes(lines)).toEqual(expected);
  });

  test('are of fields that are named, where they are', () => {
    const names = [...HEADER].reverse();
    const reversed = [...ROW].reverse();
    expect(
      outcomes([...[' ', '\t', ',', ';', '|'].map((between) => reversed.join(between)), 'x'], names),
    ).toEqual([...Array(5).fill('of app/a/1'), 'does not have the 4 fields that --fields names']);
    expect(outcomes([HEADER.join(), `${HEADER.join()},a`], names)[1]).toContain('--fields');
  });

  test('are known for a file from its first line on, and named fields for all', () => {
    const known = (line: string, fields?: readonly string[]) => {
      const format = new OtherFormat(fields);
      format.startFile('app/own/1');
      const states = [format.isKnown];
      format.translate(line);
      states.push(format.isKnown);
      format.startFile('app/own/1');
      return [...states, format.isKnown];
    };
    for (const line of [HEADER.join(), JSON_ROW, '#Fields: a b', '['])
      expect(known(line), line).toEqual([false, true, false]);
    for (const line of ['x', '# x', '--', `a.log:${JSON_ROW}`])
      expect(known(line), line).toEqual([false, false, false]);
    expect(known('x', HEADER)).toEqual([true, true, true]);
  });
});
