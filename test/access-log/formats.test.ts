import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { lineAt } from '../../bench/hostile/log-lines.ts';
import { randomFrom } from '../../lab/worlds/access-log/random.ts';
import { type LineFilter, LogAnalysis } from '../../lambda/access-log/analysis.ts';
import { chosenFields, valuesOf, WRITERS } from './format-writers.ts';
import { failedLine, lineWith } from './lines.ts';

function read(text: string, fields?: readonly string[]) {
  const analysis = new LogAnalysis({}, fields);
  analysis.startFile('some.log');
  analysis.feed(Buffer.from(text));
  analysis.endFile();
  return analysis.reading();
}

/** Lines of all 34 fields, of which some failed. */
const logs = fc.tuple(fc.nat(), fc.integer({ min: 1, max: 30 })).map(([seed, count]) => {
  const random = randomFrom(seed);
  const lines: string[] = [];
  for (let at = 0; lines.length < count; at++) {
    const line = lineAt(random, 1_772_323_200 + at, 0.4);
    // A backslash that escapes nothing has no form in which all tools agree.
    if (valuesOf(line).length === 34 && !/\\(?!["x])/.test(line)) lines.push(line);
  }
  return lines;
});

describe('the same requests give the same summary', () => {
  test.each(Object.entries(WRITERS))('in %s', (_, write) => {
    fc.assert(
      fc.property(logs, (lines) => {
        const plain = read(`${lines.join('\n')}\n`);
        const other = read(write(lines));
        expect(other.rejected).toEqual([]);
        expect(other.linesRead).toBe(lines.length);
        expect(JSON.stringify(other.loadBalancers)).toBe(JSON.stringify(plain.loadBalancers));
      }),
      { numRuns: 25 },
    );
  });

  test('with fields in an order of their own, which are named', () => {
    fc.assert(
      fc.property(logs, (lines) => {
        const other = read(chosenFields.write(lines), chosenFields.names);
        expect(other.rejected).toEqual([]);
        const plain = read(`${lines.join('\n')}\n`);
        expect(JSON.stringify(other.loadBalancers)).toBe(JSON.stringify(plain.loadBalancers));
      }),
      { numRuns: 25 },
    );
  });
});

test('in JSON, cut into pieces anywhere, the same requests give the same summary', () => {
  fc.assert(
    fc.property(logs, fc.integer({ min: 1, max: 700 }), (lines, size) => {
      const json = Buffer.from(WRITERS['JSON with the names of vended delivery']?.(lines) ?? '');
      const analysis = new LogAnalysis();
      analysis.startFile('some.json');
      for (let from = 0; from < json.length; from += size) analysis.feed(json.subarray(from, from + size));
      analysis.endFile();
      const plain = read(`${lines.join('\n')}\n`);
      expect(JSON.stringify(analysis.reading().loadBalancers)).toBe(JSON.stringify(plain.loadBalancers));
    }),
    { numRuns: 40 },
  );
});

describe('JSON, as tools and deliveries give it', () => {
  const lines = [lineWith({}, 34), failedLine({}, 34)];
  const records = (WRITERS['JSON with the names of vended delivery']?.(lines) ?? '').trim().split('\n');
  const plain = JSON.stringify(read(`${lines.join('\n')}\n`).loadBalancers);

  test.each([
    ['a CloudWatch export to S3', '2026-11-28T10:00:00.123Z '],
    ['aws logs tail', '2026-11-28T10:00:00.123000+00:00 123456789012_elasticloadbalancing_app.shop '],
    ['aws logs tail --format short', '2026-11-28T10:00:00 '],
    ['grep', 'web/w.log:'],
    ['grep -n', './w:12:'],
  ])('%s puts something before each record', (_, before) => {
    const other = read(records.map((record) => `${before}${record}\n`).join(''));
    expect(other.rejected).toEqual([]);
    expect(JSON.stringify(other.loadBalancers)).toBe(plain);
  });

  test('what is before a record and is no prefix is not passed over', () => {
    const other = read(`some words ${records[1]}\n`);
    expect(other.rejected).toHaveLength(1);
  });

  test('null is a field without a value: a 502 without an answer of the target, as `-` is', () => {
    const nulls = records.map((record) => record.replaceAll('"-"', 'null'));
    expect(nulls.join()).toContain('"target_status_code":null');
    const other = read(`${nulls.join('\n')}\n`);
    expect(other.rejected).toEqual([]);
    expect(JSON.stringify(other.loadBalancers)).toBe(plain);
  });
});

test('W3C with names between blanks and values between tabs', () => {
  const text =
    '#Version: 1.0\n#Fields: time elb elb_status_code target_status_code request\n' +
    '2026-11-28T10:00:00.000000Z\tapp/shop/50dc6c495c0c9188\t502\t-\t"GET https://shop.example.com:443/a HTTP/1.1"\n';
  const other = read(text);
  expect(other.rejected).toEqual([]);
  expect(other.loadBalancers[0]?.elb502).toBe(1);
});

test('a record that is damaged between whole ones is rejected, and the others are read', () => {
  const json = (
    WRITERS['JSON with the names of vended delivery']?.([lineWith({}, 34), failedLine({}, 34)]) ?? ''
  ).trim();
  const [whole = '', failed = ''] = json.split('\n');
  const damaged = [
    whole.slice(0, -1),
    whole.slice(0, 300) + failed.slice(200),
    whole.replace('"200"', '"20"'),
  ];
  for (const bad of damaged) {
    const { linesRejected, loadBalancers } = read(`${whole}\n${whole}\n${bad}\n${failed}\n`);
    expect([linesRejected, loadBalancers[0]?.requests, loadBalancers[0]?.elb502]).toEqual([1, 3, 1]);
  }
});

test('characters beyond ASCII are the same in JSON, escaped or not', () => {
  const line = failedLine({ 13: '"GET https://shop.example.com:443/käse/€ HTTP/1.1"' }, 34);
  const json = WRITERS['JSON with the names of vended delivery']?.([line]) ?? '';
  const escapes = json.replace(
    /[\u0080-\uffff]/g,
    (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  expect(escapes).not.toBe(json);
  const plain = read(`${line}\n`);
  expect(plain.loadBalancers[0]?.failingRequests?.[0]?.url).toContain('/käse/€');
  for (const text of [json, escapes]) expect(read(text).loadBalancers).toEqual(plain.loadBalancers);
});

describe('a field that is absent is unknown', () => {
  const record = (line: string, without: readonly number[]): string =>
    JSON.stringify(
      Object.fromEntries(
        valuesOf(line)
          .map((value, at) => [FIELD[at], value] as const)
          .filter(([name], at) => name !== undefined && !without.includes(at + 1)),
      ),
    );
  const FIELD = ['type', 'time', 'elb', 'client_port', 'target_port', 'request_processing_time'].concat(
    ['target_processing_time', 'response_processing_time', 'elb_status_code', 'target_status_code'],
    ['received_bytes', 'sent_bytes', 'request_line', 'user_agent', 'ssl_cipher', 'ssl_protocol'],
    ['target_group_arn', 'trace_id', 'domain_name', 'chosen_cert_arn', 'matched_rule_priority'],
    ['request_creation_time'],
  );

  test.each([
    ['request_processing_time', 6],
    ['target_processing_time', 7],
    ['response_processing_time', 8],
    ['request_creation_time', 22],
  ])('without %s a failure is counted, and nothing is concluded', (name, place) => {
    const { loadBalancers, absentFields, rejected } = read(`${record(failedLine(), [place])}\n`);
    expect(rejected).toEqual([]);
    expect(loadBalancers).toMatchObject([{ requests: 1, elb502: 1, targetGroups: [] }]);
    expect([...absentFields]).toEqual(expect.arrayContaining([[name, 1]]));
  });

  test('without the status that the target gave, whose 502 it is cannot be told', () => {
    const { rejected } = read(`${record(failedLine(), [10])}\n${record(lineWith(), [10])}\n`);
    expect(rejected).toMatchObject([{ line: 1, reason: expect.stringMatching(/target_status_code/) }]);
  });

  test('without time or status there is no request to speak of', () => {
    const { rejected } = read(`${record(failedLine(), [2])}\n${record(failedLine(), [9])}\n`);
    expect(rejected.map(({ reason }) => reason)).toEqual([
      'the record has no field time',
      'the record has no field elb_status_code',
    ]);
  });
});

test.each([
  [
    'a record over several lines behind others',
    'text\n{\n  "time": "x"\n}',
    /field 2|over several lines.*jq -c/,
  ],
  ['cut JSON', JSON.stringify({ time: 'x' }).slice(0, -1), /cut or damaged/],
  ['a connection log as JSON', '{"timestamp":"x","tls_verify_status":"Success"}', /connection log/],
  ['messages of another log', `{"message":${JSON.stringify('hello world')}}`, /no access-log line/],
  [
    'a Classic Load Balancer',
    '2026-03-01T12:00:05.1Z lb 1.2.3.4:5 10.0.0.1:80 0.1 0.1 0.1 200 200 0 0 "GET / HTTP/1.1"',
    /Classic/,
  ],
  ['something with a time', '2026-03-01T12:00:05.1Z hello there you', /starts with a time, but/],
  [
    'a row of too many fields',
    `${WRITERS['semicolons and a header']?.([failedLine()]).split('\n')[0]}\na;b;c`,
    /the header names/,
  ],
])('%s is named for what it is', (_, text, reason) => {
  const { rejected, loadBalancers } = read(text);
  expect(loadBalancers).toEqual([]);
  expect(rejected[0]?.reason).toMatch(reason);
});

const CHOSEN = /fields that a delivery chose, without a header: give --fields/;
const CLOUDFRONT = '2019-12-04\t21:02:31\tLAX50-C1\t392\t192.0.2.1\tGET\td1.cloudfront.net\t/x\t200';
test.each([
  [
    'a CloudFront log',
    `#Version: 1.0\n#Fields: date time x-edge-location sc-bytes\n${CLOUDFRONT}`,
    /^a CloudFront log/,
  ],
  ['a CloudFront log without its header', CLOUDFRONT, /^a CloudFront log/],
  [
    'a W3C log of IIS',
    '#Fields: date time s-ip cs-method\n2026-03-01 12:00:00 10.0.0.1 GET',
    /^a W3C log .* date, time, s-ip/,
  ],
  [
    'nginx',
    '1.2.3.4 - - [29/Nov/2026:10:11:12 +0000] "GET / HTTP/1.1" 502 157 "-" "curl"',
    /web server \(nginx, Apache\)/,
  ],
  [
    'Apache behind a host',
    'www.x.com 1.2.3.4 - bob [29/Nov/2026:10:11:12 +0100] "GET / HTTP/1.1" 502 -',
    /web server/,
  ],
  [
    'errors of nginx',
    '2026/11/29 10:11:12 [error] 29#29: *1 upstream prematurely closed',
    /^an error log of nginx/,
  ],
  [
    'errors of Apache',
    '[Sun Nov 29 10:11:12.345678 2026] [proxy:error] [pid 1] x',
    /^an error log of Apache/,
  ],
  ['a page', '<!DOCTYPE html>\n<html>', /^an HTML page/],
  [
    'an error of S3',
    '<?xml version="1.0"?>\n<Error><Code>AccessDenied</Code></Error>',
    /^XML, such as an error of Amazon S3/,
  ],
  [
    'a VPC flow log',
    '2 123456789012 eni-12 10.0.0.1 10.0.0.2 80 2 6 20 42 1418530010 1418530070 ACCEPT OK',
    /^a VPC flow log/,
  ],
  [
    'CloudTrail',
    JSON.stringify({ Records: [{ eventVersion: '1', eventSource: 'x', eventName: 'y' }] }),
    /^a CloudTrail record/,
  ],
  [
    'CloudTrail, a record a line',
    '{"eventVersion":"1","eventSource":"x","eventName":"y"}',
    /^a CloudTrail record/,
  ],
  ['WAF', '{"timestamp":1,"webaclId":"a","terminatingRuleId":"b"}', /^a record of a WAF log/],
  ['other JSON', '{"requestId":"a","ip":"b"}', /^a JSON record without a field .* it has requestId, ip$/],
  [
    'a TLS log of a Network Load Balancer',
    'tls 2.0 2018-12-20T02:59:40 net/nlb/c6e77e28c25b2234 g3d4b5e8bb8464cd 72.21.218.154:51341 172.100.100.185:443 5 2 98 246 - arn:aws:acm:x - ECDHE tlsv12 - x.elb.amazonaws.com - - -',
    /^a Network Load Balancer line/,
  ],
  [
    'a TCP line of a Classic Load Balancer',
    '2015-05-13T23:39:43.945958Z lb 192.168.1.3:2817 10.0.0.1:80 0.001 0.000 0.000 - - 82 305 "- - - " "-" - -',
    /^a Classic Load Balancer line/,
  ],
  [
    'S3 server access',
    `${'7'.repeat(64)} bucket [06/Feb/2019:00:00:38 +0000] 192.0.2.3 x`,
    /^an S3 server access log/,
  ],
  [
    'names of files',
    '2026-11-29 10:00 1 123456789012_elasticloadbalancing_eu-west-1_app.a.b_2026_1.1.1.1_x.log.gz',
    /^a list of log files/,
  ],
  [
    'Markdown',
    '| @timestamp | @message |\n| --- | --- |\n| 2026-03-01 | x |',
    /^a drawn table .* as CSV or JSON/,
  ],
  ['YAML', "events:\n- eventId: '1'", /^YAML of aws logs; ask for it with --output json/],
  ['binary data', '\x01\x02https \x03', /control characters/],
  ['text in brackets', '[error] something [odd]\n', /^field 2/],
  [
    'chosen fields between blanks',
    '2026-03-01T12:00:05.123456Z app/shop/50dc6c495c0c9188 10.0.0.7:8080 502 -',
    CHOSEN,
  ],
  ['chosen fields between bars', '502|-|2026-03-01T12:00:05.123456Z|198.51.100.7:52000', CHOSEN],
  [
    'chosen fields between commas',
    '"GET https://x/ HTTP/1.1",502,-,2026-03-01T12:00:05.123456Z,"curl/8 (x, y)"',
    CHOSEN,
  ],
  [
    'a log of an application',
    '2026-03-01T12:00:05.123456Z INFO handled 502 in 3 ms for GET /x',
    /^starts with a time, but/,
  ],
])('%s is named, and never for something else', (_, text, reason) => {
  const { rejected, loadBalancers } = read(text);
  expect(loadBalancers).toEqual([]);
  expect(rejected[0]?.reason).toMatch(reason);
});

test('JSON over several lines is read however it is cut into pieces, and line numbers are those of its records', () => {
  const lines = [lineWith({}, 34), failedLine({}, 34), lineWith({}, 34)];
  const shapes = [
    'JSON records over several lines',
    'a JSON array over several lines',
    'aws logs filter-log-events',
  ];
  const plain = read(`${lines.join('\n')}\n`);
  for (const shape of shapes) {
    const bytes = Buffer.from(WRITERS[shape]?.(lines) ?? '');
    for (const size of [1, 7, 4096]) {
      const analysis = new LogAnalysis();
      analysis.startFile('some.json');
      for (let at = 0; at < bytes.length; at += size) analysis.feed(bytes.subarray(at, at + size));
      analysis.endFile();
      expect(JSON.stringify(analysis.reading().loadBalancers), `${shape}, ${size}`).toBe(
        JSON.stringify(plain.loadBalancers),
      );
    }
  }
});

test('of a JSON document that is cut or damaged the whole records are read, and the others said with their line', () => {
  const lines = [lineWith({}, 34), failedLine({}, 34), lineWith({}, 34), failedLine({}, 34)];
  const text = WRITERS['a JSON array over several lines']?.(lines) ?? '';
  const perRecord = (text.split('\n').length - 2) / lines.length;
  const cut = read(text.slice(0, -200));
  expect(cut.loadBalancers).toMatchObject([{ requests: 3, elb502: 1 }]);
  expect(cut.rejected).toEqual([
    { file: 'some.log', line: 2 + 3 * perRecord, reason: 'JSON that is cut or damaged' },
  ]);
  const [first = '', second = ''] = text.split(' ,\r\n');
  const joined = read(`${first.slice(0, -300)}\n,${second},${second}]`);
  expect(joined.loadBalancers).toMatchObject([{ requests: 2, elb502: 2 }]);
  expect(joined.linesRejected).toBeGreaterThan(0);
});

test('a document that is no log ends, whatever its depth and length', () => {
  const deep = read('['.repeat(100_000));
  expect(deep.loadBalancers).toEqual([]);
  const long = read(
    `[{"a":"${'x'.repeat(1_100_000)}"},${WRITERS['a JSON array of lines']?.([failedLine({}, 34)]).slice(1)}`,
  );
  expect(long.rejected.map(({ reason }) => reason)).toEqual(['longer than 1 MiB: not an access-log line']);
  expect(long.loadBalancers).toMatchObject([{ requests: 1, elb502: 1 }]);
});

test('lines that are joined are read where all are whole and alike, and none where one is cut', () => {
  const [whole, failed] = [lineWith({}, 34), failedLine({}, 34)];
  expect(read(`${whole}${failed}\n`)).toMatchObject({
    linesRejected: 0,
    loadBalancers: [{ requests: 2, elb502: 1 }],
  });
  for (const cut of [lineWith({}, 33), whole.slice(0, -20), whole.slice(20)])
    expect(read(`${cut}${failed}\n`), cut).toMatchObject({ linesRejected: 1, loadBalancers: [] });
});

test('a part of another line before a line is no prefix: neither is read', () => {
  for (const before of ['0.000 0.001 -1 502 - 3 4 ', failedLine().slice(0, 140), 'x 502 - '])
    expect(read(`${before}${lineWith()}\n`)).toMatchObject({ linesRejected: 1, loadBalancers: [] });
});

describe('a record that does not say whose it is', () => {
  const record = (WRITERS['JSON with the names of vended delivery']?.([failedLine({}, 34)]) ?? '').replace(
    /"elb":"[^"]*",/,
    '',
  );
  const readAs = (file: string, filter: LineFilter = {}) => {
    const analysis = new LogAnalysis(filter);
    analysis.startFile(file);
    analysis.feed(Buffer.from(record));
    analysis.endFile();
    return analysis.reading();
  };

  test('is of the load balancer that its file is named after', () => {
    const name =
      '123456789012_elasticloadbalancing_eu-central-1_app.shop.50dc6c495c0c9188_20260301T1205Z_10.0.1.1_abc.log';
    expect(readAs(name).loadBalancers[0]?.loadBalancer).toBe('app/shop/50dc6c495c0c9188');
  });

  test('is of the one that is known to write it, and of none that is asked for otherwise', () => {
    const loadBalancer = 'app/shop/50dc6c495c0c9188';
    expect(readAs('x.json', { loadBalancer, unnamed: loadBalancer }).loadBalancers[0]?.elb502).toBe(1);
    expect(readAs('x.json', { loadBalancer })).toMatchObject({ loadBalancers: [], linesOutside: 1 });
  });
});
