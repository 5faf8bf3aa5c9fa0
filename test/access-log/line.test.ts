import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { instantSeconds } from '../../lambda/access-log/reading/instant.ts';
import {
  emptyLine,
  fieldText,
  isBlank,
  type LogLine,
  mayBeForeign,
  parseLine,
} from '../../lambda/access-log/reading/line.ts';
import { FIELD_NAMES, QUOTED_FIELDS } from '../../lambda/access-log/reading/line-form.ts';
import { clientHash, pathHash } from '../../lambda/access-log/reading/line-hash.ts';
import { type Changes, failedLine, lineWith } from './lines.ts';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

function parse(text: string): { readonly line: LogLine; readonly reason: string | null } {
  const line = emptyLine();
  const bytes = bytesOf(text);
  return { line, reason: parseLine(line, bytes, 0, bytes.length) };
}

describe('layouts', () => {
  test('the last field ends with its line, whatever the next one begins with', () => {
    const line = emptyLine();
    for (const node of ['192.0.2.1', '192.0.2.21', '10.20.30.4', '198.51.100.17']) {
      const text = lineWith({ 34: node }, 34);
      const bytes = bytesOf(`${text}\n${text}\n`);
      expect(parseLine(line, bytes, 0, text.length)).toBeNull();
      expect(fieldText(line, 'nodeAddress')).toBe(node);
    }
  });

  test.each([24, 25, 27, 29, 30, 33, 34])('a line of %i fields is read', (fields) => {
    const { line, reason } = parse(lineWith({}, fields));
    expect(reason).toBeNull();
    expect(line.fieldCount).toBe(fields);
    expect(line.elbStatus).toBe(200);
    expect(line.targetStatus).toBe(200);
    expect(line.targetSeconds).toBe(0.012);
    expect(fieldText(line, 'targetGroup')).toMatch(/targetgroup\/web/);
  });

  test('fields that AWS may yet append are passed over', () => {
    expect(parse(lineWith({ 35: '"new"', 36: 'TID_x', 37: '-' }, 40)).reason).toBeNull();
  });

  test('times keep their microseconds', () => {
    expect(parse(lineWith()).line.endSeconds).toBeCloseTo(
      Date.UTC(2026, 2, 1, 12, 0, 5) / 1000 + 0.123456,
      6,
    );
  });

  test.each([
    ['2026-03-01T12:34:56Z', 56],
    ['2026-03-01T12:34:56.5Z', 56.5],
    ['2026-03-01T12:34:56.123Z', 56.123],
    ['2026-03-01T12:34:56.123456Z', 56.123456],
    ['2026-03-01T12:34:07.1234567Z', 7.1234567],
  ])('a time is read with what it says of the second: %s', (time, second) => {
    expect(parse(lineWith({ 2: time })).line.endSeconds).toBeCloseTo(
      Date.UTC(2026, 2, 1, 12, 34) / 1000 + second,
      6,
    );
  });

  test('the address of the node is read from field 34', () => {
    expect(fieldText(parse(lineWith({}, 34)).line, 'nodeAddress')).toBe('203.0.113.21');
  });
});

const READ: readonly [string, Changes][] = [
  ['escaped quotes in the user agent', { 14: '"Bot/1.0 (\\"odd\\" agent)"' }],
  ['quotes as \\x22', { 14: '"\\x22agent\\x22"' }],
  ['a user agent that ends in a backslash', { 14: '"C:\\dir\\"' }],
  ['an empty user agent', { 14: '""' }],
  [
    'no request to speak of',
    { 5: '-', 6: '-1', 7: '-1', 8: '-1', 9: '400', 10: '-', 13: '"- http://x:80- -"' },
  ],
  ['a request of dashes', { 13: '"- - - "' }],
  ['spaces in the path', { 13: '"GET https://shop.example.com:443/a b c HTTP/1.1"' }],
  ['IPv6 client and target', { 4: '[2001:db8::7]:4711', 5: '[fd00::8]:8080' }],
  ['no target', { 5: '-', 17: '-', 26: '"-"' }],
  ['gRPC', { 1: 'grpcs', 10: '200' }],
  ['a WebSocket', { 1: 'wss', 9: '101', 10: '101' }],
  ['a type that is not known yet', { 1: 'h3' }],
  ['whole seconds', { 2: '2026-03-01T12:00:05Z' }],
];

test.each(READ)('a line with %s is read', (_, changes) => {
  expect(parse(lineWith(changes)).reason).toBeNull();
});

test('a missing space after a quoted field ends the field all the same', () => {
  const { line, reason } = parse(lineWith().replace('" 0 2026', '"0 2026'));
  expect(reason).toBeNull();
  expect(line.fieldCount).toBe(30);
});

const REJECTED: readonly [string, string, RegExp][] = [
  ['cut after the client', lineWith({}, 4), /ends after field 4/],
  ['cut before it is complete', lineWith({}, 23), /ends after field 23; .* at least 24/],
  ['cut inside a quoted field', lineWith({}, 25).slice(0, -2), /ends inside a quoted field/],
  ['no time', lineWith({ 2: 'yesterday' }), /field 2 \(time\)/],
  ['an impossible month', lineWith({ 2: '2026-13-01T12:00:05.1Z' }), /field 2 \(time\)/],
  ['no request time', lineWith({ 6: 'soon' }), /field 6 \(request_processing_time\)/],
  ['no target time', lineWith({ 7: '0.0.1' }), /field 7 \(target_processing_time\)/],
  ['no response time', lineWith({ 8: '-' }), /field 8 \(response_processing_time\)/],
  ['no status', lineWith({ 9: '20' }), /field 9 \(elb_status_code\)/],
  ['no target status', lineWith({ 10: 'ok' }), /field 10 \(target_status_code\)/],
  ['a Network Load Balancer', lineWith({ 3: 'net/shop/50dc6c495c0c9188' }), /Network Load Balancer/],
  [
    'a TLS log',
    'tls 2.0 2026-03-01T12:00:05 net/shop/1 g3d4b5e8bb8464cd 72.21.218.154:51341 172.100.100.185:443',
    /Network Load Balancer/,
  ],
  [
    'a connection log',
    '2026-03-01T12:00:05.1Z 198.51.100.7 52000 443 TLSv1.3 - 0.004 "-" - - Success TID_1',
    /connection log/,
  ],
  ['JSON', '{"time":"2026-03-01"}', /JSON/],
  ['prose', 'hello world', /field 2 \(time\)/],
  ['two types', lineWith({ 1: 'httpshttps' }), /field 1 \(type\)/],
  ['two types, of a WebSocket first', lineWith({ 1: 'wsshttps' }), /field 1 \(type\)/],
  ['a type behind a file name', lineWith({ 1: 'web.log:https' }), /field 1 \(type\)/],
  ['a load balancer without an id', lineWith({ 3: 'app/shop' }), /field 3 \(elb\)/],
  ['a load balancer with an escape sequence', lineWith({ 3: 'app/a\x1b[2J/1' }), /field 3/],
  ['a certificate as its group', lineWith({ 17: 'arn:aws:acm:eu-central-1:1:certificate/1' }), /field 17/],
  ['a request without quotes', lineWith({ 13: 'GET' }), /field 13 \(request\) is not in quotes/],
  ['an error reason without quotes', lineWith({ 25: 'https' }), /field 25 .* not in quotes.* two are joined/],
  ['a priority that is none', lineWith({ 21: 'https' }), /field 21 \(matched_rule_priority\)/],
  ['a creation time that is none', lineWith({ 22: '-' }), /field 22 \(request_creation_time\)/],
  ['a connection that is none', lineWith({ 30: 'GET' }, 30), /field 30 \(conn_trace_id\)/],
  ['a node that is none', lineWith({ 34: '203.0.113.21https' }, 34), /field 34 \(ip_address\)/],
  ['a load balancer in a field to come', lineWith({ 35: 'https', 36: 'app/shop/1' }, 36), /field 36/],
];

test.each(REJECTED)('a line with %s is rejected for that reason', (_, text, reason) => {
  expect(parse(text).reason).toMatch(reason);
});

describe('each field has the form that the load balancer gives it', () => {
  const ARN = 'arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup';
  /** Texts that a field may have, and texts that it may not. */
  const FORMS: readonly (readonly [place: number, fields: number, good: string, bad: string])[] = [
    [
      ...[1, 30],
      'http https h2 h2c h3 grpc grpcs ws wss h4 quic a a234567890123456 ahttpb',
      'HTTP 2h a2345678901234567 httphttp wsh2 xhttps xh3 xgrpc xwss xh2c h-2 ht:tp',
    ] as const,
    [
      3,
      30,
      'app/a/0 app/my.shop-1_x/50dc',
      'app/shop/ app//50dc app/shop/xyz xapp/a/0 app/a/0/x App/a/0 app/a/50DC app/a',
    ],
    [
      ...[17, 30],
      `- ${ARN}/web-1/73e2 ${ARN.replace('aws', 'aws-us-gov')}/W/0`,
      `-- x${ARN}/web/73 ${ARN}/web/73x ${ARN}/we_b/73 ${ARN}/web ${ARN.replace('12', '')}/web/73`.concat(
        ` ${ARN.replace('eu', 'EU')}/web/73 ${ARN.replace('targetgroup', 'loadbalancer')}/web/73`,
      ),
    ] as const,
    [21, 30, '0 - -1 32768 9', 'x 1x 1.0 1- : /'],
    [22, 30, '2026-03-01T12:00:05.110000Z 2026-03-01T12:00:05Z', '- 2026 2026-03-01T12:00:05.110000'],
    [30, 30, '- TID_a TID_dc57', 'TID TID_ XTID_1 tid_1 --'],
    [34, 34, '- 10.0.0.1 fd00::aF9 [fd00::1]', 'host 1.2.3.4g 1/2 10.0.0.1;2 G:: @ 1\\2'],
    [
      35,
      36,
      '- TID_x app arn "new" "app/x" "12Zapp/" "1Z other" "1Z_app/x" app/ arn:',
      'app/shop/1 arn:aws:x "1Z app/y" a"b ab"',
    ],
  ];

  test.each(FORMS.map(([place, fields, good, bad]) => ({ place, fields, good, bad })))(
    'field $place',
    ({ place, fields, good, bad }) => {
      const reasonOf = (text: string) => parse(lineWith({ 35: '-', 36: '-', [place]: text }, fields)).reason;
      const texts = (all: string) => all.match(/"[^"]*"|[^ ]+/g) ?? [];
      for (const text of texts(good)) expect(reasonOf(text), text).toBeNull();
      for (const text of texts(bad))
        expect(reasonOf(text), text).toContain(`field ${place} (${FIELD_NAMES[place - 1] ?? 'new'})`);
    },
  );

  test('and those with texts are in quotes', () => {
    for (const at of QUOTED_FIELDS) {
      const reason = `field ${at + 1} (${FIELD_NAMES[at]}) is not in quotes: the line is damaged, or two are joined`;
      expect(parse(lineWith({ [at + 1]: 'x' }, 34)).reason).toBe(reason);
      expect(parse(lineWith({ [at + 1]: '"x"' }, 34)).reason).toBeNull();
    }
  });
});

describe('what a line is that is none', () => {
  const TIME = '2026-03-01T12:00:05.1Z';
  test.each<readonly [text: string, reason: RegExp, may: string]>([
    ['tls 2.0 x y', /^a Network Load Balancer line/, 'no'],
    ['tls 1.0 x y', /^field 2 \(time\) is not a time/, 'yes'],
    ['# a comment', /^a comment/, 'no'],
    ['{ "a"', /^JSON/, 'no'],
    [`${TIME} x`, /^field 2/, 'yes'],
    [`${TIME} x y`, /^starts with a time, but/, 'yes'],
    [`${TIME} 1.2.3.4 36280 443 -`, /^a connection log line/, 'no'],
    [`${TIME} 1.2.3.4 36280 443`, /^a connection log line/, 'no'],
    [`${TIME} 1.2.3.4 0 443 -`, /^starts with a time/, 'yes'],
    [`${TIME} 1.2.3.4 36280 x -`, /^starts with a time/, 'yes'],
    [`${TIME} lb a b 0 0 0 200 200 1 2 "GET /"`, /^a Classic Load Balancer line/, 'no'],
    [`${TIME} lb a b 0 0 0 200 200 1 2`, /^starts with a time/, 'yes'],
    [`${TIME} lb a b x 0 0 200 200 1 2 "GET /"`, /^starts with a time/, 'yes'],
    ...['\x00', '\x08', '\x0e', '\x1a'].map(
      (one) => [`a b${one} c`, /^holds control characters/, 'no'] as const,
    ),
    ...['\t', '\x0b', '\x0d', '\x1b', '\x1f'].map((one) => [`a b${one} c`, /^field 2/, 'yes'] as const),
    ['x', /^field 2/, 'yes'],
    [lineWith({}, 5), /^ends after field 5; an ALB access-log line has at least 24$/, 'yes, or cut'],
    [lineWith({}, 25).slice(0, -1), /^ends inside a quoted field \(field 25\)/, 'no'],
    [lineWith({ 3: 'net/a/1' }), /^a Network Load Balancer line/, 'no'],
    [lineWith({ 3: 'nex/a/1' }), /^field 3/, 'no'],
  ])('%j', (text, reason, may) => {
    const found = parse(text).reason ?? '';
    expect(found).toMatch(reason);
    expect(mayBeForeign(found)).toBe(may);
  });
});

test('a field is blank where it is absent, empty or a dash', () => {
  const { line } = parse(lineWith({ 18: '""', 25: '"-"', 24: '"--"', 23: '"x"' }, 30));
  const fields = ['traceId', 'errorReason', 'nodeAddress', 'request', 'creationTime'] as const;
  expect(fields.map((field) => isBlank(line, field))).toEqual([true, true, true, false, false]);
});

test('a user agent that ends in a backslash does not move the fields behind it', () => {
  for (const agent of ['"C:\\dir\\"', '"\\"', '"a \\\\"'])
    for (const fields of [24, 27, 30, 34]) {
      const { line, reason } = parse(failedLine({ 14: agent }, fields));
      expect(reason).toBeNull();
      expect([line.fieldCount, fieldText(line, 'targetGroup')]).toEqual([
        fields,
        expect.stringMatching(/targetgroup\/web/),
      ]);
      expect(fieldText(line, 'traceId')).toBe('Root=1-58337262-36d228ad5d99923122bbe354');
    }
});

test('a line that is cut anywhere and joined to the next is never taken for one', () => {
  const layout = fc.constantFrom(24, 25, 27, 29, 30, 33, 34);
  fc.assert(
    fc.property(layout, layout, fc.nat(), fc.constantFrom('', ' '), (first, second, cut, between) => {
      const before = lineWith({}, first);
      const joined = before.slice(0, cut % (before.length + 1)) + between + failedLine({}, second);
      const { line, reason } = parse(joined);
      // Nothing is lost only where nothing of the first line was left.
      if (reason === null) expect([joined.trim(), line.elbStatus]).toEqual([failedLine({}, second), 502]);
    }),
    { numRuns: 1000 },
  );
});

test('only the types ws and wss are WebSockets', () => {
  for (const [type, webSocket] of [
    ['ws', true],
    ['wss', true],
    ['h2', false],
    ['wt', false],
  ] as const)
    expect(parse(lineWith({ 1: type })).line.webSocket).toBe(webSocket);
});

test('a failed line tells when its request left and that no answer came', () => {
  const { line } = parse(failedLine());
  expect(line.elbStatus).toBe(502);
  expect(line.targetStatus).toBe(0);
  expect(line.responseSeconds).toBe(-1);
  expect(line.endSeconds - line.sentSeconds).toBeCloseTo(0.001, 5);
});

test('an answered line tells when its request left: before the target had it, and before the answer was passed on', () => {
  const { line } = parse(lineWith({ 7: '0.012', 8: '0.500' }));
  expect(line.endSeconds - line.sentSeconds).toBeCloseTo(0.512, 5);
});

test('a time is read whatever the one before it was', () => {
  const seconds = (text: string): number => {
    const bytes = bytesOf(text);
    return instantSeconds(new DataView(bytes.buffer), 0, bytes.length);
  };
  const range = { min: new Date('2001-01-01T00:00:00Z'), max: new Date('2099-01-01T00:00:00Z') };
  fc.assert(
    fc.property(
      fc.date({ ...range, noInvalidDate: true }),
      fc.integer({ min: 2, max: 15 }),
      fc.nat(9),
      (date, place, digit) => {
        const text = date.toISOString().replace('Z', '456Z');
        expect(seconds(text)).toBeCloseTo(date.getTime() / 1000 + 0.000456, 6);
        if (!/\d/.test(text.charAt(place))) return;
        // Another digit in one place of the date or the minute, and nothing else.
        const other = `${text.slice(0, place)}${digit}${text.slice(place + 1)}`;
        const expected = Date.parse(other.replace('456Z', 'Z')) / 1000;
        if (!Number.isNaN(expected)) expect(seconds(other)).toBeCloseTo(expected + 0.000456, 6);
      },
    ),
    { numRuns: 300 },
  );
});

describe('paths', () => {
  const hash = (request: string) => ({ ...pathHash(parse(lineWith({ 13: `"${request}"` })).line) });
  const cart = hash('GET https://shop.example.com:443/cart/17?id=3 HTTP/1.1');

  test('are compared without scheme, host, port, query and version of the protocol', () => {
    expect(hash('GET http://other:80/cart/17 HTTP/2.0')).toEqual(cart);
    expect(hash('GET /cart/17 HTTP/1.0')).toEqual(cart);
    expect(hash('GET https://shop.example.com:443/cart HTTP/1.1').exact).not.toBe(cart.exact);
  });

  test('are compared with their method', () => {
    const post = hash('POST https://shop.example.com:443/cart/17?id=3 HTTP/1.1');
    expect(post.exact).not.toBe(cart.exact);
    expect(post.route).not.toBe(cart.route);
  });

  test('are of one route where they differ in segments with digits, and exact all the same', () => {
    for (const [one, other] of [
      ['/cart/17', '/cart/4711'],
      ['/cart/17/lines/2', '/cart/4711/lines/19'],
      ['/user/a1b2', '/user/0f3e'],
    ] as const) {
      const [left, right] = [hash(`GET ${one} HTTP/1.1`), hash(`GET ${other} HTTP/1.1`)];
      expect(left.route).toBe(right.route);
      expect(left.exact).not.toBe(right.exact);
    }
    expect(hash('GET /cart/17 HTTP/1.1').route).not.toBe(hash('GET /order/17 HTTP/1.1').route);
    expect(hash('GET /cart/17 HTTP/1.1').route).not.toBe(hash('GET /cart HTTP/1.1').route);
    expect(hash('GET /cart/17 HTTP/1.1').route).not.toBe(hash('GET /cart/17/lines HTTP/1.1').route);
  });

  test('of two versions of an interface are two routes', () => {
    expect(hash('GET /v1/cart HTTP/1.1').route).not.toBe(hash('GET /v2/cart HTTP/1.1').route);
    expect(hash('GET /v12/cart HTTP/1.1').route).not.toBe(hash('GET /v13/cart HTTP/1.1').route);
    // Too long for a version: an id.
    expect(hash('GET /v1234/cart HTTP/1.1').route).toBe(hash('GET /v5678/cart HTTP/1.1').route);
  });

  test('are kept with both hashes in 32 bits', () => {
    const { exact, route, packed } = cart;
    expect([packed >>> 16, packed & 0xffff]).toEqual([route & 0xffff, exact & 0xffff]);
  });
});

test('clients are compared without their port', () => {
  const hash = (client: string) => clientHash(parse(lineWith({ 4: client })).line);
  expect(hash('198.51.100.7:1')).toBe(hash('198.51.100.7:60000'));
  expect(hash('[2001:db8::7]:1')).toBe(hash('[2001:db8::7]:2'));
  expect(hash('198.51.100.8:1')).not.toBe(hash('198.51.100.7:1'));
});
