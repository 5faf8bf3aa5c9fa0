import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { lineAt } from '../../bench/hostile/log-lines.ts';
import { randomFrom } from '../../lab/worlds/access-log/random.ts';
import { LogAnalysis } from '../../lambda/access-log/analysis.ts';
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
    `${whole}${failed}`,
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
    'JSON over several lines',
    JSON.stringify({ elb_status_code: 502, time: 'x' }, null, 2),
    /over several lines.*jq -c/,
  ],
  ['two records on a line', '{"a":1}{"b":2}', /several JSON records.*jq -c/],
  ['an answer on one line', JSON.stringify({ events: [{ message: failedLine() }] }), /answer of aws logs/],
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
    `${Object.values(WRITERS)[15]?.([failedLine()]).split('\n')[0]}\na;b;c`,
    /the header names/,
  ],
])('%s is named for what it is', (_, text, reason) => {
  const { rejected, loadBalancers } = read(text);
  expect(loadBalancers).toEqual([]);
  expect(rejected[0]?.reason).toMatch(reason);
});

test('a part of another line before a line is no prefix: neither is read', () => {
  for (const before of ['0.000 0.001 -1 502 - 3 4 ', failedLine().slice(0, 140), 'x 502 - '])
    expect(read(`${before}${lineWith()}\n`)).toMatchObject({ linesRejected: 1, loadBalancers: [] });
});
