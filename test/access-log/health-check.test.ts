import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LogAnalysis } from '../../lambda/access-log/analysis.ts';
import { healthCheckOf } from '../../lambda/access-log/health-check/line.ts';
import { HealthCheckTally } from '../../lambda/access-log/health-check/tally.ts';
import { bundleOfLog } from '../../lambda/diagnose/bundle/bundle-of-log.ts';
import { healthCheckFailures } from '../../lambda/diagnose/observations/health-check-failures.ts';
import { targetsHealthy } from '../../lambda/diagnose/observations/targets-healthy.ts';
import { failedLine, lineWith } from './lines.ts';

const FILE =
  'health_check_log_123456789012_elasticloadbalancing_eu-central-1_app.shop.50dc6c495c0c9188_20260301T1205Z_203.0.113.21_4a2b.log';
const SHOP = 'app/shop/50dc6c495c0c9188';

const passed = (at: string, target = '10.0.0.7:8080') => `http ${at} 0.019584011 ${target} web PASS 200 -`;
const failed = (at: string, reason: string, code = '-', target = '10.0.0.7:8080') =>
  `http ${at} 5.000123 ${target} web FAIL ${code} ${reason}`;

function read(files: Readonly<Record<string, readonly string[]>>) {
  const analysis = new LogAnalysis({ loadBalancer: 'shop' });
  for (const [name, lines] of Object.entries(files)) {
    analysis.startFile(name);
    analysis.feed(Buffer.from(`${lines.join('\n')}\n`));
    analysis.endFile();
  }
  return analysis.reading();
}

const ACCESS = [lineWith(), failedLine({ 2: '2026-03-01T12:01:00.000000Z' })];

function findings(...checks: readonly string[]) {
  const reading = read({ [FILE]: checks, 'access.log': ACCESS });
  const [summary] = reading.loadBalancers;
  if (summary === undefined) throw new Error('no load balancer was read');
  const bundle = bundleOfLog(summary, null, reading.healthChecks.of(SHOP));
  return [...healthCheckFailures.read(bundle), ...targetsHealthy.read(bundle)];
}

describe('the same checks are read out of every form in which a delivery or a tool gives them', () => {
  const NAMES = [
    'type',
    'time',
    'latency',
    'target_addr',
    'target_group_id',
    'status',
    'status_code',
    'reason_code',
  ];
  const CHECKS = [
    passed('2026-03-01T12:01:00.500Z'),
    failed('2026-03-01T12:01:02.500Z', 'RequestTimedOut'),
    failed('2026-03-01T12:01:12.500Z', 'ResponseCodeMismatch', '503', '[fd00::7]:8080'),
  ];
  const rows = CHECKS.map((check) => check.split(' '));
  const records = rows.map((row) => Object.fromEntries(row.map((value, at) => [NAMES[at] ?? '', value])));
  const table = (delimiter: string, before = '', order = (row: string[]) => row) =>
    `${before}${[NAMES, ...rows].map((row) => order([...row]).join(delimiter)).join('\n')}`;
  const checksIn = (text: string, fields?: readonly string[]) => {
    const analysis = new LogAnalysis({}, fields);
    analysis.startFile('some.log');
    analysis.feed(Buffer.from(text));
    analysis.endFile();
    const { healthChecks, linesRejected } = analysis.reading();
    return { checks: healthChecks.all(), linesRejected };
  };
  const plain = checksIn(CHECKS.join('\n'));

  test.each([
    ['W3C between blanks', table(' ', '#Version: 1.0\n#Fields: ')],
    ['W3C between tabs', table('\t', '#Version: 1.0\n#Fields: ')],
    ['a table in another order', table(',', '', (row) => row.reverse())],
    ['a table with times of Athena', table(',').replace(/(\d)T(\d\d:\d\d:\d\d\.\d+)Z/g, '$1 $2')],
    ['JSON', records.map((record) => JSON.stringify(record)).join('\n')],
    ['JSON over several lines', JSON.stringify(records, null, 2)],
    [
      'names that say health check',
      JSON.stringify(records).replaceAll(/"(status_code|reason_code)"/g, '"health_check_$1"'),
    ],
    [
      'aws logs filter-log-events',
      JSON.stringify({ events: CHECKS.map((message) => ({ message })) }, null, 2),
    ],
    [
      'the same with JSON in messages',
      JSON.stringify({ events: records.map((record) => ({ message: JSON.stringify(record) })) }),
    ],
    [
      'Insights as CSV',
      `@timestamp,@message\n${CHECKS.map((check) => `2026-03-01 12:01:00.000,"${check}"`).join('\n')}`,
    ],
    ['a CloudWatch export to S3', CHECKS.map((check) => `2026-03-01T12:05:00.000Z ${check}`).join('\n')],
    ['aws logs tail', CHECKS.map((check) => `2026-03-01T12:05:00.000000+00:00 stream ${check}`).join('\n')],
    ['grep -n', CHECKS.map((check, at) => `health.log:${at + 1}:${check}`).join('\n')],
  ])('%s', (_, text) => {
    expect(plain.checks[0]?.healthCheckLog).toMatchObject({ checks: 3, failed: 2 });
    expect(checksIn(text)).toEqual(plain);
  });

  test('fields without a header, which are named', () => {
    expect(checksIn(rows.map((row) => row.reverse().join('|')).join('\n'), [...NAMES].reverse())).toEqual(
      plain,
    );
  });
});

test.each([
  [
    'W3C',
    '#Fields: timestamp client_ip client_port listener_port tls_protocol\n2026-03-01T12:00:01.000000Z 203.0.113.1 36280 443 TLSv1.2',
  ],
  [
    'a table',
    'timestamp,client_ip,client_port,listener_port\n2026-03-01T12:00:01.000000Z,203.0.113.1,36280,443',
  ],
  [
    'JSON with few fields',
    '{"timestamp":"2026-03-01T12:00:01.000000Z","client_ip":"203.0.113.1","listener_port":443}',
  ],
  [
    'messages',
    JSON.stringify({
      message: '2026-03-01T12:00:01.000000Z 203.0.113.1 36280 443 TLSv1.2 ECDHE 4.0 "-" - - Success TID_1',
    }),
  ],
  [
    'a CloudWatch export',
    '2026-03-01T12:05:00.000Z 2026-03-01T12:00:01.000000Z 203.0.113.1 36280 443 - - - "-" - - Failed:x TID_1',
  ],
  ['fields that were chosen', '2026-03-01T12:00:01.000000Z\t203.0.113.1\t36280\t443\tTLSv1.3'],
])('a connection log as %s is named', (_, text) => {
  const analysis = new LogAnalysis();
  analysis.startFile('some.log');
  analysis.feed(Buffer.from(text));
  analysis.endFile();
  const { rejected, loadBalancers } = analysis.reading();
  expect(loadBalancers).toEqual([]);
  expect(rejected.map(({ reason }) => reason)).toEqual([
    expect.stringMatching(/^a (?:record of a )?connection log/),
  ]);
});

describe('a line of a health check log', () => {
  test('is read as the load balancer writes it', () => {
    expect(healthCheckOf(failed('2026-03-01T12:01:02.5Z', 'RequestTimedOut'))).toEqual({
      atSeconds: Date.parse('2026-03-01T12:01:02.5Z') / 1000,
      latencySeconds: 5.000123,
      target: '10.0.0.7:8080',
      targetGroup: 'web',
      passed: false,
      statusCode: null,
      reason: 'RequestTimedOut',
      loadBalancer: null,
      node: null,
    });
  });

  test('is read as a delivery writes it, with the load balancer and its node', () => {
    const record = {
      type: 'http',
      time: '2026-03-01T12:01:02.5Z',
      latency: '0.1',
      target_addr: '10.0.0.7:8080',
      target_group_id: 'web',
      status: 'FAIL',
      status_code: 503,
      reason_code: 'ResponseCodeMismatch',
      elb: SHOP,
      ip_address: '203.0.113.21',
    };
    expect(healthCheckOf(JSON.stringify(record))).toMatchObject({
      passed: false,
      statusCode: 503,
      loadBalancer: SHOP,
      node: '203.0.113.21',
    });
  });

  test.each([' ', '\t', ',', ';', '|'])(
    'is read with the fields a delivery chose, with %j between',
    (delimiter) => {
      const names = ['target_addr', 'status', 'health_check_time', 'reason_code'];
      const values = ['10.0.0.7:8080', '"FAIL"', '2026-03-01T12:01:02.5Z', 'RequestTimedOut'];
      expect(healthCheckOf(values.join(delimiter), names)).toMatchObject({
        ...{ target: '10.0.0.7:8080', passed: false, reason: 'RequestTimedOut', statusCode: null },
        latencySeconds: Number.NaN,
      });
      expect(healthCheckOf(values.slice(1).join(delimiter), names)).toBeNull();
    },
  );

  test.each([lineWith(), failedLine(), '{"elb":"app/a/1"}', 'http 2026', ''])('%# is none', (line) => {
    expect(healthCheckOf(line)).toBeNull();
  });

  test('never throws, whatever is in a line', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        healthCheckOf(text);
        healthCheckOf(`{"target_addr":${JSON.stringify(text)}}`);
      }),
    );
  });
});

describe('health check logs beside access logs', () => {
  test('are kept by target and node, with reasons; no line is lost or rejected', () => {
    const lines = [
      passed('2026-03-01T12:00:30Z'),
      failed('2026-03-01T12:01:00Z', 'RequestTimedOut'),
      failed('2026-03-01T12:01:30Z', 'RequestTimedOut'),
      passed('2026-03-01T12:01:00Z', '10.0.0.8:8080'),
    ];
    const reading = read({ [FILE]: lines, 'access.log': ACCESS });
    expect(reading.linesRejected).toBe(0);
    expect(reading.loadBalancers[0]).toMatchObject({ requests: 2, elb502: 1 });
    expect(reading.healthChecks.of(SHOP)).toMatchObject({
      checks: 4,
      failed: 2,
      targets: [
        {
          target: '10.0.0.7:8080',
          node: '203.0.113.21',
          checks: 3,
          failed: 2,
          reasons: { RequestTimedOut: 2 },
        },
        { target: '10.0.0.8:8080', failed: 0, slowestSeconds: 0.019584011 },
      ],
    });
  });

  test('of another load balancer are not mixed in', () => {
    const other = FILE.replace('app.shop.', 'app.other.');
    const reading = read({
      [other]: [failed('2026-03-01T12:01:00Z', 'RequestTimedOut')],
      'access.log': ACCESS,
    });
    expect(reading.healthChecks.of(SHOP)).toBeNull();
  });

  test('keep a bounded number of checks, the first and the newest', () => {
    const many = Array.from({ length: 500 }, (_, at) =>
      failed(new Date(Date.UTC(2026, 2, 1, 12, 0, at)).toISOString(), 'RequestTimedOut'),
    );
    const [target] = read({ [FILE]: many }).healthChecks.of(SHOP)?.targets ?? [];
    expect(target).toMatchObject({ checks: 500, failed: 500 });
    expect(target?.failedChecks).toHaveLength(10);
    expect(target?.failedChecks.at(-1)?.at).toBe('2026-03-01T12:08:19.000Z');
  });
});

describe('what health checks settle', () => {
  test.each([
    ['RequestTimedOut', '-', 'targets-time-out'],
    ['ConnectionRefused', '-', 'targets-fail-checks'],
    ['ResponseCodeMismatch', '503', 'targets-answer-wrong'],
    ['SomethingNew', '500', 'targets-answer-wrong'],
  ])('%s around a 502', (reason, code, id) => {
    const found = findings(failed('2026-03-01T12:01:00Z', reason, code));
    expect(found).toMatchObject([{ id, source: 'health check log', fact: expect.stringContaining(reason) }]);
    expect(found[0]?.fact).toContain('by node 203.0.113.21');
  });

  test('is nothing where they failed at another time, or for a reason that nobody knows', () => {
    expect(findings(failed('2026-03-01T12:30:00Z', 'RequestTimedOut'))).toEqual([]);
    expect(findings(failed('2026-03-01T12:01:00Z', 'SomethingNew'))).toEqual([]);
  });

  test('is that the targets are well where all of them passed from before to after', () => {
    const around = ['2026-03-01T11:59:00Z', '2026-03-01T12:01:00Z', '2026-03-01T12:02:00Z'];
    expect(findings(...around.map((at) => passed(at)))).toMatchObject([{ id: 'targets-healthy' }]);
    expect(findings(passed('2026-03-01T12:01:00Z'))).toEqual([]);
    const early = ['2026-03-01T11:40:00Z', '2026-03-01T11:45:00Z', '2026-03-01T11:50:00Z'];
    expect(findings(...early.map((at) => passed(at)))).toEqual([]);
  });
});

test('targets are told with most failures first, then by name and node, and a failure without a reason as that', () => {
  const tally = new HealthCheckTally();
  const add = (target: string, passed: boolean, node: string | null = null) =>
    tally.add(
      {
        ...{ atSeconds: 0, latencySeconds: Number.NaN, target, targetGroup: 'web', passed },
        ...{ statusCode: null, reason: '', loadBalancer: null, node },
      },
      null,
    );
  add('b', true);
  add('a', true);
  add('a', true, 'n2');
  add('a', true, 'n1');
  add('c', false);
  const { targets, ...whole } = tally.log();
  expect(whole).toEqual({ checks: 5, failed: 1 });
  expect(targets.map(({ target, node }) => `${target} ${node}`)).toEqual([
    ...['c null', 'a n1', 'a n2', 'a null', 'b null'],
  ]);
  expect(targets[0]).toMatchObject({ reasons: { 'no reason given': 1 }, failed: 1, slowestSeconds: null });
});
